// Quotas and constants: each row has its page and date, and regions differ where the page says so.

import { ses } from "@order-saga/notification/service";
import { stripe } from "@order-saga/payment/service";
import { type Quota, quotaIn, quotas, quotasDate, regions } from "@order-saga/stacks/quotas";
import { expect, test } from "vitest";
import { constants } from "./constants.ts";
import { limitsOf } from "./limits.ts";

const rows = Object.entries(quotas as Readonly<Record<string, Quota>>);

test("the table has a date", () => {
  expect(new Date(quotasDate).toISOString().slice(0, 10)).toBe(quotasDate);
});

test.each(rows)("%s has a page, a positive value and regions that exist", (_, row) => {
  expect(row.source).toMatch(/^https:\/\/docs\.(aws\.amazon|stripe)\.com\/\S+$/);
  expect(row.says).toMatch(/^[A-Z][\w ]+: /);
  for (const value of [row.value, ...Object.values(row.in ?? {})]) expect(value).toBeGreaterThan(0);
  for (const name of Object.keys(row.in ?? {})) expect(regions).toContain(name);
});

test.each(Object.entries(constants))("the constant %s says what it is and where it comes from", (_, row) => {
  expect(row.value).toBeGreaterThan(0);
  expect(row.from.length).toBeGreaterThan(10);
});

test.each(limitsOf({ region: "eu-west-1", skus: 1 }))("$name has a source, a date and a cure", (limit) => {
  expect(limit.source).toMatch(/^https:\/\/docs\.|^(stacks|packages|tools)\//);
  expect(new Date(limit.date).getTime()).toBeGreaterThan(0);
  expect(limit.cure).not.toBe("");
  expect(limit.beyond).not.toBe("");
});

test("EventBridge's quotas are those of its page", () => {
  const both = (region: string) => [quotaIn("putEvents", region), quotaIn("deliveries", region)];
  expect(both("eu-west-1")).toEqual([10_000, 18_750]);
  expect(both("eu-central-1")).toEqual([2400, 4500]);
  expect(both("eu-west-2")).toEqual([1200, 2250]);
  expect(both("eu-north-1")).toEqual([600, 1100]);
  expect(both("eu-south-1")).toEqual([400, 750]);
});

test("the manifests' limits of the providers are the table's", () => {
  expect(stripe.perSecond).toBe(quotas.stripeOperation.value);
  expect(ses.perSecond).toBe(quotas.mailsPerSecond.value);
});
