// Record keys: no two kinds share one, and the id that a key was built from is read back.
import { ServiceName } from "@order-saga/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as records from "./records.ts";

const kinds = Object.entries(records).flatMap(([name, kind]) =>
  typeof kind === "object" && "key" in kind ? [{ name, kind }] : [],
);

test.each(kinds)("$name gives back the id", ({ kind }) => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      const { pk, sk } = kind.key(id);
      expect(kind.id(pk)).toBe(id);
      expect(sk).toBe(kind.sk);
      expect(kind.is({ sk })).toBe(true);
    }),
  );
});

test("an item is of one kind at most, and no two kinds share a partition", () => {
  for (const { kind } of kinds) expect(kinds.filter((other) => other.kind.is(kind.key("1")))).toHaveLength(1);
  const partitions = kinds.map(({ kind }) => `${kind.service} ${kind.key("1").pk}`);
  expect(new Set(partitions).size).toBe(kinds.length);
});

test("the keys are those of the tables that are deployed", () => {
  expect(kinds.map(({ kind }) => `${kind.service} ${kind.key("1").pk} ${kind.sk}`).sort()).toEqual([
    "inventory ADJ#1 ADJUSTMENT",
    "inventory FEED#1 FEED",
    "inventory FEEDKEY#1 FEEDKEY",
    "inventory RES#1 RESERVATION",
    "inventory SKU#1 STOCK",
    "inventory UPLOAD#1 UPLOAD",
    "notification NOTE#1 NOTIFICATION",
    "notification QUOTA#1 MAILQUOTA",
    "orders BULK#1 BULK",
    "orders GAUGES#1 GAUGES",
    "orders ORDER#1 ORDER",
    "orders PRODUCT#1 PRODUCT",
    "orders QUOTA#1 QUOTA",
    "orders TURN#1 TURN",
    "orders WAIT#1 WAIT",
    "payment PAY#1 PAYMENT",
    "webhooks DELIVERY#1 DELIVERY",
    "webhooks ENDPOINT#1 ENDPOINT",
  ]);
  expect(records.adjustmentRecord.key(records.adjustmentId("me", "k")).pk).toBe("ADJ#me#k");
});

test.each(ServiceName.options)("%s keeps one record of an order, in its own table", (service) => {
  const kind = records.recordOfOrder(service);
  expect(kind.service).toBe(service);
  expect(kind.id(kind.key("1").pk)).toBe("1");
});

test("a principal's list gives back the principal", () => {
  expect(records.principalList("me#1")).toBe("PRINCIPAL#me#1");
  expect(records.principalIn("PRINCIPAL#me#1")).toBe("me#1");
});
