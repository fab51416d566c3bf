// What the console's routes need: frames, snapshots, details of orders, dead letters, the operator log.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { createLaptopDesk } from "@order-saga/dead-letters/laptop-desk";
import { readBooks, recordsWithEvents } from "@order-saga/invariants/books";
import type { Witness } from "@order-saga/invariants/witness";
import type { Runtime } from "@order-saga/local/runtime";
import { services } from "@order-saga/services";
import type { DeadLetter, OrderDetail, Snapshot, Topology } from "./console-api.ts";
import { createFrameLoop } from "./frame-loop.ts";
import { createFrames } from "./frames.ts";
import { createInvariantMonitor } from "./invariant-monitor.ts";
import { iso } from "./iso.ts";
import { createLiveState } from "./live-state.ts";
import { openOperatorLog } from "./operator-log.ts";
import { orderDetail } from "./order-detail.ts";
import type { Recorder } from "./recorder.ts";

/** How long a snapshot waits for the books. */
const PATIENCE_MILLISECONDS = 700;
const KEPT_CHARACTERS = 8_000_000;

export type ConsoleServer = ReturnType<typeof createConsoleServer>;

export function createConsoleServer(
  runtime: Runtime,
  given: { directory: string | undefined; recorder: Recorder; topology: Topology; witness: Witness },
) {
  const { now } = runtime;
  const { recorder, topology } = given;
  const runtimeId = randomUUID();
  const frames = createFrames({ runtimeId, now, begin: now(), maximumCharacters: KEPT_CHARACTERS });
  const operatorLog = openOperatorLog(given.directory);
  const desk = createLaptopDesk(runtime, {
    lastError: (letter) => recorder.lastAttempt(letter)?.errorName,
    onRedriven: (redriven) => recorder.record({ kind: "redrive", at: now(), ...redriven }),
    onRedriveEnded: (ended) => operatorLog.add({ at: iso(now()), act: "redrive", ...ended }),
  });
  const liveState = createLiveState(runtime, { desk, reactions: topology.reactions, recorder });
  const monitor = createInvariantMonitor(runtime, given.witness);
  const loop = createFrameLoop({ frames, recorder, liveState, monitor, operatorLog });
  const recall = recallOnce(() => recallOrders(runtime, recorder));

  async function snapshot(): Promise<Snapshot> {
    // Long books are still being read when the page opens; a later frame brings what comes of it.
    await Promise.race([Promise.all([recall(), monitor.recent()]), pause(PATIENCE_MILLISECONDS)]);
    const letters = liveState.letters();
    await loop.send();
    const stock = await liveState.stock();
    // No await from here on, so that the sequence number and the parts belong together.
    loop.sendRecorded();
    return {
      sequence: frames.sequence(),
      at: iso(now()),
      runtimeId,
      topology,
      version: process.env.VERSION ?? services.find(({ name }) => name === "orders")?.settings.VERSION ?? "",
      providerUrl: runtime.aws.url,
      orders: recorder.summaries(),
      events: recorder.events(),
      queues: liveState.queues(),
      pending: liveState.pending(),
      deadLetters: desk.groups(letters),
      mails: liveState.mails(),
      stock,
      faults: liveState.faults(),
      accounts: monitor.last() ?? monitor.unread(),
      acts: operatorLog.all(),
      clock: liveState.clock(),
    };
  }

  async function detail(orderId: string): Promise<OrderDetail | undefined> {
    await recall();
    return orderDetail(runtime, orderId, {
      recorder,
      reactions: topology.reactions,
      letters: liveState.letters(),
      mails: liveState.mails(),
    });
  }

  return {
    frames,
    operatorLog,
    desk,
    recorder,
    listen: loop.listen,
    snapshot,
    detail,
    recall,
    letters: (): DeadLetter[] => liveState.letters(),
    /** Newest first. */
    async *details(): AsyncGenerator<OrderDetail> {
      const newest = recorder.summaries().sort((a, b) => b.changedAt.localeCompare(a.changedAt));
      for (const { orderId } of newest) {
        const found = await detail(orderId);
        if (found) yield found;
      }
    },
    /** Sends what an action changed at once. */
    refresh: loop.sendAll,
    stop: loop.stop,
  };
}

/** Orders of an earlier run are in the tables only. */
async function recallOrders(runtime: Runtime, recorder: Recorder): Promise<void> {
  const records = recordsWithEvents(await readBooks(runtime));
  recorder.recall(records.flatMap(({ events }) => Object.values(events)));
}

function recallOnce(recall: () => Promise<void>): () => Promise<void> {
  let recalled: Promise<void> | undefined;
  return () => {
    recalled ??= recall().catch(() => {
      recalled = undefined; // The next request tries again.
    });
    return recalled;
  };
}
