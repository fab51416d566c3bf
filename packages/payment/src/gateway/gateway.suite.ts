// What every gateway to a payment provider does; the in-memory one, Stripe's and an Adyen-shaped one pass it.
import { type RegisterTest, testNow } from "@order-saga/messaging/testing";
import { expect, test as vitestTest } from "vitest";
import { amountsSuite } from "./amounts.suite.ts";
import {
  AMOUNT,
  aCharge,
  aRefund,
  authorized,
  captured,
  type GatewayUnderTest,
  held,
  newOrderId,
  nothing,
  PART,
  refunded,
  since,
  voided,
} from "./gateway-under-test.suite.ts";
import { troublesSuite } from "./troubles.suite.ts";

export * from "./gateway-under-test.suite.ts";

/** `create` may give the same provider every time: each test pays for orders of its own. */
export function gatewaySuite(create: () => GatewayUnderTest, test: RegisterTest = vitestTest): void {
  authorizing(create, test);
  settling(create, test);
  refunding(create, test);
  looking(create, test);
  amountsSuite(create, test);
  troublesSuite(create, test);
}

function authorizing(create: () => GatewayUnderTest, test: RegisterTest): void {
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
    expect(first).toEqual({
      kind: "declined",
      code: expect.stringMatching(/./),
      reason: "card_declined",
    });
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

function settling(create: () => GatewayUnderTest, test: RegisterTest): void {
  test("capturing takes the amount, and capturing twice takes it once", async () => {
    const { gateway, orderId, intentId, books } = await authorized(create);
    for (let time = 1; time <= 2; time++) {
      expect(await gateway.capture(orderId, intentId)).toEqual({ kind: "captured", amount: AMOUNT });
    }
    expect(books()).toEqual(captured);
  });

  test("a capture refused for good says why, however often it is asked, and leaves no hold", async () => {
    const { gateway, orderId, intentId, books } = await authorized(create, "captureFails");
    expect(books()).toEqual(held);
    const first = await gateway.capture(orderId, intentId);
    expect(first).toEqual({
      kind: "capture-failed",
      code: expect.stringMatching(/./),
      reason: "card_declined",
    });
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
    expect(await gateway.void(orderId, intentId)).toEqual({ kind: "taken", amount: AMOUNT });
    expect(books()).toEqual(captured);
  });

  test("an aborted order that was authorised before is found to be, so that its hold can be given up", async () => {
    const { books, gateway, intentId, later, methods, orderId } = await authorized(create);
    later();
    const answer = await gateway.authorize(orderId, aCharge(methods.good), since, longAgo);
    expect(answer).toEqual({ kind: "authorized", intentId });
    expect(books()).toEqual(held);
  });

  test("an aborted order that was never authorised is not authorised for it", async () => {
    const { booksOf, gateway, methods } = create();
    const orderId = newOrderId();
    const answer = await gateway.authorize(orderId, aCharge(methods.good), since, longAgo);
    expect(answer).toMatchObject({ kind: "declined" });
    expect(booksOf(orderId)).toEqual(nothing);
  });
}

const longAgo = new Date(testNow - 3600_000).toISOString();

function refunding(create: () => GatewayUnderTest, test: RegisterTest): void {
  async function taken() {
    const order = await authorized(create);
    await order.gateway.capture(order.orderId, order.intentId);
    const refund = (amount: number, id?: string) =>
      order.gateway.refund(order.orderId, order.intentId, aRefund(amount, id));
    return { ...order, refund };
  }

  test("a refund gives back its amount, and asked for twice it gives it back once", async () => {
    const { books, refund } = await taken();
    for (let time = 1; time <= 2; time++)
      expect(await refund(PART)).toMatchObject({ kind: "refund", refundId: "rf_1", status: "SUCCEEDED" });
    expect(books()).toEqual({ ...captured, refunded: PART });
  });

  test("refunds of their own add up to what was taken, and one too many is refused with a code", async () => {
    const { books, refund } = await taken();
    await refund(PART, "rf_1");
    await refund(AMOUNT - PART, "rf_2");
    expect(await refund(1, "rf_3")).toMatchObject({
      status: "FAILED",
      code: expect.stringMatching(/./),
    });
    expect(books()).toEqual(refunded);
  });

  test("what was not captured is not taken for refunded", async () => {
    const { gateway, orderId, intentId, books } = await authorized(create);
    const answer = await gateway.refund(orderId, intentId, aRefund(PART));
    expect(answer).toMatchObject({ kind: "refund", status: "FAILED" });
    expect(books()).toEqual(held);
  });
}

function looking(create: () => GatewayUnderTest, test: RegisterTest): void {
  test("a look shows how the money stands, with what was given back, and changes nothing", async () => {
    const { books, gateway, intentId, orderId } = await authorized(create);
    const intent = async () => (await gateway.look(intentId))?.intent;
    expect(await gateway.look(intentId)).toMatchObject({ intentId, orderId, refunds: [], disputes: [] });
    expect(await intent()).toEqual({ kind: "authorized", intentId });
    await gateway.capture(orderId, intentId);
    await gateway.refund(orderId, intentId, aRefund(PART));
    expect(await intent()).toEqual({ kind: "taken", amount: AMOUNT });
    const seen = await gateway.look(intentId);
    expect(seen?.refunds).toMatchObject([{ refundId: "rf_1", amount: PART, status: "SUCCEEDED" }]);
    expect(books()).toEqual({ ...captured, refunded: PART });
  });

  test("what was voided is seen so, and what is not there is not seen", async () => {
    const { gateway, intentId, orderId, unknownIntent } = await authorized(create);
    await gateway.void(orderId, intentId);
    expect((await gateway.look(intentId))?.intent).toEqual({ kind: "voided" });
    expect(await gateway.look(unknownIntent)).toBeUndefined();
  });

  test("a card whose bank asks for the customer waits for them, with what the customer's browser needs", async () => {
    const { booksOf, gateway, methods } = create();
    const orderId = newOrderId();
    const ask = () => gateway.authorize(orderId, aCharge(methods.asksCustomer), since);
    const answer = await ask();
    if (answer.kind !== "action-required") return expect.unreachable(`the card was ${answer.kind}`);
    expect(answer.clientSecret).not.toBe("");
    expect(await ask()).toEqual(answer);
    expect((await gateway.look(answer.intentId))?.intent).toEqual(answer);
    await gateway.void(orderId, answer.intentId);
    expect((await gateway.look(answer.intentId))?.intent).toEqual({ kind: "voided" });
    expect(booksOf(orderId)).toMatchObject({ held: 0, captured: 0 });
  });
}
