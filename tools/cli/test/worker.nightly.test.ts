// A worker beside the laptop: orders settle through it, it stops in order, and no kill loses or doubles one.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { redrive } from "@order-saga/local/testing/recover";
import type { Saga } from "@order-saga/local/testing/saga";
import { calm, startSaga } from "@order-saga/local/testing/saga";
import { reactionNames, startWorkerProcess, type WorkerProcess } from "@order-saga/local/worker-process";
import { bundleWorker } from "@order-saga/worker/bundle";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

/** A start of a worker costs a second or two; `KILLS=50 SEED=7` asks for more, and for the same again. */
const KILLS = Number(process.env.KILLS ?? (process.env.NIGHTLY ? 50 : 2));
/** Books are read after as many kills. */
const KILLS_PER_READING = 5;
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

let saga: Saga;
beforeAll(async () => {
  saga = await startSaga(undefined, { without: "all", ...calm });
});
afterAll(() => saga.stop());

type Given = Parameters<typeof startWorkerProcess>[3];

/** Takes the messages of every reaction, unless it is told which. */
function launch(given: Given = {}, names: readonly string[] = reactionNames) {
  const { aws, clockAhead, queueUrls, values } = saga.runtime;
  const lines: string[] = [];
  const place = {
    endpoint: aws.url,
    queueUrl: (name: string) => queueUrls.get(name) ?? "",
    values,
    clockAheadMilliseconds: clockAhead(),
  };
  const args = ["--poll-seconds", "1", ...(given.args ?? [])];
  const worker = startWorkerProcess(names, place, (line) => lines.push(line), { ...given, args });
  return { ...worker, lines };
}

async function end({ ended, process }: WorkerProcess, signal: NodeJS.Signals): Promise<number | null> {
  process.kill(signal);
  return ended;
}

/** Of every queue together. */
function counted(): { ready: number; inFlight: number } {
  const counts = saga.runtime.reactions.map(({ queue }) => saga.runtime.aws.queues.count(queue.name));
  const sum = (of: (each: (typeof counts)[number]) => number) =>
    counts.reduce((total, each) => total + of(each), 0);
  return { ready: sum(({ ready }) => ready), inFlight: sum(({ inFlight }) => inFlight) };
}

/** What lies in each queue that has something. */
function byQueue(): Record<string, { ready: number; inFlight: number }> {
  const { queues } = saga.runtime.aws;
  return Object.fromEntries(
    saga.runtime.reactions
      .map(({ queue: { name } }) => [name, queues.count(name)] as const)
      .filter(([, { inFlight, ready }]) => inFlight + ready > 0),
  );
}

/** What failed, or a dead worker held, comes again after its visibility timeout, to a fresh worker. */
async function drain(): Promise<void> {
  for (let round = 0; round < 10; round++) {
    const worker = launch();
    await worker.ready;
    let before = "";
    const still = () => {
      const now = JSON.stringify(byQueue());
      const isStill = now === before && counted().ready === 0;
      before = now;
      return isStill ? "still" : `${now} ${worker.lines.slice(-3).join(" ")}`;
    };
    await expect.poll(still, { timeout: 120_000, interval: 1000 }).toBe("still");
    await end(worker, "SIGTERM");
    // A message that five workers died over is a dead letter, which an operator redrives.
    await redrive(saga.runtime);
    await saga.runtime.schedules.tick();
    const { inFlight, ready } = counted();
    if (ready + inFlight === 0) return;
    await saga.runtime.advanceClock(181_000);
  }
  throw new Error(`The queues never emptied: ${JSON.stringify(counted())}`);
}

async function expectWholeBooks(orders: readonly string[]): Promise<void> {
  const books = await readBooks(saga.runtime);
  const known = new Set(books.orders.map(({ orderId }) => orderId));
  expect(orders.filter((orderId) => !known.has(orderId))).toEqual([]);
  expect(violationsAtRest(books, saga.runtime.witness.seen())).toEqual([]);
}

test("orders settle through a worker, and SIGTERM leaves nothing in flight", async () => {
  const worker = launch();
  await worker.ready;
  const orders = await Promise.all(Array.from({ length: 12 }, () => saga.place()));
  for (const orderId of orders) expect(await saga.settled(orderId)).toBe("CONFIRMED");
  const more = await Promise.all(Array.from({ length: 12 }, () => saga.place()));
  expect(await end(worker, "SIGTERM")).toBe(0);
  expect(worker.lines.at(-1)).toContain('"message":"stopped"');
  expect(counted().inFlight).toBe(0);

  await drain();
  await expectWholeBooks([...orders, ...more]);
});

test("changed over while orders come: both take from the queues for a while, and nothing is lost", async () => {
  const { mappings } = saga.runtime;
  const orders: string[] = [];
  const place = async (number: number) => {
    for (let each = 0; each < number; each++) orders.push(await saga.place());
  };
  for (const mapping of mappings.values()) mapping.enable();
  await place(4);
  const worker = launch();
  await Promise.all([worker.ready, place(4)]);
  await place(4);
  await Promise.all([...mappings.values()].map((mapping) => mapping.disable()));
  await place(4);
  for (const orderId of orders) expect(await saga.settled(orderId)).toBe("CONFIRMED");
  expect(await end(worker, "SIGTERM")).toBe(0);
  await drain();
  await expectWholeBooks(orders);
});

test(
  `killed at ${KILLS} random points (SEED=${SEED}), nothing is lost or doubled`,
  async () => {
    const orders: string[] = [];
    const points = fc.sample(fc.noBias(fc.integer({ min: 0, max: 1200 })), { seed: SEED, numRuns: KILLS });
    for (const [index, milliseconds] of points.entries()) {
      const worker = launch();
      await worker.ready;
      const placed = Promise.all(
        Array.from({ length: 4 }, (_, index) =>
          saga.place(index === 3 ? { paymentMethod: "pm_card_visa_chargeDeclined" } : {}),
        ),
      );
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      await end(worker, "SIGKILL");
      orders.push(...(await placed));
      // What the dead worker held is hidden for as long as its visibility timeout.
      await saga.runtime.advanceClock(181_000);
      // The sweep sends again what is not settled, so what is left of more kills would pile up.
      const isLast = index === points.length - 1;
      if (!isLast && (index + 1) % KILLS_PER_READING !== 0) continue;
      await drain();
      await expectWholeBooks(orders);
    }
  },
  120_000 + KILLS * 20_000,
);

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log("Not root here, so no process without rights can be made: that test is left out.");

test.runIf(isRoot)(
  "its bundle runs as a user without rights over a folder that cannot be written",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "order-saga-worker-"));
    let worker: ReturnType<typeof launch> | undefined;
    try {
      const program = await bundleWorker(folder, reactionNames);
      chmodSync(folder, 0o555);
      worker = launch({ program, cwd: folder, uid: NOBODY, gid: NOBODY });
      await worker.ready;
      const orderId = await saga.place();
      expect(await saga.settled(orderId)).toBe("CONFIRMED");
      expect(await end(worker, "SIGTERM")).toBe(0);
    } finally {
      worker?.process.kill("SIGKILL");
      rmSync(folder, { recursive: true });
    }
  },
);
