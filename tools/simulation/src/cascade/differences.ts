// What a fault has changed for an order, in the books: its end, money, units, mails and deadlines.
import type { Outcome } from "./books.ts";

export type Difference = {
  /** What has changed, in words. */
  readonly changes: readonly ("end" | "money" | "units" | "mails" | "deadline" | "moments")[];
  /** By how much the last of its states came later; negative if it came earlier. */
  readonly lateMilliseconds: number;
};

export function differenceOf(struck: Outcome, calm: Outcome): Difference | undefined {
  const changes = (
    [
      ["end", struck.end !== calm.end],
      [
        "money",
        struck.money !== calm.money || struck.intents !== calm.intents || struck.amount !== calm.amount,
      ],
      ["units", struck.units !== calm.units],
      ["mails", struck.mails.join() !== calm.mails.join()],
      ["deadline", struck.isInTime !== calm.isInTime],
      ["moments", !isEqual(struck.moments, calm.moments)],
    ] as const
  ).flatMap(([name, isChanged]) => (isChanged ? name : []));
  if (changes.length === 0) return undefined;
  return { changes, lateMilliseconds: lastOf(struck) - lastOf(calm) };
}

const lastOf = ({ moments }: Outcome) => Math.max(0, ...moments.values());

function isEqual(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([state, at]) => b.get(state) === at);
}
