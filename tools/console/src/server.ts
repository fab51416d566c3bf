// What the console's routes need: frames, snapshots, details of orders, dead letters, the operator log.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { createLaptopDesk } from "@order-saga/dead-letters/laptop-desk";
import { createSlices } from "@order-saga/emulator/slices";
import type { Books } from "@order-saga/invariants/books";
import type { Witness } from "@order-saga/invariants/witness";
import type { Runtime } from "@order-saga/local/runtime";
import { unconfirmedRootEvents } from "@order-saga/orders/order";
import { services } from "@order-saga/services";
import type { OrderDetail, Snapshot, Topology } from "./console-api.ts";
import { createDeadLetterNotes } from "./dead-letter-notes.ts";
import { createFrameLoop, MOST_MAILS } from "./frame-loop.ts";
import { createFrames, type Frames } from "./frames.ts";
import { createInvariantMonitor, type InvariantMonitor } from "./invariant-monitor.ts";
import { iso } from "./iso.ts";
import { createLiveState, type LiveState } from "./live-state.ts";
import { type OperatorLog, openOperatorLog } from "./operator-log.ts";
import { orderDetail } from "./order-detail.ts";
import { recallOrders } from "./recall.ts";
import type { OrderSearch, Recorder } from "./recorder.ts";

/** How long a snapshot waits for the books. */
const PATIENCE_MILLISECONDS = 700;
const KEPT_CHARACTERS = 8_000_000;
/** Of a snapshot; what is older is asked for page by page. */
const MOST_ORDERS = { orders: 500, stuck: 200 };
const MOST_EVENTS = 2000;
/** Open pages at one time; each costs every frame. */
const MOST_STREAMS = 20;
/** Of what goes on beside the shop's own work: a quarter of the time at most. */
const QUIET = { milliseconds: 8, restMilliseconds: 24 };

export type ConsoleServer = ReturnType<typeof createConsoleServer>;

type Given = { directory: string | undefined; recorder: Recorder; topology: Topology; witness: Witness };

export function createConsoleServer(runtime: Runtime, { directory, recorder, topology, witness }: Given) {
  const { now } = runtime;
  const runtimeId = randomUUID();
  const frames = createFrames({ runtimeId, now, begin: now(), maximumCharacters: KEPT_CHARACTERS });
  const operatorLog = openOperatorLog(directory);
  const notes = createDeadLetterNotes({
    recorder,
    now,
    isDeadLetterQueue: (queue) => desk.queueOf(queue)?.kind === "dead-letter",
  });
  const desk = createLaptopDesk(runtime, {
    onLetter: notes,
    lastError: (letter) => recorder.lastAttempt(letter)?.errorName,
    onRedriven: (redriven) => recorder.record({ kind: "redrive", at: now(), ...redriven }),
    onActEnded: (ended) => operatorLog.add({ at: iso(now()), ...ended }),
  });
  const parts = { desk, reactions: topology.reactions, recorder };
  const liveState = createLiveState(runtime, { ...parts, slices: createSlices() });
  const monitor = createInvariantMonitor(runtime, {
    witness,
    slices: createSlices(),
    onBooks: ({ orders }) => learnUnheard(recorder, orders),
  });
  const loop = createFrameLoop({ frames, recorder, liveState, monitor, operatorLog });
  const recall = recallOnce(async () => {
    await recallOrders(runtime, recorder, createSlices(QUIET));
    await notes.again(desk.letters.known(), createSlices(QUIET));
  });

  const snapshot = snapshotsOf(runtime, {
    frames,
    recorder,
    liveState,
    monitor,
    operatorLog,
    loop,
    runtimeId,
    topology,
    async ready() {
      // Long books are still being read when the page opens; a later frame brings what comes of it.
      await Promise.race([Promise.all([recall(), monitor.recent()]), pause(PATIENCE_MILLISECONDS)]);
      await liveState.look();
      notes.looked();
    },
  });

  async function detail(orderId: string): Promise<OrderDetail | undefined> {
    if (orderId.length > LONGEST_ID) return undefined;
    await recall();
    await liveState.look();
    const letters = desk.letters.page({ orderId }, { most: MOST_LETTERS });
    return orderDetail(runtime, orderId, { ...parts, letters, mails: liveState.mailsOf(orderId) });
  }

  return {
    frames,
    operatorLog,
    desk,
    recorder,
    listen: loop.listen,
    hasRoomForStream: () => frames.listeners() < MOST_STREAMS,
    snapshot,
    detail,
    recall,
    mail: liveState.mail,
    look: liveState.look,
    async search(asked: OrderSearch) {
      await recall();
      return recorder.search(asked, createSlices());
    },
    /** Newest first. */
    async *details(): AsyncGenerator<OrderDetail> {
      const all = await recorder.search(EVERYTHING, createSlices());
      for (const { orderId } of all) {
        const found = await detail(orderId);
        if (found) yield found;
      }
    },
    /** Sends what an action changed at once. */
    refresh: loop.sendAll,
    stop: loop.stop,
  };
}

/** An order whose first event was lost is in its table only. */
function learnUnheard(recorder: Recorder, orders: Books["orders"]): void {
  for (const order of orders) {
    if (recorder.order(order.orderId)?.facts.OrderPlaced) continue;
    recorder.recall(unconfirmedRootEvents(order).filter(({ type }) => type === "OrderPlaced"));
  }
}

type SnapshotParts = {
  frames: Frames;
  recorder: Recorder;
  liveState: LiveState;
  monitor: InvariantMonitor;
  operatorLog: OperatorLog;
  loop: ReturnType<typeof createFrameLoop>;
  runtimeId: string;
  topology: Topology;
  /** Resolves when what a snapshot shows has been read, or has taken too long. */
  ready(): Promise<void>;
};

function snapshotsOf(runtime: Runtime, parts: SnapshotParts): () => Promise<Snapshot> {
  const { frames, liveState, loop, monitor, operatorLog, recorder, runtimeId, topology } = parts;
  const { now } = runtime;
  const startedAt = iso(now());
  return async () => {
    await parts.ready();
    await loop.send();
    const stock = await liveState.stock();
    // No await from here on, so that the sequence number and the parts belong together.
    loop.sendRecorded();
    return {
      sequence: frames.sequence(),
      at: iso(now()),
      runtimeId,
      startedAt,
      topology,
      version: process.env.VERSION ?? services.find(({ name }) => name === "orders")?.settings.VERSION ?? "",
      providerUrl: runtime.aws.url,
      orders: recorder.recent(MOST_ORDERS),
      counts: recorder.counts(),
      events: recorder.events(MOST_EVENTS),
      queues: liveState.queues(),
      pending: liveState.pending(),
      deadLetters: liveState.groups(),
      mails: liveState.mails(MOST_MAILS),
      stock,
      faults: liveState.faults(),
      accounts: monitor.last() ?? monitor.unread(),
      acts: operatorLog.all(),
      clock: liveState.clock(),
    };
  };
}

/** Far longer than any order's; a table takes no key of more than 2,048 bytes. */
const LONGEST_ID = 200;

/** Dead letters of one order that are shown. */
const MOST_LETTERS = 100;

const EVERYTHING: OrderSearch = {
  filter: { text: "", status: "all", onlyStuck: false },
  before: undefined,
  most: Number.POSITIVE_INFINITY,
};

function recallOnce(recall: () => Promise<void>): () => Promise<void> {
  let recalled: Promise<void> | undefined;
  return () => {
    recalled ??= recall().catch(() => {
      recalled = undefined; // The next request tries again.
    });
    return recalled;
  };
}
