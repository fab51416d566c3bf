// Every invariant of the protocol has a row; a violation counts if two readings agree on it.
import { expect, test } from "vitest";
import { confirmed, invariantRows, readSentences } from "./invariant-rows.ts";

const sentences = readSentences();
const at = "2026-11-23T12:00:00.000Z";

test("each invariant of docs/protocol.md has its sentence", () => {
  const ids = sentences.map(({ id }) => id);
  expect(ids).toEqual([
    ...Array.from({ length: 22 }, (_, index) => `A${index + 1}`),
    ...Array.from({ length: 14 }, (_, index) => `E${index + 1}`),
  ]);
  expect(sentences[0]?.says).toBe("Available, reserved, sold ≥ 0.");
  for (const { says } of sentences) expect(says).toMatch(/^\S.{8,}\.$/);
});

test("what only the simulator sees is unchecked, and what holds at rest only while nothing rests", () => {
  const stateAt = (isResting: boolean) =>
    new Map(invariantRows(sentences, [], { checkedAt: at, isResting }).map(({ id, state }) => [id, state]));
  expect(stateAt(true).get("A18")).toBe("unchecked");
  expect(stateAt(true).get("E1")).toBe("holds");
  expect(stateAt(false).get("E1")).toBe("unchecked");
  expect(stateAt(false).get("A1")).toBe("holds");
});

test("a violation names its order", () => {
  const violations = [{ invariant: "A4", detail: "captured more than once", orderId: "ord_1" }];
  const rows = invariantRows(sentences, violations, { checkedAt: at, isResting: false });
  expect(rows.filter(({ state }) => state === "violated")).toMatchObject([
    { id: "A4", violations: [{ orderId: "ord_1", detail: "captured more than once" }] },
  ]);
});

test("what one reading found and the next did not was the time between two tables", () => {
  const one = { invariant: "A3", detail: "TEA: 1 reserved, reservations hold 0" };
  const other = { invariant: "A3", detail: "TEA: 2 reserved, reservations hold 1" };
  expect(confirmed([], [one])).toEqual([]);
  expect(confirmed([one], [other])).toEqual([]);
  expect(confirmed([one, other], [other])).toEqual([other]);
});
