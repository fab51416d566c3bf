// What a hunt comes to, for people: a table, and the median of the seeds it took.
import type { Catch } from "./hunt.ts";
import { mutantNamed } from "./list.ts";

/** The survivors first, then those that took longest. */
const hardestFirst = (caught: readonly Catch[]) =>
  caught.toSorted(
    (a, b) => Number(a.killed !== undefined) - Number(b.killed !== undefined) || b.seeds - a.seeds,
  );

export function tableOf(caught: readonly Catch[]): string {
  const rows = hardestFirst(caught).map(({ foul, killed, mutant, seeds }) => [
    mutant,
    killed ? killed.by : "ALIVE",
    String(seeds),
    `${killed?.detail ?? ""}${foul.length > 0 ? ` (seeds the shipped code fails: ${foul.join(", ")})` : ""}`,
  ]);
  const all = [["mutant", "killed by", "seeds", "because"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
    .map((line) => line.trimEnd().slice(0, LONGEST_LINE))
    .join("\n");
}

const LONGEST_LINE = 160;

/** The same for a README: with what is wrong in each mutant instead of what a checker said of it. */
export function markdownOf(caught: readonly Catch[]): string {
  const rows = hardestFirst(caught).map(
    ({ killed, mutant, seeds }) =>
      `| ${mutant} | ${mutantNamed(mutant).why} | ${killed?.by ?? "**alive**"} | ${seeds} |`,
  );
  return ["| mutant | the mistake | caught by | seeds |", "| --- | --- | --- | ---: |", ...rows].join("\n");
}

/** Of the seeds that killed mutants needed. */
export function medianOf(caught: readonly Catch[]): number {
  const counts = caught
    .filter(({ killed }) => killed)
    .map(({ seeds }) => seeds)
    .sort((a, b) => a - b);
  const middle = Math.floor(counts.length / 2);
  const [low = 0, high = 0] =
    counts.length % 2 === 1 ? [counts[middle], counts[middle]] : counts.slice(middle - 1);
  return (low + high) / 2;
}
