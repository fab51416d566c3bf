// Settings of throughput: what they change in the deployment, and which of them are refused, with what to do.
import { readSettings } from "@order-saga/stacks/settings";
import { expect, test } from "vitest";
import { idleBill } from "../src/idle/bill.ts";
import { promises, watchedPromises } from "../src/promises/index.ts";
import { exampleSettings, personalSettings } from "../src/settings.ts";
import { synthesize } from "../src/synthesize.ts";
import { types } from "../src/types.ts";
import { rendered } from "./rendered.ts";

const raised = {
  API_PER_SECOND: "1000",
  API_BURST: "1500",
  ACCOUNT_CONCURRENCY: "3000",
  STRIPE_PER_SECOND: "500",
  WARM_ORDERS_PER_SECOND: "2000",
  REACTION_CONCURRENCY: "orders-track-order=1200, inventory-reserve-stock=50,orders-place-child=4",
};

const graph = await synthesize("ada", { ...personalSettings, ...raised }, { detail: "outline" });
// An outline has no bundles.
graph.bundles = (await rendered("production")).bundles;

const inputsOf = (type: string, name: string) =>
  graph.resources.find((each) => each.type === type && each.name.includes(name))?.inputs;

// What an idle month costs is this stage's choice.
const judged = promises.filter(
  (each) => !watchedPromises.includes(each) && !each.says.startsWith("an idle month"),
);

test.each(judged)("with raised settings, $says", ({ broken }) => {
  expect(broken(graph)).toEqual([]);
});

test("the API takes what the settings say", () => {
  expect(inputsOf(types.apiStage, "")?.defaultRouteSettings).toMatchObject({
    throttlingRateLimit: 1000,
    throttlingBurstLimit: 1500,
  });
});

test("a reaction runs as many batches as its setting, above 1,000 by pollers of ten, and others stay", () => {
  const scaling = (name: string) => {
    const { provisionedPollerConfig, scalingConfig } = inputsOf(types.mapping, name) ?? {};
    return { provisionedPollerConfig, scalingConfig };
  };
  expect(scaling("ReserveStock").scalingConfig).toEqual({ maximumConcurrency: 50 });
  expect(scaling("PlaceChild").scalingConfig).toEqual({ maximumConcurrency: 4 });
  expect(scaling("CommitStock").scalingConfig).toEqual({ maximumConcurrency: 10 });
  expect(scaling("TrackOrder")).toEqual({
    provisionedPollerConfig: { minimumPollers: 2, maximumPollers: 120 },
    scalingConfig: undefined,
  });
});

test("what calls a provider runs as many batches as its limit fills, at a second for a call", () => {
  expect(inputsOf(types.mapping, "CapturePayment")?.scalingConfig).toEqual({ maximumConcurrency: 50 });
});

test("tables and indexes are warm that need more than a new one takes, and no other", () => {
  const warmOf = (name: string) => inputsOf(types.table, name)?.warmThroughput;
  expect(warmOf("Inventory")).toEqual({ writeUnitsPerSecond: 16_000, readUnitsPerSecond: 12_000 });
  expect(warmOf("Notification")?.writeUnitsPerSecond).toBe(8000);
  const indexes = inputsOf(types.table, "Orders")?.globalSecondaryIndexes;
  expect(indexes.map((each: { warmThroughput?: object }) => each.warmThroughput)).toEqual([
    { writeUnitsPerSecond: 4400, readUnitsPerSecond: 12_000 },
    { writeUnitsPerSecond: 4400, readUnitsPerSecond: 12_000 },
  ]);
});

test("two ready pollers cost 13.51 dollars in an idle month, and nothing is paid for without a setting", async () => {
  expect(idleBill(graph).items["provisioned pollers"]).toBeCloseTo(13.505);
  expect(idleBill(await rendered("ada")).items["provisioned pollers"]).toBeUndefined();
});

const limitOf = (settings: Readonly<Record<string, string>>) =>
  readSettings("ada", { ...personalSettings, ...settings }).api;

