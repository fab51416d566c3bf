// Takes one reaction's messages from its queue: polls only with room, and never ends by itself.
import type { Message } from "@aws-sdk/client-sqs";
import { type BatchOptions, runBatch } from "./batch.ts";
import { nameOf } from "./heartbeat.ts";
import { MOST_AT_ONCE, type QueueSettings } from "./queue.ts";

export type ConsumerOptions = Omit<BatchOptions, "settings"> & {
  readonly reaction: string;
  readonly batchSize: number;
  /** Batches that run at once; while there are as many, messages wait in the queue. */
  readonly batchesAtOnce: number;
};

export type Consumer = {
  /** What a health check is told. */
  state(): ConsumerState;
  /**
   * Polls no more, and resolves when what was received is settled. An open poll is let come back, because
   * SQS may have handed out messages with it; `now` cuts it off, and such messages come again later.
   */
  stop(now?: boolean): Promise<void>;
};

export type ConsumerState = {
  readonly inFlight: number;
  /** Of the message that was sent first among those in flight, in milliseconds. */
  readonly oldestMilliseconds: number | undefined;
  /** When a batch last settled a message, and when a poll last was answered. */
  readonly lastSuccess: number | undefined;
  readonly lastPoll: number | undefined;
  /** Polls in a row that failed. */
  readonly failedPolls: number;
  /** Batches that were given up, whose functions may still run. */
  readonly abandoned: number;
};

/** The longest pause between two polls of a queue that does not answer. */
const LONGEST_PAUSE_MILLISECONDS = 20_000;

export function startConsumer(options: ConsumerOptions): Consumer {
  const stopping = new AbortController();
  const cut = new AbortController();
  const loop = createLoop(options, { stopping: stopping.signal, cut: cut.signal });
  const running = loop.run();
  return {
    state: loop.state,
    async stop(now = false) {
      stopping.abort();
      if (now) cut.abort();
      await running;
    },
  };
}

function createLoop(options: ConsumerOptions, signals: { stopping: AbortSignal; cut: AbortSignal }) {
  const { clock, queue } = options;
  const running = new Map<Promise<void>, readonly Message[]>();
  const seen = {
    lastSuccess: undefined as number | undefined,
    lastPoll: undefined as number | undefined,
    failedPolls: 0,
    abandoned: 0,
  };

  /** What the call answers; undefined after a pause, if it failed. */
  async function answered<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await call();
      seen.failedPolls = 0;
      seen.lastPoll = clock.now();
      return answer;
    } catch (error) {
      if (signals.cut.aborted) return undefined;
      seen.failedPolls++;
      options.log("warn", what, { attempt: seen.failedPolls, errorName: nameOf(error) });
      const longest = Math.min(LONGEST_PAUSE_MILLISECONDS, 200 * 2 ** Math.min(seen.failedPolls, 10));
      await clock.sleep(clock.jitter(longest), signals.stopping);
      return undefined;
    }
  }

  function begin(settings: QueueSettings, messages: readonly Message[]): void {
    const batch: Promise<void> = runBatch({ ...options, settings }, messages).then((outcome) => {
      running.delete(batch);
      if (outcome.settled > 0) seen.lastSuccess = clock.now();
      if (outcome.isAbandoned) seen.abandoned++;
    });
    running.set(batch, messages);
  }

  async function run(): Promise<void> {
    let settings: QueueSettings | undefined;
    while (!signals.stopping.aborted) {
      settings ??= await answered("the queue's settings cannot be read", () => queue.describe());
      if (!settings) continue;
      if (running.size >= options.batchesAtOnce) {
        await Promise.race(running.keys());
        continue;
      }
      const most = Math.min(options.batchSize, MOST_AT_ONCE);
      const messages = await answered("a poll failed", () => queue.receive(most, signals.cut));
      if (messages && messages.length > 0) begin(settings, messages);
    }
    while (running.size > 0) await Promise.race(running.keys());
  }

  const state = (): ConsumerState => {
    const sent = [...running.values()]
      .flat()
      .map(({ Attributes }) => Number(Attributes?.SentTimestamp ?? clock.now()));
    return {
      ...seen,
      inFlight: sent.length,
      oldestMilliseconds: sent.length > 0 ? clock.now() - Math.min(...sent) : undefined,
    };
  };
  return { run, state };
}
