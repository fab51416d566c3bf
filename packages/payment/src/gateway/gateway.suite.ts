// What every gateway to a provider does; the in-memory one and Stripe's both pass it.
import { testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import type { Charge } from "../payment.ts";
import { type PaymentGateway, ProviderUnavailable } from "../ports.ts";

const since = new Date(testNow).toISOString();

export function aCharge(paymentMethod: string): Charge {
  const decideBy = new Date(testNow + 15 * 60_000).toISOString();
  return { amount: 1980, currency: "EUR", paymentMethod, decideBy };
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
export const held: Books = { ...nothing, authorizations: 1, held: 1980 };
export const captured: Books = { ...nothing, authorizations: 1, captured: 1980, captures: 1 };
export const voided: Books = { ...nothing, authorizations: 1 };
export const refunded: Books = { ...captured, refunded: 1980 };

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

export type GatewayUnderTest = { gateway: PaymentGateway; booksOf: (orderId: string) => Books };

let count = 0;
const newOrderId = () => `ord_${(++count).toString(16).padStart(32, "0")}`;

/** `create` may give the same provider every time: each test pays for orders of its own. */
export function gatewaySuite(create: () => GatewayUnderTest): void {
  async function authorized(paymentMethod = "pm_card_visa") {
    const { gateway, booksOf } = create();
    const orderId = newOrderId();
    const answer = await gateway.authorize(orderId, aCharge(paymentMethod), since);
    if (answer.kind !== "authorized") return expect.unreachable(`the card was ${answer.kind}`);
    return { gateway, orderId, intentId: answer.intentId, books: () => booksOf(orderId) };
  }

  test("a good card is authorised: the amount is held, and nothing taken", async () => {
    const { intentId, books } = await authorized();
    expect(intentId).toMatch(/^pi_/);
    expect(books()).toEqual(held);
  });

  test.each([
    ["pm_card_visa_chargeDeclined", "generic_decline"],
    ["pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"],
    ["pm_card_chargeDeclinedExpiredCard", "expired_card"],
    ["pm_card_authenticationRequired", "authentication_required"],
    ["pm_card_nobodyKnows", "resource_missing"],
  ])("%s is declined with %s, however often it is asked, and holds nothing", async (paymentMethod, code) => {
    const { gateway, booksOf } = create();
    const orderId = newOrderId();
    for (let time = 1; time <= 2; time++) {
      expect(await gateway.authorize(orderId, aCharge(paymentMethod), since)).toEqual({
        kind: "declined",
        code,
      });
    }
    expect(booksOf(orderId)).toEqual(nothing);
  });

  test("the same order authorised twice is one intent", async () => {
    const { gateway, orderId, intentId, books } = await authorized();
    const again = await gateway.authorize(orderId, aCharge("pm_card_visa"), since);
    expect(again).toEqual({ kind: "authorized", intentId });
    expect(books()).toEqual(held);
  });

  test("the same order authorised twenty times at once is one intent", async () => {
    const { gateway, booksOf } = create();
    const orderId = newOrderId();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => gateway.authorize(orderId, aCharge("pm_card_visa"), since)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(booksOf(orderId)).toEqual(held);
  });

  test("two orders are two intents", async () => {
    const [one, two] = [await authorized(), await authorized()];
    expect(one.intentId).not.toBe(two.intentId);
  });

  test("capturing takes the amount, and capturing twice takes it once", async () => {
    const { gateway, orderId, intentId, books } = await authorized();
    for (let time = 1; time <= 2; time++) {
      expect(await gateway.capture(orderId, intentId)).toEqual({ kind: "captured" });
    }
    expect(books()).toEqual(captured);
  });

  test("a capture refused for good says why, however often it is asked, and leaves no hold", async () => {
    const { gateway, orderId, intentId, books } = await authorized("pm_card_captureFails");
    expect(books()).toEqual(held);
    for (let time = 1; time <= 2; time++) {
      expect(await gateway.capture(orderId, intentId)).toEqual({
        kind: "capture-failed",
        code: "capture_charge_authorization_expired",
      });
    }
    expect(books()).toEqual(voided);
  });

  test("voiding gives up the hold, and voiding twice is the same", async () => {
    const { gateway, orderId, intentId, books } = await authorized();
    for (let time = 1; time <= 2; time++) {
      expect(await gateway.void(orderId, intentId)).toEqual({ kind: "voided" });
    }
    expect(books()).toEqual(voided);
  });

  test("what was voided cannot be captured", async () => {
    const { gateway, orderId, intentId, books } = await authorized();
    await gateway.void(orderId, intentId);
    expect(await gateway.capture(orderId, intentId)).toMatchObject({ kind: "capture-failed" });
    expect(books()).toEqual(voided);
  });

  test("what was captured is not taken for voided", async () => {
    const { gateway, orderId, intentId, books } = await authorized();
    await gateway.capture(orderId, intentId);
    await expect(gateway.void(orderId, intentId)).rejects.toThrow(ProviderUnavailable);
    expect(books()).toEqual(captured);
  });

  test("refunding gives all back, and refunding twice gives it back once", async () => {
    const { gateway, orderId, intentId, books } = await authorized();
    await gateway.capture(orderId, intentId);
    for (let time = 1; time <= 2; time++) {
      expect(await gateway.refund(orderId, intentId)).toEqual({ kind: "refunded" });
    }
    expect(books()).toEqual(refunded);
  });

  test("what was not captured is not taken for refunded", async () => {
    const { gateway, orderId, intentId, books } = await authorized();
    await expect(gateway.refund(orderId, intentId)).rejects.toThrow(ProviderUnavailable);
    expect(books()).toEqual(held);
  });
}