test.each([
  ["by default", {}, { rate: 200, burst: 400 }],
  ["in a region of 600 requests of PutEvents", { REGION: "eu-north-1" }, { rate: 100, burst: 200 }],
  ["in a region that has 400", { REGION: "eu-south-1" }, { rate: 66, burst: 132 }],
  [
    "with a bus that AWS raised",
    { REGION: "eu-south-1", PUT_EVENTS_PER_SECOND: "3000", DELIVERIES_PER_SECOND: "1500" },
    { rate: 150, burst: 300 },
  ],
  ["with a provider of 5 a second", { STRIPE_PER_SECOND: "5" }, { rate: 72, burst: 144 }],
  ["with a minute to decide", { DECIDE_WITHIN_SECONDS: "60" }, { rate: 24, burst: 48 }],
])("%s the API takes what bus and provider bear", (_, settings, limit) => {
  expect(limitOf(settings)).toEqual(limit);
});

const refused = (settings: Readonly<Record<string, string>>) => () =>
  readSettings("production", { ...exampleSettings, ...settings });

test.each([
  [
    "more orders than the bus takes events",
    { REGION: "eu-north-1", API_PER_SECOND: "150" },
    "API_PER_SECOND: 150 orders a second are 900 requests of PutEvents, and the bus takes 600 of an account in eu-north-1; set at most 100, or ask AWS for more and say in PUT_EVENTS_PER_SECOND what it allows",
  ],
  [
    "more orders than the bus delivers",
    { REGION: "eu-north-1", API_PER_SECOND: "150", PUT_EVENTS_PER_SECOND: "1000" },
    "API_PER_SECOND: 150 orders a second are 1500 deliveries, and the bus takes 1100 of an account in eu-north-1; set at most 110, or ask AWS for more and say in DELIVERIES_PER_SECOND what it allows",
  ],
  [
    "more orders in a minute than the provider takes in the time of a decision",
    { API_PER_SECOND: "400" },
    "API_PER_SECOND, API_BURST: in a minute 24800 orders come in, and STRIPE_PER_SECOND lets 22500 be decided within DECIDE_WITHIN_SECONDS; set at most 362, or raise the provider's limit",
  ],
  [
    "more functions at once than the account runs",
    { REACTION_CONCURRENCY: "orders-track-order=950" },
    /REACTION_CONCURRENCY: \d+ functions may run at once \(reactions \d+, schedules 5, the API's 10, requests that wait 100\), and Lambda runs 1000 of an account; .* ACCOUNT_CONCURRENCY/,
  ],
  [
    "more than a new account runs",
    { ACCOUNT_CONCURRENCY: "10" },
    /REACTION_CONCURRENCY: .* Lambda runs 10 of/,
  ],
  [
    "more orders than a new table writes",
    { API_PER_SECOND: "600", STRIPE_PER_SECOND: "100" },
    "WARM_ORDERS_PER_SECOND: 600 orders a second are 4800 write units of one table, and a new one takes 4000; set 600 (API_PER_SECOND)",
  ],
  [
    "a rate in words",
    { API_PER_SECOND: "many" },
    "API_PER_SECOND: must be a number of requests, such as 200",
  ],
  ["no rate", { API_BURST: "0" }, "API_BURST: must be a number of requests at once"],
  [
    "a reaction that is not there",
    { REACTION_CONCURRENCY: "track-order=50" },
    /REACTION_CONCURRENCY: track-order is no reaction; there are .*orders-track-order/,
  ],
  [
    "a reaction without its number",
    { REACTION_CONCURRENCY: "orders-track-order" },
    "REACTION_CONCURRENCY: orders-track-order is not of the form inventory-reserve-stock=50",
  ],
  [
    "one batch",
    { REACTION_CONCURRENCY: "orders-track-order=1" },
    "REACTION_CONCURRENCY: orders-track-order=1 must be from 2 to 20000 batches at once",
  ],
  [
    "a reaction twice",
    { REACTION_CONCURRENCY: "orders-track-order=5,orders-track-order=6" },
    "REACTION_CONCURRENCY: orders-track-order is named twice",
  ],
  [
    "what follows from the provider",
    { REACTION_CONCURRENCY: "payment-capture-payment=50" },
    "REACTION_CONCURRENCY: payment-capture-payment runs as many batches as STRIPE_PER_SECOND allows; set that",
  ],
])("%s: refused, with what to do", (_, settings, says) => {
  expect(refused(settings)).toThrow(says);
});
