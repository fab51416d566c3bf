// A witness counts what is said, remembers who was answered what, and forgets the oldest.
import { anEvent } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { createWitness } from "./witness.ts";

const aWitness = (maximumOrders = 10) => createWitness({ now: () => 7, maximumOrders });

const placing = (sub: string, key: string) => ({
  headers: { "idempotency-key": key },
  requestContext: { authorizer: { jwt: { claims: { sub } } } },
});
const accepted = (orderId: string) => ({ statusCode: 202, body: JSON.stringify({ orderId }) });

test("an event is counted each time it is said, and apart from that when it is replayed", () => {
  const witness = aWitness();
  const event = anEvent("StockReserved");
  for (const isReplay of [false, false, true]) witness.hears(structuredClone(event), isReplay);
  witness.hears(anEvent("StockCommitted"), false);
  expect(witness.seen().said).toEqual([
    { event, times: 2, replays: 1, isTwofold: false },
    { event: anEvent("StockCommitted"), times: 1, replays: 0, isTwofold: false },
  ]);
});

test("an event in other words is noticed, for good; one with its fields in another order is the same", () => {
  const witness = aWitness();
  const event = anEvent("StockReserved");
  witness.hears(event, false);
  witness.hears(Object.fromEntries(Object.entries(event).reverse()) as typeof event, false);
  expect(witness.seen().said[0]?.isTwofold).toBe(false);
  witness.hears({ ...event, causationId: event.id }, false);
  witness.hears(event, false);
  expect(witness.seen().said[0]).toMatchObject({ event, isTwofold: true });
});

test("of the orders that were accepted, principal, key and id are kept, once", () => {
  const witness = aWitness();
  witness.answers("place-order", placing("ada", "key-1"), accepted("ord_1"));
  witness.answers("place-order", placing("ada", "key-1"), accepted("ord_1"));
  witness.answers("place-order", placing("ada", "key-2"), { statusCode: 422, body: "{}" });
  witness.answers("place-order", placing("ada", "key-3"), { statusCode: 202 });
  witness.answers("cancel-order", placing("ada", "key-4"), accepted("ord_1"));
  expect(witness.seen().accepted).toEqual([{ principal: "ada", idempotencyKey: "key-1", orderId: "ord_1" }]);
});

test("a leak is remembered without what leaked", () => {
  const witness = aWitness();
  const orderId = `ord_${"a".repeat(32)}`;
  witness.reads(`{"orderId":"${orderId}","to":"ada@example.com"}`);
  witness.reads("nothing");
  witness.reads("4242424242424242");
  expect(witness.seen().leaks).toEqual([
    { kind: "an e-mail address", orderId },
    { kind: "a card number", orderId: undefined },
  ]);
});

test("leaks beyond a hundred are not kept", () => {
  const witness = aWitness();
  for (let count = 0; count < 200; count++) witness.reads("ada@example.com");
  expect(witness.seen().leaks).toHaveLength(100);
});

test("the oldest orders are forgotten", () => {
  const witness = aWitness(2);
  for (const digit of ["1", "2", "3"]) {
    witness.hears(anEvent("OrderPlaced", { orderId: `ord_${digit.repeat(32)}` }), false);
    witness.answers("place-order", placing("ada", digit), accepted(`ord_${digit}`));
  }
  expect(witness.seen().said.map(({ event }) => event.orderId[4])).toEqual(["2", "3"]);
  expect(witness.seen().accepted.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["2", "3"]);
});

test("what was seen stays as it was", () => {
  const witness = aWitness();
  const { accepted: none, leaks, now, said, ...more } = witness.seen();
  witness.reads("ada@example.com");
  expect([none, leaks, said, now, more]).toEqual([[], [], [], 7, {}]);
});
