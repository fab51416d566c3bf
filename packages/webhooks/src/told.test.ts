// Receivers that are down, slow, broken or gone: nothing is lost or renamed, and others do not wait.
import { anEvent } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { replayed } from "./delivery.ts";
import { enabled, healthy } from "./endpoint-state.ts";
import { taskOf } from "./reactions.ts";
import { aStage, hours, minutes, type Received, type Receiver, seconds } from "./testing.ts";

const fine: Receiver = () => ({ answer: { status: 200 } });
const orderId = (n: number) => `ord_${n.toString(16).padStart(32, "0")}`;

type Stage = ReturnType<typeof aStage>;

/** An order is confirmed every so often; returns when each was. */
async function confirmOrders(stage: Stage, count: number, every: number): Promise<Map<string, number>> {
  const toldAt = new Map<string, number>();
  for (let n = 0; n < count; n++) {
    const event = anEvent("OrderConfirmed", { orderId: orderId(n) });
    toldAt.set(event.id, stage.now());
    await stage.tell(event);
    await stage.advance(every);
  }
  return toldAt;
}

/** Of each event: how long after it the receiver took its webhook (milliseconds). */
function delays(toldAt: ReadonlyMap<string, number>, received: readonly Received[]): number[] {
  return [...toldAt].map(([eventId, at]) => {
    const taken = received.find(({ id, taken }) => taken && id.startsWith(`msg_${eventId}_`));
    return taken ? taken.at - at : Number.POSITIVE_INFINITY;
  });
}

const idsOf = (received: readonly Received[]) => new Set(received.map(({ id }) => id));
const startOf = (stage: Stage) => stage.now();

test("a receiver that is down for an hour is told everything within minutes of its return, and another at once", async () => {
  let back = 0;
  const stage = aStage({
    shop: (now) => ({ answer: now < back ? { error: "ECONNREFUSED" } : { status: 200 } }),
    erp: fine,
  });
  back = startOf(stage) + hours;
  const toldAt = await confirmOrders(stage, 120, minutes);
  await stage.advance(15 * minutes);
  const { erp = [], shop = [] } = stage.received;
  expect(Math.max(...delays(toldAt, erp))).toBeLessThan(1 * seconds);
  const late = [...toldAt].map(([, at]) => Math.max(0, back - at));
  const waits = delays(toldAt, shop).map((delay, n) => delay - (late[n] ?? 0));
  expect(Math.max(...waits)).toBeLessThan(10 * minutes);
  expect(idsOf(shop).size).toBe(120);
  // While it was down, it was asked by one delivery every few minutes.
  expect(shop.filter(({ taken }) => !taken).length).toBeLessThan(40);
  expect(stage.failures).toEqual([]);
});

test("a slow receiver keeps no other waiting, whether it answers in time or not", async () => {
  for (const after of [14 * seconds, 60 * seconds]) {
    const stage = aStage({ shop: () => ({ answer: { status: 200 }, after }), erp: fine });
    const toldAt = await confirmOrders(stage, 300, 1 * seconds);
    await stage.advance(1 * minutes);
    expect(Math.max(...delays(toldAt, stage.received.erp ?? []))).toBeLessThan(1 * seconds);
    expect(idsOf(stage.received.shop ?? []).size).toBeLessThanOrEqual(300);
    expect(stage.failures).toEqual([]);
  }
});

test("what a receiver refuses with 500 for good is tried ten times in three days, failed, and can be replayed", async () => {
  const bad = anEvent("OrderConfirmed", { orderId: orderId(1) });
  let isMended = false;
  const stage = aStage({
    shop: (_, id) => ({ answer: { status: id.includes(bad.id) && !isMended ? 500 : 200 } }),
  });
  await stage.tell(bad);
  for (let n = 2; n < 82; n++) {
    await stage.tell(anEvent("OrderConfirmed", { orderId: orderId(n) }));
    await stage.advance(hours);
  }
  const [failed] = stage.store.all().filter(({ state }) => state === "FAILED");
  if (!failed) return expect.unreachable();
  expect(failed).toMatchObject({ orderId: orderId(1), tries: 10 });
  expect(stage.store.all().filter(({ state }) => state === "DELIVERED")).toHaveLength(80);
  isMended = true;
  const again = replayed(failed, stage.now());
  await stage.store.saveDelivery(again);
  await stage.handOver("shop", [taskOf(again)]);
  await stage.advance(minutes);
  expect(await stage.store.delivery(failed.id)).toMatchObject({ state: "DELIVERED", replays: 1 });
  const attempts = (stage.received.shop ?? []).filter(({ id }) => id.includes(bad.id));
  expect(idsOf(attempts)).toEqual(new Set([failed.id]));
  expect(new Set(attempts.map(({ event }) => JSON.stringify(event))).size).toBe(1);
  expect(stage.failures).toEqual([]);
});

