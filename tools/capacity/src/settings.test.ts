// The settings that the tool proposes: a stage takes them, and they are what the rate needs.

import { regions } from "@order-saga/stacks/quotas";
import { readSettings } from "@order-saga/stacks/settings";
import fc from "fast-check";
import { expect, test } from "vitest";
import { raisedFor } from "./settings.ts";

const usual = { region: "eu-west-1", skus: 1000 };
const mailFrom = { MAIL_FROM: "Tea Shop <shop@example.com>" };

test("ten orders a second need more mails, and nothing else", () => {
  const { ask, buckets, settings } = raisedFor(10, usual);
  expect(settings).toEqual({ MAIL_PER_SECOND: "20" });
  expect(ask).toEqual(["SES: 20 mails a second, and a day's sum to match"]);
  expect(buckets).toBe(1);
});

test("a thousand orders a second", () => {
  const { ask, monthly, settings } = raisedFor(1000, usual);
  expect(settings).toMatchObject({
    API_PER_SECOND: "1000",
    API_BURST: "2000",
    STRIPE_PER_SECOND: "1000",
    MAIL_PER_SECOND: "2000",
    WARM_ORDERS_PER_SECOND: "1000",
    REACTION_CONCURRENCY: expect.stringMatching(/^orders-track-order=\d+$/),
  });
  expect(settings).not.toHaveProperty("PUT_EVENTS_PER_SECOND");
  expect(ask.join()).toContain("Stripe: 2,000 requests a second of the account");
  // 2,628 million orders at some 50 dollars a million, and two mails of 100 dollars a million each.
  expect(monthly.orders / 2628).toBeGreaterThan(45);
  expect(monthly.orders / 2628).toBeLessThan(55);
  expect(monthly.mails).toBeCloseTo(2628 * 200);
  expect(monthly.idle).toBe(0);
});

test("a small region has to ask for its bus before a large one", () => {
  expect(raisedFor(150, { region: "eu-north-1", skus: 1000 }).settings).toMatchObject({
    API_PER_SECOND: "150",
    PUT_EVENTS_PER_SECOND: "900",
    DELIVERIES_PER_SECOND: "1500",
  });
  expect(raisedFor(150, usual).settings).not.toHaveProperty("PUT_EVENTS_PER_SECOND");
});

test.each([
  [1, 20, 1],
  [1, 21, 2],
  [1, 119, 8],
  [1, 240, 20],
  [1, 270, 32],
  [1, 271, undefined],
  [10, 690, 4],
])("%i products at %i orders a second: %s buckets each", (skus, rate, buckets) => {
  expect(raisedFor(rate, { region: "eu-west-1", skus }).buckets).toBe(buckets);
});

test("a stage takes the proposed settings in every region, up to 20,000 orders a second", () => {
  const rate = fc.integer({ min: 1, max: 20_000 });
  fc.assert(
    fc.property(rate, fc.constantFrom(...regions), (ordersPerSecond, region) => {
      const { settings } = raisedFor(ordersPerSecond, { region, skus: 1000 });
      const read = readSettings("ada", { ...mailFrom, REGION: region, ...settings });
      expect(read.api.rate).toBeGreaterThanOrEqual(
        Math.min(ordersPerSecond, settings.API_PER_SECOND ? ordersPerSecond : read.api.rate),
      );
      if (settings.API_PER_SECOND === undefined)
        expect(read.api.rate).toBeGreaterThanOrEqual(ordersPerSecond);
    }),
  );
});
