// The protocol's invariants as the console shows them: each with its sentence and its state.
import { readFileSync } from "node:fs";
import type { Books } from "@order-saga/invariants/books";
import { violationsAlways, violationsAtRest } from "@order-saga/invariants/invariants";
import type { Violation } from "@order-saga/invariants/violation";
import type { Observations } from "@order-saga/invariants/witness";
import { isSettled } from "@order-saga/protocol/status";
import type { InvariantRow } from "./console-api.ts";

type Sentence = { id: string; says: string };

/** Reads them from the protocol's document. */
export function readSentences(
  text = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8"),
): Sentence[] {
  return [...text.matchAll(/\(([AE]\d+)\) ([^\n]+?)(?=\s*(?:\([AE]\d+\) |\n|$))/g)].map(
    ([, id = "", says = ""]) => ({ id, says: says.charAt(0).toUpperCase() + says.slice(1) }),
  );
}

/** Only the simulator sees inside a function and knows whether a timer was needed. */
export const unobservable: ReadonlySet<string> = new Set([
  "A17",
  "A18",
  "A19",
  "A20",
  "A21",
  "A22",
  "E11",
  "E12",
  "E13",
  "E14",
]);

type Check = {
  books: Books;
  observed: Observations;
  /** No fault is on, no queue holds a message, nothing runs. */
  isResting: boolean;
};

export function check({ books, isResting, observed }: Check): Violation[] {
  if (!isResting) return violationsAlways(books, observed);
  const open = new Set(books.orders.filter((order) => !isSettled(order)).map(({ orderId }) => orderId));
  // An order that waits for a timer is not at rest, and the sums hold without it only by chance.
  return violationsAtRest(books, observed).filter(
    ({ invariant, orderId }) =>
      invariant.startsWith("A") ||
      (orderId === undefined ? invariant !== "E7" || open.size === 0 : !open.has(orderId)) ||
      invariant === "E2",
  );
}

/** Tables are read one after the other while services write, so a violation counts if two readings agree. */
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
    const isUnchecked = own.length === 0 && (unobservable.has(id) || (id.startsWith("E") && !isResting));
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

/** Shown of one invariant. */
const MOST_VIOLATIONS = 50;
