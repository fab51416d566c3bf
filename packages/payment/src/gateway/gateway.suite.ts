// What every gateway to a payment provider does; the in-memory one and Stripe's both pass it.
import type { EventOf } from "@order-saga/contracts";
import { anEvent, testNow, testOrderId } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import type { Charge } from "../payment.ts";
import { type PaymentGateway, ProviderUnavailable } from "../ports.ts";

const since = new Date(testNow).toISOString();

/** Minor units. Uneven, so that an amount that was rounded, or taken in major units, is another one. */
export const AMOUNT = 1987;

export function aCharge(paymentMethod: string): Charge {
  const decideBy = new Date(testNow + 15 * 60_000).toISOString();
  return { amount: AMOUNT, currency: "EUR", paymentMethod, decideBy };
}

/** An order of that amount. */
export function anOrderPlaced(data: Partial<EventOf<"OrderPlaced">["data"]> = {}, orderId = testOrderId) {
  return anEvent("OrderPlaced", { orderId, data: { amount: AMOUNT, ...data } });
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

/** An intent as any provider keeps it. */
export type Intent = { status: string; amount: number; captures: number; refunded: number };

export function booksOf(intents: readonly Intent[]): Books {
  const sum = (of: (intent: Intent) => number) => intents.reduce((total, intent) => total + of(intent), 0);
  const isDeclined = ({ status }: Intent) => status === "declined" || status === "requires_payment_method";
  return {
    authorizations: sum((intent) => (isDeclined(intent) ? 0 : 1)),
    // Whatever is neither over nor declined may still hold money.
    held: sum((each) => (isDeclined(each) || /^(succeeded|canceled)$/.test(each.status) ? 0 : each.amount)),
    captured: sum((each) => (each.status === "succeeded" ? each.amount * each.captures : 0)),
    captures: sum((each) => each.captures),
    refunded: sum((each) => each.refunded),
  };
}

export type GatewayUnderTest = {
  gateway: PaymentGateway;
  booksOf: (orderId: string) => Books;
  /**
   * Payment methods of the provider: one that works, one that is declined, one that is refused at its
   * capture.
   */
  methods: { good: string; declined: string; captureFails: string };
};

let count = 0;
const newOrderId = () => `ord_${(++count).toString(16).padStart(32, "0")}`;

async function authorized(create: () => GatewayUnderTest, method: "good" | "captureFails" = "good") {
  const { booksOf, gateway, methods } = create();
  const orderId = newOrderId();
  const answer = await gateway.authorize(orderId, aCharge(methods[method]), since);
  if (answer.kind !== "authorized") return expect.unreachable(`the card was ${answer.kind}`);
  return { gateway, orderId, intentId: answer.intentId, methods, books: () => booksOf(orderId) };
}

/** `create` may give the same provider every time: each test pays for orders of its own. */
export function gatewaySuite(create: () => GatewayUnderTest): void {
  authorizing(create);
  settling(create);
}

function authorizing(create: () => GatewayUnderTest): void {
  test("a good card is authorised: the amount is held, and nothing taken", async () => {
    const { intentId, books } = await authorized(create);
    expect(intentId).not.toBe("");
    expect(books()).toEqual(held);
  });

  test("a card that is declined is so with the same code, however often it is asked, and holds nothing", async () => {
    const { booksOf, gateway, methods } = create();
    const orderId = newOrderId();
    const ask = () => gateway.authorize(orderId, aCharge(methods.declined), since);
    const first = await ask();
    expect(first).toEqual({ kind: "declined", code: expect.stringMatching(/^[a-z0-9_]+$/) });
    expect(await ask()).toEqual(first);
    expect(booksOf(orderId)).toEqual(nothing);
  });

  test("the same order authorised twice is one intent", async () => {
    const { gateway, orderId, intentId, books, methods } = await authorized(create);
    const again = await gateway.authorize(orderId, aCharge(methods.good), since);
    expect(again).toEqual({ kind: "authorized", intentId });
    expect(books()).toEqual(held);
  });

  test("the same order authorised twenty times at once is one intent", async () => {
    const { gateway, booksOf, methods } = create();
    const orderId = newOrderId();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => gateway.authorize(orderId, aCharge(methods.good), since)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(booksOf(orderId)).toEqual(held);
  });

  test("two orders are two intents", async () => {
    const [one, two] = [await authorized(create), await authorized(create)];
    expect(one.intentId).not.toBe(two.intentId);
  });
}

function settling(create: () => GatewayUnderTest): void {
  test("capturing takes the amount, and capturing twice takes it once", async () => {
    const { gateway, orderId, intentId, books } = await authorized(create);
    for (let time = 1; time <= 2; time++) {
      expect(await gateway.capture(orderId, intentId)).toEqual({ kind: "captured" });
    }
    expect(books()).toEqual(captured);
  });

  test("a capture refused for good says why, however often it is asked, and leaves no hold", async () => {
    const { gateway, orderId, intentId, books } = await authorized(create, "captureFails");
    expect(books()).toEqual(held);
    const first = await gateway.capture(orderId, intentId);
    expect(first).toEqual({ kind: "capture-failed", code: expect.stringMatching(/^[a-z0-9_]+$/) });
    expect(await gateway.capture(orderId, intentId)).toEqual(first);
    expect(books()).toEqual(voided);
  });

  test("voiding gives up the hold, and voiding twice is the same", async () => {
    const { gateway, orderId, intentId, books } = await authorized(create);
    for (let time = 1; time <= 2; time++) {
      expect(await gateway.void(orderId, intentId)).toEqual({ kind: "voided" });
    }
    expect(books()).toEqual(voided);
  });

  test("what was voided cannot be captured", async () => {
    const { gateway, orderId, intentId, books } = await authorized(create);
    await gateway.void(orderId, intentId);
    expect(await gateway.capture(orderId, intentId)).toMatchObject({ kind: "capture-failed" });
    expect(books()).toEqual(voided);
  });

  test("what was captured is not taken for voided", async () => {
    const { gateway, orderId, intentId, books } = await authorized(create);
    await gateway.capture(orderId, intentId);
    await expect(gateway.void(orderId, intentId)).rejects.toThrow(ProviderUnavailable);
    expect(books()).toEqual(captured);
  });

  test("refunding gives all back, and refunding twice gives it back once", async () => {
    const { gateway, orderId, intentId, books } = await authorized(create);
    await gateway.capture(orderId, intentId);
    for (let time = 1; time <= 2; time++) {
      expect(await gateway.refund(orderId, intentId)).toEqual({ kind: "refunded" });
    }
    expect(books()).toEqual(refunded);
  });

  test("what was not captured is not taken for refunded", async () => {
    const { gateway, orderId, intentId, books } = await authorized(create);
    await expect(gateway.refund(orderId, intentId)).rejects.toThrow(ProviderUnavailable);
    expect(books()).toEqual(held);
  });
}
