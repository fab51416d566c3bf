// What a hunt comes to, for people: a table, and the median of the seeds it took.
import type { Catch } from "./hunt.ts";

/** The survivors first, then those that took longest. */
export function tableOf(caught: readonly Catch[]): string {
  const rows = caught
    .toSorted((a, b) => Number(a.killed !== undefined) - Number(b.killed !== undefined) || b.seeds - a.seeds)
    .map(({ foul, killed, mutant, seeds }) => [
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
