// Sends frames while a page listens: recorded changes ten times a second, polled ones twice.
import { setTimeout as pause } from "node:timers/promises";
import type { Accounts, OrderCounts, Snapshot } from "./console-api.ts";
import { createDifference, createWhole, type Frames, type Parts } from "./frames.ts";
import type { InvariantMonitor } from "./invariant-monitor.ts";
import type { LiveState } from "./live-state.ts";
import type { OperatorLog } from "./operator-log.ts";
import type { Recorder } from "./recorder.ts";

const FRAME_MILLISECONDS = 100;
/** Orders, and events, of one frame. */
const MOST_CHANGES = 2000;
/** Every fifth frame polls the runtime, too. */
const FRAMES_PER_POLL = 5;

/** Of the newest mails, so many are looked at for a change. */
export const MOST_MAILS = 1000;

type Sources = {
  frames: Frames;
  recorder: Recorder;
  liveState: LiveState;
  monitor: InvariantMonitor;
  operatorLog: OperatorLog;
};

export function createFrameLoop(sources: Sources) {
  const { frames, recorder } = sources;
  const streams = new Set<() => void>();
  const poll = createPoll(sources);
  let ticker: NodeJS.Timeout | undefined;
  let ticks = 0;
  let sending: Promise<void> | undefined;
  let waiting = 0;

  /** More than a frame may carry is left out: the pages fetch a snapshot, which has the newest of it. */
  function recorded(): Parts {
    const changes = recorder.takeChanges(MOST_CHANGES);
    if (!changes) frames.skip();
    const { events, orders } = changes ?? { events: [], orders: [] };
    return { ...(orders.length > 0 && { orders }), ...(events.length > 0 && { events }) };
  }

  /** One after the other: a frame must not overtake the one before it. */
  function send(isPoll: boolean): Promise<void> {
    const before = sending ?? Promise.resolve();
    waiting++;
    sending = before.then(async () => {
      const polled = isPoll ? await poll().catch(() => ({})) : {};
      waiting--;
      frames.send({ ...recorded(), ...polled });
    });
    return sending;
  }

  /** A tick that finds the last frame still on its way is left out. */
  function tick(): void {
    const isPoll = ++ticks % FRAMES_PER_POLL === 0;
    if (waiting === 0 && (isPoll || recorder.hasChanges())) void send(isPoll);
  }

  return {
    send: () => send(false),
    sendAll: () => send(true),
    sendRecorded: () => frames.send(recorded()),
    /** The loop runs while there is a stream; returns what ends this one. */
    listen(close: () => void): () => void {
      streams.add(close);
      ticker ??= setInterval(tick, FRAME_MILLISECONDS);
      return () => {
        streams.delete(close);
        if (streams.size > 0) return;
        clearInterval(ticker);
        ticker = undefined;
      };
    },
    async stop(): Promise<void> {
      clearInterval(ticker);
      for (const close of [...streams]) close();
      await Promise.race([sending, pause(1000, undefined, { ref: false })]);
    },
  };
}

/** What changed since the last poll. */
function createPoll({ liveState, monitor, operatorLog, recorder }: Sources): () => Promise<Parts> {
  const changed = {
    queues: createDifference<Snapshot["queues"][number]>(({ queue }) => queue),
    mails: createDifference<Snapshot["mails"][number]>(({ id }) => id),
    counts: createWhole<OrderCounts>(),
    stock: createDifference<Snapshot["stock"][number]>(({ sku }) => sku),
    acts: createDifference<Snapshot["acts"][number]>(({ id }) => String(id)),
    pending: createWhole<Snapshot["pending"]>(),
    deadLetters: createWhole<Snapshot["deadLetters"]>(),
    faults: createWhole<Snapshot["faults"]>(),
    accounts: createWhole<Accounts>(),
    ahead: createWhole<number>(),
  };
  return async () => {
    await liveState.look();
    const stockNow = await liveState.stock();
    const accountsNow = await monitor.recent();
    // Nothing below can fail: what counts as sent must reach its frame.
    recorder.age();
    const queues = changed.queues(liveState.queues());
    const pending = changed.pending(liveState.pending());
    const deadLetters = changed.deadLetters(liveState.groups());
    const faults = changed.faults(liveState.faults());
    const ahead = changed.ahead(liveState.clock().aheadSeconds);
    const acts = changed.acts(operatorLog.all());
    const mails = changed.mails(liveState.mails(MOST_MAILS));
    const stock = changed.stock(stockNow);
    const accounts = changed.accounts(accountsNow);
    const counts = changed.counts(recorder.counts());
    return {
      ...(queues.length > 0 && { queues }),
      ...(pending && { pending }),
      ...(deadLetters && { deadLetters }),
      ...(counts && { counts }),
      ...(mails.length > 0 && { mails }),
      ...(stock.length > 0 && { stock }),
      ...(faults && { faults }),
      ...(acts.length > 0 && { acts }),
      ...(ahead !== undefined && { clock: liveState.clock() }),
      ...(accounts && { accounts }),
    };
  };
}
