// An order is accepted once, under whichever of its ids an earlier request has made it.
import { testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { type Accepting, acceptOnce, isAnyThere } from "./acceptance.ts";
import { createMemoryStore } from "./store/memory.ts";
import { anOrder, aRequest, orderIdOf, tea } from "./testing.ts";

const ids = [orderIdOf(1), orderIdOf(2), orderIdOf(3)];

test("something is there if it is under any of the ids", async () => {
  const load = async (id: string) => (id === orderIdOf(2) ? { id } : undefined);
  expect(await isAnyThere(load, ids)).toBe(true);
  expect(await isAnyThere(load, [orderIdOf(1), orderIdOf(3)])).toBe(false);
  expect(await isAnyThere(load, [])).toBe(false);
});

test("what cannot be priced any more is the order that an earlier secret's id names, or is refused", async () => {
  const store = createMemoryStore();
  const accepting: Accepting = {
    request: aRequest,
    fingerprint: "f",
    ids,
    principal: "ada",
    recipient: async () => expect.unreachable("no key is made for it"),
    now: testNow,
  };
  const accept = () =>
    acceptOnce({ store, decideWithinSeconds: 900 }, accepting, async () => expect.unreachable("not priced"));
  expect(await accept()).toEqual({ refusal: { type: "unknown-sku", lines: [0] } });
  const earlier = anOrder({ orderId: orderIdOf(2), lines: [{ ...tea, quantity: 7 }] });
  await store.create(earlier);
  expect(await accept()).toEqual(earlier);
});
