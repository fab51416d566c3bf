// `kill -9` while a bulk is split, placed and counted: after the next start each row has one end, said once.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { recover } from "@order-saga/local/testing/recover";
import { calm, startSaga } from "@order-saga/local/testing/saga";
import { expect, onTestFinished, test } from "vitest";
import { kill, type Running, start } from "../src/testing/process.ts";

/** A start costs seconds; `KILLS=20 SEED=7` asks for more kills, and for the same again. */
const KILLS = Number(process.env.KILLS ?? 1);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const ROWS = 30;

const bulk = {
  contact: { email: "buyer@example.com" },
  currency: "EUR",
  orders: Array.from({ length: ROWS }, (_, n) => ({
    lines: [{ sku: n % 6 === 5 ? "NOT-SOLD-HERE" : "TEA-EARL-GREY", quantity: 1 }],
    paymentMethod: n % 6 === 4 ? "pm_card_visa_chargeDeclined" : "pm_card_visa",
  })),
};

const keyed = { "idempotency-key": "the-bulk-of-this-test" };

/** No answer if the process was killed before it. */
async function place({ token, url }: Running): Promise<string | undefined> {
  const answer = await fetch(`${url}/bulk-orders`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      ...keyed,
    },
    body: JSON.stringify(bulk),
  }).catch(() => undefined);
  const body = (await answer?.json().catch(() => undefined)) as { bulkId: string } | undefined;
  return body?.bulkId;
}

test(
  `killed ${KILLS} times at random points of a bulk (SEED=${SEED})`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "order-saga-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const data = join(folder, "data");
    const ids = new Set<string>();
    for (let n = 1; n <= KILLS; n++) {
      const running = await start(data);
      // From before the first write to when all rows have been placed.
      const milliseconds = ((SEED * n * 7919) % 1000) * 4;
      const placed = place(running);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      await kill(running);
      const bulkId = await placed;
      if (bulkId) ids.add(bulkId);
    }
    const saga = await startSaga(data, calm);
    onTestFinished(() => saga.stop());
    // The customer of the development token, and the same key.
    const { body } = await saga.request("POST", "/bulk-orders", { body: bulk, headers: keyed, sub: "dev" });
    ids.add(String(body.bulkId));
    await recover(saga);
    await saga.runtime.advanceClock(20 * 60_000);
    await saga.runtime.schedules.runNow("sweep-bulks");
    await saga.idle();
    const books = await readBooks(saga.runtime);
    expect(violationsAtRest(books, saga.runtime.witness.seen())).toEqual([]);
    const bulkIds = books.bulks.map((each) => each.bulk.bulkId);
    expect(bulkIds).toHaveLength(1);
    expect([...ids]).toEqual(bulkIds);
    for (const { bulk } of books.bulks)
      expect(bulk.events.BulkCompleted?.data).toMatchObject({
        count: ROWS,
        confirmed: 20,
        rejected: 10,
      });
    const mails = books.mails.filter(({ to }) => to.includes("buyer@example.com"));
    expect(mails).toHaveLength(1);
  },
  60_000 + KILLS * 20_000,
);
