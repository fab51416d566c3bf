// A killed process loses nothing: what was accepted before `kill -9` settles after the next start.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { openDataDirectory } from "@order-saga/local/data-directory";
import { openFaultBoard } from "@order-saga/local/faults/board";
import { calm, startSaga } from "@order-saga/local/testing/saga";
import { afterEach, beforeEach, expect, test } from "vitest";
import { interrupt, type Running, run, start } from "../src/testing/process.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "order-saga-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function place(running: Running, key: string): Promise<string | undefined> {
  const answer = await fetch(`${running.url}/orders`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${running.token}`,
      "content-type": "application/json",
      "idempotency-key": key,
    },
    body: JSON.stringify({
      contact: { email: "ada@example.com" },
      currency: "EUR",
      lines: [{ sku: "TEA-EARL-GREY", quantity: 1 }],
      paymentMethod: "pm_card_visa",
    }),
  }).catch(() => undefined);
  if (answer?.status !== 202) return undefined;
  const body = (await answer.json().catch(() => undefined)) as { orderId: string } | undefined;
  return body?.orderId;
}

test("kill -9 during two hundred orders: every accepted one settles after the restart", async () => {
  const data = join(folder, "data");
  const first = await start(data);
  const accepted: string[] = [];
  const posting = Array.from({ length: 200 }, async (_, index) => {
    const orderId = await place(first, `killed-order-number-${index}`);
    if (orderId) accepted.push(orderId);
  });
  await expect.poll(() => accepted.length, { timeout: 30_000, interval: 5 }).toBeGreaterThan(100);
  first.process.kill("SIGKILL");
  await Promise.all(posting);
  expect(accepted.length).toBeGreaterThan(100);

  const saga = await startSaga(data, calm);
  try {
    await saga.idle();
    // What the killed process accepted and did not publish is left to the sweep.
    await saga.runtime.advanceClock(3 * 60_000);
    await saga.runtime.schedules.runNow();
    await saga.idle();
    const books = await readBooks(saga.runtime);
    const known = new Set(books.orders.map((order) => order.orderId));
    expect(accepted.filter((orderId) => !known.has(orderId))).toEqual([]);
    expect(violationsAtRest(books, saga.runtime.witness.seen())).toEqual([]);
  } finally {
    await saga.stop();
  }
});

test("Ctrl-C stops with exit code 0, and the next start has the same orders and the same tokens' key", async () => {
  const data = join(folder, "data");
  const first = await start(data);
  const orderId = await place(first, "an-order-before-ctrl-c");
  expect(await interrupt(first)).toBe(0);
  const second = await start(data);
  expect(await place(second, "an-order-before-ctrl-c")).toBe(orderId);
  await interrupt(second);
});

test("faults outlive a restart: the start says which are on and how they end, and nothing once they have", async () => {
  const data = join(folder, "data");
  openDataDirectory(data);
  openFaultBoard(data).set(
    [
      { kind: "provider", outcome: "down" },
      { kind: "poison", times: 2 },
    ],
    7,
  );
  const first = await start(data);
  expect(first.output()).toContain("Faults are on (seed 7)");
  expect(first.output()).toContain("fault-1: the payment provider does not answer");
  expect(first.output()).toContain("fault-2: an unreadable message comes beside an event, 2 more times");
  const [, command = ""] = /curl -X DELETE (.+)/.exec(first.output()) ?? [];
  expect(command).toBe(`-H 'X-Order-Saga: curl' ${first.url}/__local/faults`);
  const headers = { "x-order-saga": "curl" };
  const answer = await fetch(`${first.url}/__local/faults`, { method: "DELETE", headers });
  expect(answer.status).toBe(200);
  await interrupt(first);
  const second = await start(data);
  expect(second.output()).not.toContain("Faults");
  await interrupt(second);
});

test("--help names every flag and the laptop's own routes", async () => {
  const { code, output } = await run("start", ["--help"]);
  expect(code).toBe(0);
  for (const word of ["--port", "--aws-port", "--data", "/__local/clock", "/__local/faults", "pnpm reset"]) {
    expect(output).toContain(word);
  }
});

test("a port in use is said with the flag that chooses another", async () => {
  const first = await start(join(folder, "one"));
  const port = new URL(first.url).port;
  const { code, output } = await run("start", ["--port", port, "--data", "memory"]);
  expect(code).toBe(1);
  expect(output).toContain(`Port ${port} is in use`);
  expect(output).toContain("--port");
  expect(output).not.toContain("at "); // no stack
  await interrupt(first);
});
