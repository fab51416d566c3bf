// The protocol's invariants as the console shows them: each with its sentence, and whether the books keep it.
import { readFileSync } from "node:fs";
import type { Books } from "@order-saga/invariants/books";
import { violationsAlways, violationsAtRest } from "@order-saga/invariants/invariants";
import type { Violation } from "@order-saga/invariants/violation";
import type { Seen } from "@order-saga/invariants/witness";
import { isSettled } from "@order-saga/protocol/status";
import type { InvariantRow } from "./wire.ts";

export type Sentence = { id: string; says: string };

/** The protocol says each invariant once, and nothing repeats it. */
export function readSentences(
  text = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8"),
): Sentence[] {
  return [...text.matchAll(/\(([AE]\d+)\) ([^\n]+?)(?=\s*(?:\([AE]\d+\) |\n|$))/g)].map(
    ([, id = "", says = ""]) => ({ id, says: says.charAt(0).toUpperCase() + says.slice(1) }),
  );
}

/** Only the simulator sees the inside of a function, and whether a timer was needed. */
const unseen: ReadonlySet<string> = new Set(["A17", "A18", "A19", "E11"]);

export type Check = {
  books: Books;
  seen: Seen;
  /** No fault is on, no queue holds a message, nothing runs. */
  isResting: boolean;
};

export function check({ books, isResting, seen }: Check): Violation[] {
  if (!isResting) return violationsAlways(books, seen);
  const open = new Set(books.orders.filter((order) => !isSettled(order)).map(({ orderId }) => orderId));
  // An order that waits for a timer is not at rest, and the sums hold without it only by chance.
  return violationsAtRest(books, seen).filter(
    ({ invariant, orderId }) =>
      invariant.startsWith("A") ||
      (orderId === undefined ? invariant !== "E7" || open.size === 0 : !open.has(orderId)) ||
      invariant === "E2",
  );
}

/** Tables are read one after the other while the saga goes on, so only what two readings agree on is said. */
export function confirmed(before: readonly Violation[], now: readonly Violation[]): Violation[] {
  const known = new Set(before.map(nameOf));
  return now.filter((each) => known.has(nameOf(each)));
}

const nameOf = ({ detail, invariant, orderId }: Violation) => `${invariant}/${orderId}/${detail}`;

export function invariantRows(
  sentences: readonly Sentence[],
  violations: readonly Violation[],
  { checkedAt, isResting }: { checkedAt: string; isResting: boolean },
): InvariantRow[] {
  return sentences.map(({ id, says }) => {
    const own = violations.filter(({ invariant }) => invariant === id);
    const isUnchecked = own.length === 0 && (unseen.has(id) || (id.startsWith("E") && !isResting));
    if (isUnchecked) return { id, says, state: "unchecked", violations: [] };
    return {
      id,
      says,
      state: own.length > 0 ? "violated" : "holds",
      checkedAt,
      violations: own
        .slice(0, MOST_VIOLATIONS)
        .map(({ detail, orderId }) => ({ detail, ...(orderId !== undefined && { orderId }) })),
    };
  });
}

/** More of one kind say no more. */
const MOST_VIOLATIONS = 50;
