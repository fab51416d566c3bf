// The arithmetic of stock: what it refuses, and that moving stock along with its reservation keeps it.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  count,
  counterOf,
  type Held,
  linesHeld,
  miscounted,
  negativeCounter,
  quantityOf,
  unconserved,
} from "./stock.ts";

test("each counter below zero is a violation, and zero is none", () => {
  expect(negativeCounter({ available: 0, reserved: 0, sold: 0 })).toBeUndefined();
  expect(negativeCounter({ available: -1, reserved: 2, sold: 0 })).toBe("-1/2/0 has a negative counter");
  expect(negativeCounter({ available: 1, reserved: -1, sold: 0 })).toBeDefined();
  expect(negativeCounter({ available: 1, reserved: 0, sold: -1 })).toBeDefined();
});

test("a piece more or less than was put in is a violation", () => {
  const counters = { available: 3, reserved: 2, sold: 1 };
  expect(unconserved(counters, 6)).toBeUndefined();
  expect(unconserved(counters, 7)).toBe("3+2+1 ≠ 7 put in");
  expect(unconserved(counters, 5)).toBeDefined();
});

test("each counter that is not what the reservations hold is a violation", () => {
  expect(miscounted({ reserved: 2, sold: 1 }, { reserved: 2, sold: 1 })).toBeUndefined();
  expect(miscounted({ reserved: 2, sold: 1 }, { reserved: 3, sold: 1 })).toBe(
    "2 reserved, reservations hold 3",
  );
  expect(miscounted({ reserved: 2, sold: 1 }, { reserved: 2, sold: 0 })).toBeDefined();
});

test("only what is reserved or sold is held", () => {
  expect(["RESERVED", "COMMITTED", "RELEASED", "REJECTED", undefined].map(counterOf)).toEqual([
    "reserved",
    "sold",
    undefined,
    undefined,
    undefined,
  ]);
});

const lines = fc.array(
  fc.record({ sku: fc.constantFrom("A", "B"), quantity: fc.integer({ min: 1, max: 9 }) }),
);
const states = fc.constantFrom("RESERVED", "COMMITTED", "RELEASED", "REJECTED");

test("what is counted and taken out again leaves the sums as they were", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ state: states, lines })), (reservations) => {
      const sums = new Map<string, Held>();
      for (const each of reservations) count(sums, each, 1);
      for (const each of reservations) count(sums, each, -1);
      for (const sum of sums.values()) expect(sum).toEqual({ reserved: 0, sold: 0 });
    }),
  );
});

test("a reservation that is committed moves its pieces from reserved to sold", () => {
  fc.assert(
    fc.property(lines, (held) => {
      const [before, after] = [new Map<string, Held>(), new Map<string, Held>()];
      count(before, { state: "RESERVED", lines: held }, 1);
      count(after, { state: "COMMITTED", lines: held }, 1);
      for (const [sku, { reserved, sold }] of before)
        expect(after.get(sku)).toEqual({ reserved: sold, sold: reserved });
    }),
  );
});

test("what refunds have returned is not held any more, whichever refund it came with", () => {
  const line = (sku: string, quantity: number) => ({ sku, quantity });
  const returns = { rf_1: [line("A", 3), line("B", 1)], rf_2: [line("A", 2)] };
  const holder = { state: "COMMITTED", lines: [line("A", 7), line("B", 1), line("C", 4)], returns };
  expect(linesHeld(holder)).toEqual([line("A", 2), line("C", 4)]);
  const sums = new Map<string, Held>();
  count(sums, holder, 1);
  expect([...sums]).toEqual([
    ["A", { reserved: 0, sold: 2 }],
    ["C", { reserved: 0, sold: 4 }],
  ]);
  expect(linesHeld({ lines: holder.lines })).toEqual(holder.lines);
});

test("the quantity of a SKU is the sum over its lines", () => {
  const lines = [
    { sku: "A", quantity: 3 },
    { sku: "B", quantity: 5 },
    { sku: "A", quantity: 4 },
  ];
  expect([quantityOf(lines, "A"), quantityOf(lines, "B"), quantityOf(lines, "C")]).toEqual([7, 5, 0]);
});
