// The in-memory provider passes the shared suite, and its faults take effect or not as they say.
import { testNow, testOrderId } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { ProviderUnavailable } from "../ports.ts";
import { reasonOf } from "./decline-reasons.ts";
import { aCharge, booksOf, gatewaySuite, held, nothing } from "./gateway.suite.ts";
import { createMemoryGateway, type GatewayFault, type MemoryGateway } from "./memory.ts";
import { declinedCards, methods, UNKNOWN_CARD, withStanding } from "./stripe-test-cards.ts";

const since = new Date(testNow).toISOString();

const booksIn = (gateway: MemoryGateway, orderId: string) =>
  booksOf(withStanding(gateway.intents().filter((intent) => intent.orderId === orderId)));

const faults = {
  "answer-lost": "lost-answer",
  throttled: "limit",
  unreached: "down",
  "shop-refused": "shop-refused",
} as const;

gatewaySuite(() => {
  const gateway = createMemoryGateway(() => testNow);
  return {
    gateway,
    methods,
    unknownIntent: "pi_none",
    booksOf: (orderId) => booksIn(gateway, orderId),
    failNext: (fault) => gateway.failNext(faults[fault]),
    later: () => {},
  };
});

test.each([...Object.entries(declinedCards), ["pm_card_unknown", UNKNOWN_CARD]] as [string, string][])(
  "%s is declined as Stripe declines it, with %s",
  async (paymentMethod, code) => {
    const gateway = createMemoryGateway(() => testNow);
    const answer = await gateway.authorize(testOrderId, aCharge(paymentMethod), since);
    expect(answer).toEqual({ kind: "declined", code, reason: reasonOf(code, code !== UNKNOWN_CARD) });
  },
);

test.each<[GatewayFault, object]>([
  ["down", nothing],
  ["key-in-use", nothing],
  ["lost-answer", held],
])("%s is thrown once, and asking again gives the one effect", async (fault, after) => {
  const gateway = createMemoryGateway(() => testNow);
  gateway.failNext(fault);
  const ask = () => gateway.authorize(testOrderId, aCharge("pm_card_visa"), since);
  await expect(ask()).rejects.toThrow(ProviderUnavailable);
  expect(booksIn(gateway, testOrderId)).toEqual(after);
  expect(await ask()).toMatchObject({ kind: "authorized" });
  expect(booksIn(gateway, testOrderId)).toEqual(held);
});
