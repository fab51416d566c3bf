// What the gateway's suites share: an order's charge, the books of its money, and the gateway under test.
import type { EventOf } from "@order-saga/contracts";
import { anEvent, testNow, testOrderId } from "@order-saga/messaging/testing";
import { expect } from "vitest";
import type { Charge } from "../payment.ts";
import type { PaymentGateway } from "../ports.ts";

export const since = new Date(testNow).toISOString();

/** Minor units. Uneven, so that an amount that was rounded, or taken in major units, is another one. */
export const AMOUNT = 1987;

export function aCharge(paymentMethod: string): Charge {
  const decideBy = new Date(testNow + 15 * 60_000).toISOString();
  const lines = [{ sku: "TEA-EARL-GREY", quantity: 1, unitPrice: AMOUNT }];
  return { amount: AMOUNT, currency: "EUR", paymentMethod, decideBy, lines };
}

/** An order of that amount. */
export function anOrderPlaced(data: Partial<EventOf<"OrderPlaced">["data"]> = {}, orderId = testOrderId) {
  const lines = [{ sku: "TEA-EARL-GREY", name: "Earl Grey", quantity: 1, unitPrice: AMOUNT }];
  return anEvent("OrderPlaced", { orderId, data: { amount: AMOUNT, lines, ...data } });
}

/** What the provider holds or took of an order, in minor units, over all the intents it made for it. */
export type Books = {
  authorizations: number;
  held: number;
  captured: number;
  captures: number;
  refunded: number;
};

export const nothing: Books = { authorizations: 0, held: 0, captured: 0, captures: 0, refunded: 0 };
export const held: Books = { ...nothing, authorizations: 1, held: AMOUNT };
export const captured: Books = { ...nothing, authorizations: 1, captured: AMOUNT, captures: 1 };
export const voided: Books = { ...nothing, authorizations: 1 };
export const refunded: Books = { ...captured, refunded: AMOUNT };

/** An order's money as any provider keeps it; a sum that is neither over nor declined is held. */
export type Intent = {
  stands: "open" | "captured" | "voided" | "declined";
  amount: number;
  captures: number;
  refunded: number;
};

export function booksOf(intents: readonly Intent[]): Books {
  const sum = (of: (intent: Intent) => number) => intents.reduce((total, intent) => total + of(intent), 0);
  return {
    authorizations: sum(({ stands }) => (stands === "declined" ? 0 : 1)),
    held: sum(({ amount, stands }) => (stands === "open" ? amount : 0)),
    captured: sum(({ amount, captures, stands }) => (stands === "captured" ? amount * captures : 0)),
    captures: sum(({ captures }) => captures),
    refunded: sum(({ refunded }) => refunded),
  };
}

/**
 * How a provider may fail a request: its answer is lost after the work, it does not take the request now,
 * it is not reached, or it does not take the shop's key.
 */
export type ProviderFault = "answer-lost" | "throttled" | "unreached" | "shop-refused";

export type GatewayUnderTest = {
  gateway: PaymentGateway;
  booksOf: (orderId: string) => Books;
  /**
   * Payment methods of the provider: one that works, one that is declined, one that is refused at its
   * capture, one whose bank asks for the customer.
   */
  methods: { good: string; declined: string; captureFails: string; asksCustomer: string };
  /** An id as the provider writes it, of no intent. */
  unknownIntent: string;
  /** The next request that changes something meets this fault. */
  failNext: (fault: ProviderFault) => void;
  /** Lets so much time pass that the provider's search shows all that was done. */
  later: () => void;
};

let count = 0;
export const newOrderId = () => `ord_${(++count).toString(16).padStart(32, "0")}`;

/** An order whose amount is held. */
export async function authorized(
  create: () => GatewayUnderTest,
  method: "good" | "captureFails" = "good",
  charge: Partial<Charge> = {},
) {
  const { booksOf, failNext, gateway, later, methods, unknownIntent } = create();
  const orderId = newOrderId();
  const answer = await gateway.authorize(orderId, { ...aCharge(methods[method]), ...charge }, since);
  if (answer.kind !== "authorized") return expect.unreachable(`the card was ${answer.kind}`);
  return {
    gateway,
    failNext,
    later,
    orderId,
    intentId: answer.intentId,
    methods,
    unknownIntent,
    books: () => booksOf(orderId),
  };
}

/** Minor units. */
export const PART = 613;
export const aRefund = (amount: number, id = "rf_1", currency = "EUR") => ({
  id,
  amount,
  at: since,
  currency,
});
