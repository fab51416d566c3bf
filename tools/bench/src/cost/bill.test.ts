// The arithmetic of a bill, and where two of them meet.
import { expect, test } from "vitest";
import { billOf, breakEven, containerMonth, keptMonthOf, mailOf, total } from "./bill.ts";
import { each, none } from "./operations.ts";
import { isRegion, prices, pricesOf, regions } from "./prices.ts";

test("each operation has its price, and nothing costs nothing", () => {
  expect(total(billOf(none()))).toBe(0);
  expect(total(billOf({ ...none(), events: 3 }))).toBeCloseTo(3 * prices.event);
  expect(billOf({ ...none(), writeUnits: 10, indexWriteUnits: 2 })).toMatchObject({
    "DynamoDB writes": 10 * prices.writeUnit,
    "DynamoDB index writes": 2 * prices.writeUnit,
  });
  expect(total(billOf({ ...none(), mails: 5 }))).toBe(0);
  expect(mailOf({ ...none(), mails: 5 })).toBeCloseTo(0.0005);
  expect(keptMonthOf({ ...none(), storedBytes: 2 ** 30 })).toBeCloseTo(
    prices.tableGigabyteMonth + prices.backupGigabyteMonth,
  );
});

test("the same operations have another price in another region", () => {
  const of = { ...none(), writeUnits: 8, httpRequests: 1 };
  expect(total(billOf(of, pricesOf("us-east-1"))) * 1e6).toBeCloseTo(8 * 0.625 + 1);
  expect(total(billOf(of, pricesOf("eu-west-1")))).toBe(total(billOf(of)));
  expect(regions.every(isRegion)).toBe(true);
  expect(isRegion("eu-central-1")).toBe(false);
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