test("an endpoint that answers 410 is told nothing more, and everything that waited once it is enabled", async () => {
  let isGone = true;
  const stage = aStage({ shop: () => ({ answer: { status: isGone ? 410 : 200 } }), erp: fine });
  const toldAt = await confirmOrders(stage, 20, minutes);
  expect(stage.received.shop).toHaveLength(1);
  const state = await stage.store.endpoint("shop");
  expect(state?.disabled?.reason).toBe("gone");
  isGone = false;
  await stage.store.saveEndpoint(enabled(state ?? healthy("shop"), stage.now()));
  await stage.advance(2 * minutes);
  expect(delays(toldAt, stage.received.shop ?? []).every(Number.isFinite)).toBe(true);
  expect(Math.max(...delays(toldAt, stage.received.erp ?? []))).toBeLessThan(1 * seconds);
  expect(stage.failures).toEqual([]);
});

test("a backlog of 1,500 goes out within three minutes of the endpoint's return", async () => {
  let isGone = true;
  const stage = aStage({ shop: () => ({ answer: { status: isGone ? 410 : 200 } }) });
  const toldAt = await confirmOrders(stage, 1500, 10);
  isGone = false;
  const state = await stage.store.endpoint("shop");
  await stage.store.saveEndpoint(enabled(state ?? healthy("shop"), stage.now()));
  await stage.advance(3 * minutes);
  expect(delays(toldAt, stage.received.shop ?? []).every(Number.isFinite)).toBe(true);
  expect(stage.failures).toEqual([]);
});

test("an endpoint that takes nothing for three days is disabled, and its deliveries wait instead of failing", async () => {
  const stage = aStage({ shop: () => ({ answer: { status: 503 } }) });
  await confirmOrders(stage, 100, hours);
  expect((await stage.store.endpoint("shop"))?.disabled?.reason).toBe("failing");
  const attempts = stage.received.shop?.length;
  expect(stage.store.all().every(({ state }) => state === "PENDING")).toBe(true);
  await stage.advance(12 * hours);
  expect(stage.received.shop).toHaveLength(attempts ?? 0);
});

test("an endpoint that chose what it is told is told nothing else, and another one everything", async () => {
  const stage = aStage({ shop: fine, erp: fine }, undefined, { shop: ["order.rejected"] });
  for (const type of ["OrderConfirmed", "OrderRejected"] as const) await stage.tell(anEvent(type));
  await stage.advance(1 * minutes);
  const typesOf = (name: string) =>
    stage.received[name]?.map(({ event }) => (event as { type: string }).type).sort();
  expect(typesOf("shop")).toEqual(["order.rejected"]);
  expect(typesOf("erp")).toEqual(["order.confirmed", "order.rejected"]);
});

test("Retry-After is kept to", async () => {
  let isBusy = true;
  const stage = aStage({
    shop: () => ({ answer: isBusy ? { status: 429, retryAfterSeconds: 1800 } : { status: 200 } }),
  });
  const toldAt = await confirmOrders(stage, 5, minutes);
  isBusy = false;
  expect(stage.received.shop).toHaveLength(1);
  await stage.advance(24 * minutes);
  expect(stage.received.shop).toHaveLength(1);
  await stage.advance(10 * minutes);
  expect(delays(toldAt, stage.received.shop ?? []).every(Number.isFinite)).toBe(true);
});

test("a webhook that a crash kept from being recorded comes again with its id and its bytes", async () => {
  let writes = 0;
  const stage = aStage({ shop: fine, erp: fine }, (store) => ({
    ...store,
    async saveDelivery(next) {
      if (next.version > 1 && ++writes % 3 === 0) throw new Error("the function died");
      return store.saveDelivery(next);
    },
  }));
  const toldAt = await confirmOrders(stage, 60, 10 * seconds);
  await stage.advance(30 * minutes);
  for (const received of Object.values(stage.received)) {
    expect(delays(toldAt, received).every(Number.isFinite)).toBe(true);
    expect(idsOf(received).size).toBe(60);
  }
  expect(stage.received.shop?.length).toBeGreaterThan(60);
  expect(stage.failures).toEqual([]);
});
