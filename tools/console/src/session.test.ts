// A session's file has as many orders as fit, newest first.

import { expect, test } from "vitest";
import type { OrderDetail, Session, Snapshot } from "./console-api.ts";
import { sessionFile } from "./session.ts";

const snapshot = { orders: [] } as unknown as Snapshot;
async function* details(count: number, asked: number[] = []) {
  for (let index = 0; index < count; index++) {
    asked.push(index);
    yield { summary: { orderId: String(index) }, moments: "x".repeat(1000) } as unknown as OrderDetail;
  }
}

const fileOf = async (...given: Parameters<typeof sessionFile>) =>
  JSON.parse(await new Response(sessionFile(...given)).text()) as Session;

test("all of them if they fit", async () => {
  const session = await fileOf(snapshot, "now", details(3));
  expect(session).toMatchObject({ format: "order-saga-session", version: 1, exportedAt: "now" });
  expect(session.orders.map(({ summary }) => summary.orderId)).toEqual(["0", "1", "2"]);
});

test("no more than fit, and no more are asked for", async () => {
  const asked: number[] = [];
  const session = await fileOf(snapshot, "now", details(100, asked), 5000);
  expect(session.orders).toHaveLength(4);
  expect(asked).toHaveLength(5);
  expect(JSON.stringify(session).length).toBeLessThan(5500);
});

test("orders are asked for as the file is read, and no more once its reader has gone", async () => {
  const asked: number[] = [];
  const reader = sessionFile(snapshot, "now", details(100, asked)).getReader();
  await reader.read();
  await reader.read();
  await reader.cancel();
  expect(asked.length).toBeLessThan(5);
});
