// The arithmetic of a bill, and where two of them meet.
import { expect, test } from "vitest";
import { billOf, breakEven, containerMonth, keptMonthOf, mailOf, total } from "./bill.ts";
import { each, none } from "./operations.ts";
import { prices } from "./prices.ts";

test("each operation has its price, and nothing costs nothing", () => {
  expect(total(billOf(none()))).toBe(0);
  expect(total(billOf({ ...none(), events: 3 }))).toBeCloseTo(3 * prices.event);
  expect(billOf({ ...none(), writeUnits: 10, indexWriteUnits: 2 })).toMatchObject({
    "DynamoDB writes": 10 * prices.writeUnit,
    "DynamoDB index writes": 2 * prices.writeUnit,
  });
  expect(total(billOf({ ...none(), mails: 5 }))).toBe(0);
  expect(mailOf({ ...none(), mails: 5 })).toBeCloseTo(0.0005);
  expect(keptMonthOf({ ...none(), storedBytes: 2 ** 30 })).toBeCloseTo(prices.tableGigabyteMonth);
});

test("operations of many orders are shared out", () => {
  expect(each({ ...none(), events: 12 }, 2).events).toBe(6);
});

test("below the break-even volume the fixed sum is dearer, above it the price an order", () => {
  const volume = breakEven(50e-6, () => 200);
  expect(volume).toBeCloseTo(4_000_000, -1);
  const orders = breakEven(50e-6, containerMonth);
  expect(orders * 0.9 * 50e-6).toBeLessThan(containerMonth(orders * 0.9));
  expect(orders * 1.1 * 50e-6).toBeGreaterThan(containerMonth(orders * 1.1));
});
