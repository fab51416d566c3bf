// `kill -9` at random points, again and again in one data folder: nothing accepted is lost, and the books
// hold.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStarts } from "@order-saga/emulator/state-directory";
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { recover } from "@order-saga/local/testing/recover";
import { calm, startSaga } from "@order-saga/local/testing/saga";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { kill, type Launched, launch, type Running, ready } from "../src/testing/process.ts";

/**
 * A start costs seconds, so that few are killed each time; `KILLS=100 SEED=7` asks for more, and for the
 * same again.
 */
const KILLS = Number(process.env.KILLS ?? 4);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
/** Books are read after as many kills. */
const KILLS_PER_READING = 10;
const PATIENCE_MILLISECONDS = 120_000 + KILLS * 20_000;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "order-saga-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Moment = "opening" | "provisioning" | "orders";
type Plan = { moment: Moment; share: number; orders: number; aheadSeconds: number };

/** How long each moment lasts, roughly, in milliseconds; the kill comes at a share of it. */
const lengths: Record<Moment, number> = { opening: 2000, provisioning: 1000, orders: 800 };

const plan = (moment: fc.Arbitrary<Moment>): fc.Arbitrary<Plan> =>
  fc.record({
    moment,
    share: fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
    orders: fc.integer({ min: 1, max: 12 }),
    // Messages that a killed process held become visible again only after the visibility timeout.
    aheadSeconds: fc.constantFrom(0, 0, 181, 600),
  });
const anyMoment = fc.constantFrom<Moment>("orders", "orders", "orders", "provisioning", "opening");

/** Fast-check likes small numbers and edges; here every point is to be as likely. */
const drawn = (what: fc.Arbitrary<Plan>, number: number) =>
  fc.sample(fc.noBias(what), { seed: SEED, numRuns: number });

/** Kills a process at the planned point of its life. Notes every order that it accepted before. */
async function killAt(data: string, planned: Plan, accepted: Set<string>): Promise<void> {
  const { moment, share } = planned;
  const { starts } = readStarts(data);
  const launched = launch(data);
  const until = Promise.withResolvers<void>();
  const killSoon = () => setTimeout(until.resolve, share * lengths[moment]);
  let work: Promise<unknown> = Promise.resolve();
  if (moment === "opening") killSoon();
  if (moment === "provisioning") {
    await vi.waitFor(() => isOpen(data, starts, launched), { timeout: 30_000, interval: 5 });
    killSoon();
  }
  if (moment === "orders") {
    const running = await ready(launched);
    expect(running.url, running.output()).not.toBe("");
    if (planned.aheadSeconds > 0) await advance(running, planned.aheadSeconds);
    work = Promise.all(Array.from({ length: planned.orders }, (_, index) => order(running, index, accepted)));
    killSoon();
  }
  await until.promise;
  expect(launched.process.exitCode, launched.output()).toBeNull();
  await kill(launched);
  await work;
}

/** The stores say how often they were opened; provisioning comes next. */
function isOpen(data: string, starts: number, { process, output }: Launched): void {
  if (process.exitCode !== null) throw new Error(output());
  if (readStarts(data).starts === starts) throw new Error("Its stores are not open yet.");
}

const local = { "content-type": "application/json", "x-order-saga": "test" };

async function advance({ url }: Running, advanceSeconds: number): Promise<void> {
  const body = JSON.stringify({ advanceSeconds });
  const answer = await fetch(`${url}/__local/clock`, { method: "POST", headers: local, body });
  expect(answer.status).toBe(200);
}

/** Each fourth card is refused at the capture, and each fifth order is cancelled as soon as it is placed. */
async function order({ url, token }: Running, index: number, accepted: Set<string>): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const body = JSON.stringify({
    contact: { email: "ada@example.com" },
    currency: "EUR",
    lines: [{ sku: index % 3 === 0 ? "POT-CAST-IRON" : "TEA-EARL-GREY", quantity: 1 }],
    paymentMethod: index % 4 === 3 ? "pm_card_visa_chargeDeclined" : "pm_card_visa",
  });
  const post = (path: string, given: Record<string, string>, text: string) =>
    fetch(url + path, { method: "POST", headers: { ...headers, ...given }, body: text }).catch(
      () => undefined,
    );
  const answer = await post("/orders", { "idempotency-key": crypto.randomUUID() }, body);
  if (answer?.status !== 202) return;
  const placed = (await answer.json().catch(() => undefined)) as { orderId: string } | undefined;
  if (!placed) return;
  accepted.add(placed.orderId);
  if (index % 5 === 4) await post(`/orders/${placed.orderId}/cancel`, {}, '{"reason":"changed my mind"}');
}

/** Starts once more, lets everything come to its end, and reads the books. */
async function assertWhole(data: string, accepted: ReadonlySet<string>): Promise<void> {
  const saga = await startSaga(data, calm);
  try {
    const last = await saga.place();
    await recover(saga);
    expect((await saga.order(last)).status).toBe("CONFIRMED");
    const books = await readBooks(saga.runtime);
    const known = new Set(books.orders.map(({ orderId }) => orderId));
    expect([...accepted].filter((orderId) => !known.has(orderId))).toEqual([]);
    expect(violationsAtRest(books, saga.runtime.witness.seen())).toEqual([]);
  } finally {
    await saga.stop();
  }
}

test(
  `killed at ${KILLS} random points (SEED=${SEED}), everything accepted settles`,
  async () => {
    const data = join(folder, "data");
    const accepted = new Set<string>();
    const plans = drawn(plan(anyMoment), KILLS);
    for (const [index, planned] of plans.entries()) {
      await killAt(data, planned, accepted);
      const isLast = index === plans.length - 1;
      if (isLast || (index + 1) % KILLS_PER_READING === 0) await assertWhole(data, accepted);
    }
  },
  PATIENCE_MILLISECONDS,
);

test(
  `killed while it makes a new folder and provisions (SEED=${SEED}), the next start finishes it`,
  async () => {
    for (const [index, planned] of drawn(plan(fc.constantFrom<Moment>("provisioning")), 3).entries()) {
      // One point of each third: a new table, queues, rules, or the first stock.
      const share = (index + planned.share) / 3;
      await killAt(join(folder, "data"), { ...planned, share }, new Set());
    }
    await assertWhole(join(folder, "data"), new Set());
  },
  PATIENCE_MILLISECONDS,
);
