// A witness counts events, remembers accepted orders, and forgets the oldest.
import { subjectOf } from "@order-saga/contracts";
import { anEvent } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { createWitness } from "./witness.ts";

const aWitness = (maximumOrders = 10) => createWitness({ now: () => 7, maximumOrders });

const placing = (sub: string, key: string) => ({
  headers: { "idempotency-key": key },
  requestContext: { authorizer: { jwt: { claims: { sub } } } },
});
const accepted = (orderId: string) => ({ statusCode: 202, body: JSON.stringify({ orderId }) });

test("an event is counted each time it is published, replays apart", () => {
  const witness = aWitness();
  const event = anEvent("StockReserved");
  for (const isReplay of [false, false, true])
    witness.eventAccepted({ event: structuredClone(event), isReplay });
  witness.eventAccepted({ event: anEvent("StockCommitted"), isReplay: false });
  expect(witness.seen().published).toEqual([
    { event, times: 2, replays: 1, hasVariants: false },
    { event: anEvent("StockCommitted"), times: 1, replays: 0, hasVariants: false },
  ]);
});

test("an event with other data is noticed for good; one with its fields in another order is the same", () => {
  const witness = aWitness();
  const event = anEvent("StockReserved");
  witness.eventAccepted({ event, isReplay: false });
  witness.eventAccepted({
    event: Object.fromEntries(Object.entries(event).reverse()) as typeof event,
    isReplay: false,
  });
  expect(witness.seen().published[0]?.hasVariants).toBe(false);
  witness.eventAccepted({ event: { ...event, causationId: event.id }, isReplay: false });
  witness.eventAccepted({ event, isReplay: false });
  expect(witness.seen().published[0]).toMatchObject({ event, hasVariants: true });
});

test("principal, key and id of an accepted order are kept, once", () => {
  const witness = aWitness();
  witness.requestAnswered({
    functionName: "place-order",
    request: placing("ada", "key-1"),
    answer: accepted("ord_1"),
  });
  witness.requestAnswered({
    functionName: "place-order",
    request: placing("ada", "key-1"),
    answer: accepted("ord_1"),
  });
  witness.requestAnswered({
    functionName: "place-order",
    request: placing("ada", "key-2"),
    answer: { statusCode: 422, body: "{}" },
  });
  witness.requestAnswered({
    functionName: "place-order",
    request: placing("ada", "key-3"),
    answer: { statusCode: 202 },
  });
  witness.requestAnswered({
    functionName: "cancel-order",
    request: placing("ada", "key-4"),
    answer: accepted("ord_1"),
  });
  expect(witness.seen().accepted).toEqual([{ principal: "ada", idempotencyKey: "key-1", orderId: "ord_1" }]);
});

test("a leak is kept without the leaked text", () => {
  const witness = aWitness();
  const orderId = `ord_${"a".repeat(32)}`;
  witness.lineLogged(`{"orderId":"${orderId}","to":"ada@example.com"}`);
  witness.lineLogged("nothing");
  witness.lineLogged("4242424242424242");
  expect(witness.seen().leaks).toEqual([
    { kind: "an e-mail address", orderId },
    { kind: "a card number", orderId: undefined },
  ]);
});

test("leaks beyond a hundred are not kept", () => {
  const witness = aWitness();
  for (let count = 0; count < 200; count++) witness.lineLogged("ada@example.com");
  expect(witness.seen().leaks).toHaveLength(100);
});

test("the oldest orders are forgotten", () => {
  const witness = aWitness(2);
  for (const digit of ["1", "2", "3"]) {
    witness.eventAccepted({
      event: anEvent("OrderPlaced", { orderId: `ord_${digit.repeat(32)}` }),
      isReplay: false,
    });
    witness.requestAnswered({
      functionName: "place-order",
      request: placing("ada", digit),
      answer: accepted(`ord_${digit}`),
    });
  }
  expect(witness.seen().published.map(({ event }) => subjectOf(event)[4])).toEqual(["2", "3"]);
  expect(witness.seen().accepted.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["2", "3"]);
});

test("observations do not change after they were read", () => {
  const witness = aWitness();
  const { accepted: none, leaks, now, published, ...more } = witness.seen();
  witness.lineLogged("ada@example.com");
  expect([none, leaks, published, now, more]).toEqual([[], [], [], 7, {}]);
});
