// Both secrets are rotated as the runbook says, with orders under way: each key keeps its one order, and all
// end.
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSaga } from "../src/testing/saga.ts";

const runbook = readFileSync(new URL("../../../docs/runbooks/rotate-secrets.md", import.meta.url), "utf8");
const steps = [...runbook.matchAll(/secret set OrderIdSecret "([^"]+)"/g)].map(([, value = ""]) => value);

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "order-saga-rotation-"));
});
afterAll(() => rm(data, { recursive: true }));

type Marker = { secrets: Record<"ORDER_ID_SECRET" | "STRIPE_API_KEY" | "STRIPE_WEBHOOK_SECRETS", string> };

const file = () => join(data, "order-saga.json");
const readMarker = (): Marker => JSON.parse(readFileSync(file(), "utf8"));

/** Edits the secrets of the data folder, as the runbook says for the laptop. */
function rotate(secrets: Marker["secrets"]): void {
  writeFileSync(file(), JSON.stringify({ ...readMarker(), secrets }));
}

test("a key keeps its order through each step, and orders under way are paid with the new key", async () => {
  const keyOf = (step: number) => `placed-at-step-${step}`;
  const orderIds: string[] = [];
  let saga = await startSaga(data);
  orderIds.push(await saga.place({ key: keyOf(0) }));
  const old = readMarker().secrets.ORDER_ID_SECRET;
  for (const [n, value] of steps.entries()) {
    await saga.stop();
    const ORDER_ID_SECRET = value.replace("$OLD", old).replace("$NEW", "the-new-secret");
    const STRIPE_WEBHOOK_SECRETS = `whsec_${n + 1},whsec_${n}`;
    rotate({ ORDER_ID_SECRET, STRIPE_API_KEY: `sk_test_local_${n}`, STRIPE_WEBHOOK_SECRETS });
    saga = await startSaga(data);
    // The last step forgets what only the old secret made.
    const first = value.includes("$OLD") ? 0 : steps.findIndex((each) => each.startsWith("$NEW")) + 1;
    for (const [made, orderId] of orderIds.entries())
      if (made >= first) expect(await saga.place({ key: keyOf(made) })).toBe(orderId);
    orderIds.push(await saga.place({ key: keyOf(n + 1) }));
  }
  expect(new Set(orderIds).size).toBe(orderIds.length);
  await saga.idle();
  for (const orderId of orderIds) expect((await saga.order(orderId)).status).toBe("CONFIRMED");
  expect(violationsAtRest(await readBooks(saga.runtime), saga.runtime.witness.seen())).toEqual([]);
  await saga.stop();
}, 240_000);
