// What is reached first, by hand-computed cases and by laws: more products never lower a limit.

import { quotaIn, regions } from "@order-saga/stacks/quotas";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketsFor, ordersOfProduct } from "./constants.ts";
import { limitsOf } from "./limits.ts";
import { brokenAt } from "./report.ts";

const usual = { region: "eu-west-1", skus: 1000 };

function reached(name: string, where = usual): number {
  const found = limitsOf(where).find((each) => each.name === name);
  if (!found) throw new Error(`There is no limit ${name}.`);
  return found.ordersPerSecond;
}

test.each([
  // 50,000 mails a day, two an order.
  ["mails in a day (mean)", usual, 50_000 / 2 / 86_400],
  ["mails in a second", usual, 7],
  ["Stripe, each operation", usual, 25],
  ["Stripe, the account", usual, 50],
  ["the webhook's throttle", usual, 50],
  ["the API's throttle", usual, 200],
  ["the API's throttle", { region: "eu-north-1", skus: 1000 }, 100],
  // Six requests of PutEvents and ten deliveries.
  ["EventBridge, PutEvents", usual, 10_000 / 6],
  ["EventBridge, deliveries", usual, 1875],
  ["EventBridge, PutEvents", { region: "eu-south-1", skus: 1000 }, 400 / 6],
  ["EventBridge, deliveries", { region: "eu-central-1", skus: 1000 }, 450],
  // Two transactions of two units each write eight units of one table.
  ["DynamoDB, new table of inventory", usual, 500],
  ["DynamoDB, a table's quota", usual, 5000],
  // A hidden message counts for three minutes; track-order has four of each order.
  ["SQS in flight, while a reaction fails", usual, 120_000 / 180 / 4],
  ["KMS, the bus's key", usual, 100_000 / 16],
  ["stock of one product, collisions", { region: "eu-west-1", skus: 1 }, 20],
  ["stock of one product, writes of an item", { region: "eu-west-1", skus: 1 }, 250],
  ["price of one product, reads of an item", { region: "eu-west-1", skus: 1 }, 3000],
])("%s in %o", (name, where, ordersPerSecond) => {
  expect(reached(name, where)).toBeCloseTo(ordersPerSecond, 6);
});

test("at each rate the new ones are told, and the first of all", () => {
  const limits = limitsOf(usual);
  const [one, ten, hundred] = brokenAt(limits);
  expect(one?.fresh.map(({ name }) => name)).toEqual(["mails in a day (mean)"]);
  expect(ten?.fresh.map(({ name }) => name)).toEqual(["mails in a second"]);
  expect(hundred?.fresh[0]?.name).toBe("Stripe, each operation");
  expect(hundred?.first?.name).toBe("mails in a day (mean)");
  expect(brokenAt(limits, [0.1])).toEqual([{ rate: 0.1, first: undefined, fresh: [] }]);
});

const where = fc.record({ region: fc.constantFrom(...regions), skus: fc.integer({ min: 1, max: 100_000 }) });

test("limits come in order, and a cure lowers none", () => {
  fc.assert(
    fc.property(where, (given) => {
      const limits = limitsOf(given);
      const at = limits.map(({ ordersPerSecond }) => ordersPerSecond);
      expect(at).toEqual(at.toSorted((a, b) => a - b));
      expect(at.every((each) => each > 0 && Number.isFinite(each))).toBe(true);
      for (const { cured, ordersPerSecond } of limits) expect(cured).toBeGreaterThanOrEqual(ordersPerSecond);
    }),
  );
});

test("more products lower no limit, and nothing that is not of products changes with them", () => {
  fc.assert(
    fc.property(where, fc.integer({ min: 1, max: 1000 }), (given, more) => {
      const kinds = (skus: number) => {
        const limits = limitsOf({ ...given, skus });
        const ofProducts = ({ name }: { name: string }) => /^(stock|price) of/.test(name);
        return {
          least: Math.min(...limits.filter(ofProducts).map((each) => each.ordersPerSecond)),
          others: limits.filter((each) => !ofProducts(each)),
        };
      };
      const [few, many] = [kinds(given.skus), kinds(given.skus + more)];
      expect(many.least).toBeGreaterThan(few.least);
      expect(many.others).toEqual(few.others);
    }),
  );
});

test("a higher rate breaks whatever a lower one breaks", () => {
  const rate = fc.double({ min: 0.01, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(where, rate, rate, (given, one, other) => {
      const limits = limitsOf(given);
      const broken = (at: number) => brokenAt(limits, [at])[0]?.fresh.map(({ name }) => name) ?? [];
      const [low, high] = [broken(Math.min(one, other)), broken(Math.max(one, other))];
      expect(high).toEqual(expect.arrayContaining(low));
    }),
  );
});

test("a region whose bus takes less reaches the bus's limits earlier", () => {
  fc.assert(
    fc.property(fc.constantFrom(...regions), fc.constantFrom(...regions), (one, other) => {
      const at = (region: string) => reached("EventBridge, PutEvents", { ...usual, region });
      expect(Math.sign(at(one) - at(other))).toBe(
        Math.sign(quotaIn("putEvents", one) - quotaIn("putEvents", other)),
      );
    }),
  );
});

test("more buckets bear more of one product, and the fewest that bear a rate are found", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 31 }), (buckets) => {
      expect(ordersOfProduct(buckets + 1)).toBeGreaterThan(ordersOfProduct(buckets));
      expect(bucketsFor(ordersOfProduct(buckets))).toBe(buckets);
    }),
  );
  expect([1, 2.5, 4, 32].map(ordersOfProduct)).toEqual([20, 44.5, 69, 270]);
});
