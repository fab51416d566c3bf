// The checkers find nothing in a run of the shipped rules; each finds a breach of its own invariant.
import { expect, test } from "vitest";
import { createCheckers } from "./index.ts";
import { aPlayedWorld } from "./testing.ts";

test("there is one checker for every invariant of the protocol", () => {
  const expected = [
    ...Array.from({ length: 22 }, (_, index) => `A${index + 1}`),
    ...Array.from({ length: 4 }, (_, index) => `B${index + 1}`),
    ...Array.from({ length: 3 }, (_, index) => `F${index + 1}`),
    ...Array.from({ length: 14 }, (_, index) => `E${index + 1}`),
  ];
  expect(createCheckers().map(({ invariant }) => invariant)).toEqual(expected);
});

test("every checker looks after each step or at rest, and says what it looks for", () => {
  for (const { afterStep, atRest, invariant, says } of createCheckers()) {
    expect(afterStep ?? atRest, invariant).toBeDefined();
    expect(says.length, invariant).toBeGreaterThan(10);
  }
});

test("orders that were played to every end by the shipped rules break nothing", () => {
  const world = aPlayedWorld(createCheckers());
  expect(world.rest()).toEqual([]);
  expect([...world.items("payment")].map(({ settlement }) => settlement).sort()).toEqual([
    "CAPTURED",
    "CAPTURE_FAILED",
    "DECLINED",
    "REFUNDED",
    "VOIDED",
    "VOIDED",
  ]);
  expect(world.mails.length).toBeGreaterThan(10);
});
