// Functions of one process take turns at a SKU, each with a client of its own; those of two processes do not.
import { lambda } from "@order-saga/messaging/lambda";
import { expect, test } from "vitest";
import type { Reservation } from "../reservation.ts";
import { inventoryPorts } from "./adapters.ts";

const reservation = (orderId: string): Reservation => ({
  orderId,
  state: "RESERVED",
  lines: [{ sku: "TEA", quantity: 1 }],
  events: {},
  signals: 0,
  version: 1,
});

/** How many transactions two functions have under way at most. */
async function mostAtOnce(processes: readonly [object, object]): Promise<number> {
  let running = 0;
  let most = 0;
  const send = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return {};
  };
  const functions = processes.map((process) =>
    inventoryPorts({ ...lambda, process, variable: () => "inventory", client: <T>() => ({ send }) as T }),
  );
  await Promise.all(functions.map(({ store }, index) => store.reserve(reservation(`o${index}`))));
  return most;
}

test("two functions of one process write a SKU one after the other", async () => {
  const process = {};
  expect(await mostAtOnce([process, process])).toBe(1);
});

test("functions of two processes write it at the same time", async () => {
  expect(await mostAtOnce([{}, {}])).toBe(2);
});
