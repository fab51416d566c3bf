// A gateway to a provider that is not Stripe passes the shared suite, and gateways with one mistake do not.
import { failedIn } from "@order-saga/messaging/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PaymentGateway, ProviderUnavailable } from "../ports.ts";
import { createAdyenShapedGateway } from "./adyen-shaped.ts";
import {
  type AdyenPayment,
  doneOf,
  isCancelled,
  type Modification,
  startAdyenShaped,
} from "./adyen-shaped-provider.ts";
import { booksOf, type GatewayUnderTest, gatewaySuite, type Intent } from "./gateway.suite.ts";

const API_KEY = "adyen-shaped-key";
let provider: Awaited<ReturnType<typeof startAdyenShaped>>;

beforeAll(async () => {
  provider = await startAdyenShaped(API_KEY);
});

afterAll(() => provider.stop());

function moneyOf(payment: AdyenPayment): Intent {
  const captured = doneOf(payment, "CAPTURE");
  const isTaken = ({ eventCode, status }: Modification) => eventCode === "CAPTURE" && status !== "failed";
  const captures = payment.modifications.filter(isTaken).length;
  const money = { captures, refunded: doneOf(payment, "REFUND") };
  if (captures > 0) return { stands: "captured", amount: captured / captures, ...money };
  const { amount, resultCode } = payment;
  const stands = isCancelled(payment) ? "voided" : resultCode === "Refused" ? "declined" : "open";
  return { stands, amount: amount.value, ...money };
}

function create(
  wrong?: Parameters<typeof createAdyenShapedGateway>[1],
  changed: (gateway: PaymentGateway) => PaymentGateway = (gateway) => gateway,
): GatewayUnderTest {
  return {
    gateway: changed(createAdyenShapedGateway({ url: provider.url, apiKey: API_KEY }, wrong)),
    booksOf: (orderId) => booksOf(provider.paymentsOf(orderId).map(moneyOf)),
    failNext: provider.failNext,
    later: () => {},
    methods: {
      good: "scheme_good",
      declined: "scheme_refused",
      captureFails: "scheme_capture_fails",
      asksCustomer: "scheme_redirect",
    },
    unknownIntent: "PSP-OF-NO-PAYMENT",
  };
}

gatewaySuite(() => create());

const failing = (create: () => GatewayUnderTest) => failedIn((register) => gatewaySuite(create, register));

test("a gateway that forgets the key holds and gives back twice, and does not pass", async () => {
  let count = 0;
  const failed = await failing(() => create({ key: (key) => `${key}:${++count}` }));
  expect(failed).toContain("the same order authorised twice is one intent");
  expect(failed).toContain("a refund gives back its amount, and asked for twice it gives it back once");
  expect(failed.filter((name) => /answer is lost/.test(name))).toHaveLength(2);
});

test("a gateway that holds anew for an aborted order does not pass", async () => {
  const holding = (gateway: PaymentGateway): PaymentGateway => ({
    ...gateway,
    authorize: (orderId, charge, since) => gateway.authorize(orderId, charge, since),
  });
  expect(await failing(() => create({}, holding))).toEqual([
    "an aborted order that was never authorised is not authorised for it",
  ]);
});

test("a gateway that does not look for what an aborted order holds does not pass", async () => {
  const careless = (gateway: PaymentGateway): PaymentGateway => ({
    ...gateway,
    authorize: async (...given) =>
      given[3] === undefined
        ? gateway.authorize(...given)
        : { kind: "declined", code: "aborted", reason: "card_declined" },
  });
  expect(await failing(() => create({}, careless))).toEqual([
    "an aborted order that was authorised before is found to be, so that its hold can be given up",
  ]);
});

test.each(["payments", "captures", "refunds"])(
  "a gateway that rounds its %s does not pass",
  async (rounded) => {
    const amount = (given: number, kind: string) =>
      kind === rounded ? Math.round(given / 100) * 100 : given;
    const failed = await failing(() => create({ amount }));
    for (const odd of ["51 minor units of EUR", "1999", "1001", "12340"])
      expect(failed.some((name) => name.startsWith(odd))).toBe(true);
  },
);

test("a gateway that calls every failure a refusal of the card does not pass", async () => {
  const refusing = (gateway: PaymentGateway): PaymentGateway => ({
    ...gateway,
    authorize: (...given) =>
      gateway
        .authorize(...given)
        .catch(() => ({ kind: "declined", code: "failed", reason: "card_declined" }) as const),
  });
  const failed = await failing(() => create({}, refusing));
  expect(failed).toHaveLength(4);
  for (const name of failed) expect(name).toMatch(/^an authorisation /);
});

test("a gateway that does not tell the limit and the shop's key from an outage does not pass", async () => {
  const blind = (gateway: PaymentGateway): PaymentGateway => ({
    ...gateway,
    capture: (...given) =>
      gateway.capture(...given).catch(() => Promise.reject(new ProviderUnavailable("it failed"))),
  });
  const failed = await failing(() => create({}, blind));
  expect(failed).toHaveLength(2);
  for (const name of failed) expect(name).toMatch(/^a capture .*(limit|key)/);
});
