// Live reload under orders: every service is loaded anew while they are under way, and nothing fails or is
// parked.

import { services } from "@order-saga/services";
import { expect, onTestFinished, test } from "vitest";
import { calm, startSaga } from "../src/testing/saga.ts";

test("orders placed while every service reloads are confirmed, and no invocation fails", async () => {
  const saga = await startSaga(undefined, calm);
  onTestFinished(() => saga.stop());
  let reloading = true;
  const reloads = (async () => {
    for (const { name } of services) await saga.runtime.functions.reload(name);
    reloading = false;
  })();
  const orderIds: string[] = [];
  while (reloading) orderIds.push(await saga.place());
  await reloads;
  orderIds.push(await saga.place());
  for (const orderId of orderIds) expect(await saga.settled(orderId)).toBe("CONFIRMED");
  await saga.idle();
  expect(saga.warnings).toEqual([]);
  for (const { deadLetterQueue } of saga.runtime.reactions)
    expect(saga.runtime.aws.queues.count(deadLetterQueue.name).ready, deadLetterQueue.name).toBe(0);
});
