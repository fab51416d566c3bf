// Waiting for an order's change over HTTP: answered by it, bounded, and ended when the client goes away.
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { waitRecord } from "@order-saga/protocol/records";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { calm, type Saga, startSaga } from "../src/testing/saga.ts";

let saga: Saga;
beforeAll(async () => {
  saga = await startSaga(undefined, calm);
});
afterAll(() => saga.stop());

/** A settled order of a customer, and a request that waits for its change. */
async function aSeenOrder(sub: string) {
  const orderId = await saga.place({ sub });
  await saga.settled(orderId);
  const { runtime } = saga;
  const token = await runtime.issuer.sign({ sub, scope: "orders:read", expiresInSeconds: 3600 });
  const get = (query = "", etag?: string, signal?: AbortSignal) =>
    fetch(`${runtime.url}/orders/${orderId}${query}`, {
      headers: { authorization: `Bearer ${token}`, ...(etag && { "if-none-match": etag }) },
      ...(signal && { signal }),
    });
  const etag = String((await get()).headers.get("etag"));
  return { orderId, wait: (signal?: AbortSignal) => get("?wait=20", etag, signal) };
}

/** How many places are taken at this moment. */
async function taken(): Promise<number> {
  const scan = new ScanCommand({
    TableName: "orders",
    FilterExpression: "sk = :wait AND #until > :now",
    ExpressionAttributeNames: { "#until": "until" },
    ExpressionAttributeValues: { ":wait": { S: waitRecord.sk }, ":now": { N: String(Date.now()) } },
  });
  return (await saga.runtime.clients.dynamodb.send(scan)).Count ?? 0;
}

const patience = { timeout: 10_000 };

test("who waits is answered by what happens to the order", async () => {
  const { orderId, wait } = await aSeenOrder("ada");
  const waiting = wait();
  await saga.request("POST", `/orders/${orderId}/cancel`, { sub: "ada", body: {} });
  const answer = await waiting;
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ orderId });
});

test("a client that goes away waits no longer: its place is free at once", async () => {
  const { wait } = await aSeenOrder("bob");
  const leaving = new AbortController();
  const waits = Array.from({ length: 3 }, () => wait(leaving.signal).catch(() => "left"));
  await vi.waitFor(async () => expect(await taken()).toBe(3), patience);
  expect((await wait()).headers.get("retry-after")).toBe("2");
  leaving.abort();
  expect(await Promise.all(waits)).toEqual(["left", "left", "left"]);
  await vi.waitFor(async () => expect(await taken()).toBe(0), { timeout: 3000 });
  expect(saga.logs.filter((line) => line.includes("request failed"))).toEqual([]);
});

const customers = process.env.NIGHTLY ? 60 : 6;

test("however many wait, an order is placed and read as if none did, and the processor is at rest", async () => {
  const { orderId, wait } = await aSeenOrder("carol");
  const leaving = new AbortController();
  const crowd = await Promise.all(Array.from({ length: customers }, (_, n) => aSeenOrder(`customer-${n}`)));
  const waits = crowd.map((each) => each.wait(leaving.signal).catch(() => undefined));
  await vi.waitFor(async () => expect(await taken()).toBeGreaterThan(customers / 2), patience);
  const began = process.cpuUsage();
  const from = performance.now();
  await saga.settled(await saga.place({ sub: "dora" }));
  await saga.request("GET", `/orders/${orderId}`, { sub: "carol" });
  expect(performance.now() - from).toBeLessThan(5000);
  const { system, user } = process.cpuUsage(began);
  console.info(
    `${await taken()} wait: ${Math.round((system + user) / 10 / (performance.now() - from))} % CPU`,
  );
  leaving.abort();
  await Promise.all([...waits, wait(AbortSignal.timeout(100)).catch(() => undefined)]);
  await vi.waitFor(async () => expect(await taken()).toBe(0), patience);
});
