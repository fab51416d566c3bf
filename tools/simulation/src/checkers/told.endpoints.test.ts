// E14 over what receivers took of one order's end.
import { anEvent } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { everyOutcomeIsTold } from "./e14-every-outcome-is-told.ts";
import type { Observed, ToldWebhook } from "./observed.ts";

const event = anEvent("OrderConfirmed");
const source = "shop.orders";
const published = [{ accepted: true, by: "orders-track-order", detailType: event.type, event, source }];
const told = (endpoint: string, given: Partial<ToldWebhook> = {}): ToldWebhook => ({
  at: 0,
  id: `msg_${event.id}_${endpoint}`,
  body: "{}",
  taken: true,
  ...given,
});

const judged = (given: Pick<Observed, "told"> & Partial<Observed>) =>
  everyOutcomeIsTold()
    .atRest?.({ published, lost: [], ...given } as unknown as Observed)
    .map(({ detail }) => detail);

test("it holds when each endpoint took it, however often it was told before", () => {
  expect(judged({ told: [told("shop", { taken: false }), told("shop"), told("erp"), told("erp")] })).toEqual(
    [],
  );
});

test("it is broken by an endpoint that was not told, or took nothing", () => {
  const complaint = "the webhook of OrderConfirmed to erp was never taken";
  expect(judged({ told: [told("shop")] })).toEqual([complaint]);
  expect(judged({ told: [told("shop"), told("erp", { taken: false })] })).toEqual([complaint]);
});

test("it is broken by other bytes under the same id", () => {
  const all = [told("shop"), told("erp"), told("erp", { body: "{ }" })];
  expect(judged({ told: all })).toEqual(["the webhook of OrderConfirmed to erp was told with other bytes"]);
});

test("it asks for nothing of an order whose message an operator purged", () => {
  const lost = [{ to: "webhooks-tell-storefront", orderId: event.orderId }] as unknown as Observed["lost"];
  expect(judged({ told: [], lost })).toEqual([]);
});
