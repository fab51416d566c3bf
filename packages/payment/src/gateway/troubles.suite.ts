// Every gateway under faults of its provider: it claims no outcome, and asked again it has one effect.
import type { RegisterTest } from "@order-saga/messaging/testing";
import { expect } from "vitest";
import { ProviderUnavailable } from "../ports.ts";
import {
  aCharge,
  aRefund,
  authorized,
  type Books,
  captured,
  type GatewayUnderTest,
  held,
  newOrderId,
  nothing,
  PART,
  type ProviderFault,
  since,
  voided,
} from "./gateway-under-test.suite.ts";

type Ask = { ask: () => Promise<unknown>; books: () => Books; failNext: (fault: ProviderFault) => void };
type Call = { name: string; answer: object; before: Books; after: Books; prepare: () => Promise<Ask> };

/** Each call, from where it starts to where its one effect leads. */
function callsOf(create: () => GatewayUnderTest): Call[] {
  return [
    {
      name: "an authorisation",
      answer: { kind: "authorized" },
      before: nothing,
      after: held,
      async prepare() {
        const { booksOf, failNext, gateway, methods } = create();
        const orderId = newOrderId();
        const ask = () => gateway.authorize(orderId, aCharge(methods.good), since);
        return { ask, failNext, books: () => booksOf(orderId) };
      },
    },
    {
      name: "a capture",
      answer: { kind: "captured", amount: held.held },
      before: held,
      after: captured,
      async prepare() {
        const order = await authorized(create);
        return { ...order, ask: () => order.gateway.capture(order.orderId, order.intentId) };
      },
    },
    {
      name: "a void",
      answer: { kind: "voided" },
      before: held,
      after: voided,
      async prepare() {
        const order = await authorized(create);
        return { ...order, ask: () => order.gateway.void(order.orderId, order.intentId) };
      },
    },
    {
      name: "a refund",
      answer: { kind: "refund", refundId: "rf_1", status: "SUCCEEDED" },
      before: captured,
      after: { ...captured, refunded: PART },
      async prepare() {
        const order = await authorized(create);
        await order.gateway.capture(order.orderId, order.intentId);
        return { ...order, ask: () => order.gateway.refund(order.orderId, order.intentId, aRefund(PART)) };
      },
    },
  ];
}

async function thrownBy(ask: () => Promise<unknown>): Promise<ProviderUnavailable> {
  const thrown = await ask().catch((error: unknown) => error);
  if (thrown instanceof ProviderUnavailable) return thrown;
  return expect.unreachable(`an outcome was claimed: ${JSON.stringify(thrown)}`);
}

export function troublesSuite(create: () => GatewayUnderTest, test: RegisterTest): void {
  for (const { after, answer, before, name, prepare } of callsOf(create)) {
    async function failed(fault: ProviderFault) {
      const { ask, books, failNext } = await prepare();
      expect(books()).toEqual(before);
      failNext(fault);
      const { isLimit, ofShop, message } = await thrownBy(ask);
      expect(message).not.toMatch(/secret|sk_|pm_/);
      const met = books();
      expect(await ask()).toMatchObject(answer);
      expect(books()).toEqual(after);
      return { isLimit, ofShop, met };
    }

    test(`${name} whose answer is lost was done, is of unknown outcome, and asked again is done once`, async () => {
      expect(await failed("answer-lost")).toEqual({ isLimit: false, ofShop: undefined, met: after });
    });

    test(`${name} that meets the provider's limit is not done, and says that the limit was met`, async () => {
      expect(await failed("throttled")).toEqual({ isLimit: true, ofShop: undefined, met: before });
    });

    test(`${name} that does not reach the provider is not done, and is no limit`, async () => {
      expect(await failed("unreached")).toEqual({ isLimit: false, ofShop: undefined, met: before });
    });

    test(`${name} for which the provider does not take the shop's key is no refusal of the card`, async () => {
      const { isLimit, ofShop, met } = await failed("shop-refused");
      expect({ isLimit, met }).toEqual({ isLimit: false, met: before });
      expect(ofShop).toMatch(/./);
    });
  }
}
