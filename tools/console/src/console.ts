// The console's server: watches the laptop while somebody listens, and answers what the page asks.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { readBooks } from "@order-saga/invariants/books";
import { services } from "@order-saga/services";
import type { Hono } from "hono";
import { openActs } from "./acts.ts";
import { orderDetail } from "./detail.ts";
import { createDifference, createFrames, createWhole, type Parts } from "./frames.ts";
import { createLookout } from "./lookout.ts";
import { mountPage } from "./page.ts";
import { createRepair } from "./repair.ts";
import { mountConsoleRoutes } from "./routes.ts";
import { topologyOf } from "./topology.ts";
import type { WatchedRuntime } from "./watched.ts";
import type { Accounts, DeadLetter, OrderDetail, Snapshot } from "./wire.ts";

/** Frames leave at most so often. */
const FRAME_MILLISECONDS = 100;
/** Of these frames the fifth looks at queues, too. */
const FRAMES_PER_LOOK = 5;
const ACCOUNTS_MILLISECONDS = 2000;
/** As long a page that opens waits for the books. */
const PATIENCE_MILLISECONDS = 700;
const KEPT_CHARACTERS = 8_000_000;

export type Console = {
  mount(app: Hono): void;
  stop(): Promise<void>;
};

export type ConsoleServer = ReturnType<typeof createServer>;

export function startConsole(runtime: WatchedRuntime, directory: string | undefined): Console {
  const server = createServer(runtime, directory);
  return {
    mount(app) {
      mountConsoleRoutes(app, runtime, server);
      mountPage(app, pageFiles);
    },
    stop: server.stop,
  };
}

/** Loaded when somebody asks for the page: the laptop runs without a bundler in its memory. */
async function pageFiles(): Promise<string> {
  const { pageFolder } = await import("./build.ts");
  return pageFolder();
}

function createServer(runtime: WatchedRuntime, directory: string | undefined) {
  const { now, recorder } = runtime;
  const topology = topologyOf(services);
  const runtimeId = randomUUID();
  const frames = createFrames({ runtimeId, now, begin: now(), maximumCharacters: KEPT_CHARACTERS });
  const acts = openActs(directory);
  const lookout = createLookout(runtime, topology.reactions);
  const repair = createRepair(runtime, { acts, lookout });
  const streams = new Set<() => void>();
  const changed = createChanges();
  let recalled: Promise<void> | undefined;
  let ticker: NodeJS.Timeout | undefined;
  let ticks = 0;
  let readAt = 0;

  function createChanges() {
    return {
      queues: createDifference<Snapshot["queues"][number]>(({ queue }) => queue),
      mails: createDifference<Snapshot["mails"][number]>(({ id }) => id),
      stock: createDifference<Snapshot["stock"][number]>(({ sku }) => sku),
      acts: createDifference<Snapshot["acts"][number]>(({ id }) => String(id)),
      pending: createWhole<Snapshot["pending"]>(),
      deadLetters: createWhole<Snapshot["deadLetters"]>(),
      faults: createWhole<Snapshot["faults"]>(),
      accounts: createWhole<Accounts>(),
      ahead: createWhole<number>(),
    };
  }

  const clock = () => ({ now: new Date(now()).toISOString(), aheadSeconds: runtime.clockAhead() / 1000 });

  /** What changed since the last frame, as far as it is told without being asked for. */
  function told(): Parts {
    const { events, orders } = recorder.takeChanges();
    return { ...(orders.length > 0 && { orders }), ...(events.length > 0 && { events }) };
  }

  async function looked(): Promise<Parts> {
    const stockNow = await lookout.stock();
    const accountsNow = await recentAccounts();
    // From here on nothing can fail: what is told as a change must reach its frame.
    recorder.age();
    const queues = changed.queues(lookout.queues());
    const pending = changed.pending(lookout.pending());
    const deadLetters = changed.deadLetters(lookout.groups(lookout.letters()));
    const faults = changed.faults(lookout.faults());
    const ahead = changed.ahead(runtime.clockAhead());
    const newActs = changed.acts(acts.all());
    const mails = changed.mails(lookout.mails());
    const stock = changed.stock(stockNow);
    const accounts = changed.accounts(accountsNow);
    return {
      ...(queues.length > 0 && { queues }),
      ...(pending && { pending }),
      ...(deadLetters && { deadLetters }),
      ...(mails.length > 0 && { mails }),
      ...(stock.length > 0 && { stock }),
      ...(faults && { faults }),
      ...(newActs.length > 0 && { acts: newActs }),
      ...(ahead !== undefined && { clock: clock() }),
      ...(accounts && { accounts }),
    };
  }

  /** Read anew at most every two seconds, and less often the longer it takes. */
  async function recentAccounts(): Promise<Accounts> {
    const last = lookout.accounts.last();
    const begun = performance.now();
    const isDue = begun >= readAt || lookout.accounts.isSuspicious();
    if (last && !isDue) return last;
    const read = await lookout.accounts.read();
    readAt = performance.now() + Math.max(ACCOUNTS_MILLISECONDS, 20 * (performance.now() - begun));
    return read;
  }

  let looking: Promise<void> | undefined;
  /** One after the other: a frame must not overtake the one before it. */
  function send(isLook: boolean): Promise<void> {
    const before = looking ?? Promise.resolve();
    const next = before.then(async () => {
      const seen = isLook ? await looked().catch(() => ({})) : {};
      frames.send({ ...told(), ...seen });
    });
    looking = next;
    return next;
  }

  function tick(): void {
    const isLook = ++ticks % FRAMES_PER_LOOK === 0;
    if (isLook || recorder.hasChanges()) void send(isLook);
  }

  /** The ticker runs while somebody listens. */
  function listen(close: () => void): () => void {
    streams.add(close);
    ticker ??= setInterval(tick, FRAME_MILLISECONDS);
    return () => {
      streams.delete(close);
      if (streams.size > 0) return;
      clearInterval(ticker);
      ticker = undefined;
    };
  }

  /** Orders of an earlier run are in the tables only. */
  function recall(): Promise<void> {
    recalled ??= readBooks(runtime)
      .then(({ orders, payments, reservations }) =>
        recorder.recall(
          [...orders, ...payments, ...reservations].flatMap(({ events }) => Object.values(events)),
        ),
      )
      .catch(() => {
        recalled = undefined; // Asked for again by the next who comes.
      });
    return recalled;
  }

  async function snapshot(): Promise<Snapshot> {
    // Long books are still being read when the page opens; what comes of it comes with a frame.
    const isRecalled = recall();
    const isRead = recentAccounts();
    await Promise.race([Promise.all([isRecalled, isRead]), pause(PATIENCE_MILLISECONDS)]);
    const letters = lookout.letters();
    await send(false);
    const stock = await lookout.stock();
    // Nothing is awaited from here on, so that the number and the parts belong together.
    frames.send(told());
    return {
      sequence: frames.sequence(),
      at: new Date(now()).toISOString(),
      runtimeId,
      topology,
      version: process.env.VERSION ?? services.find(({ name }) => name === "orders")?.settings.VERSION ?? "",
      orders: recorder.summaries(),
      events: recorder.events(),
      queues: lookout.queues(),
      pending: lookout.pending(),
      deadLetters: lookout.groups(letters),
      mails: lookout.mails(),
      stock,
      faults: lookout.faults(),
      accounts: lookout.accounts.last() ?? lookout.accounts.unread(),
      acts: acts.all(),
      clock: clock(),
    };
  }

  async function detail(orderId: string): Promise<OrderDetail | undefined> {
    await recall();
    return orderDetail(runtime, orderId, {
      reactions: topology.reactions,
      letters: lookout.letters(),
      mails: lookout.mails(),
    });
  }

  async function* details(): AsyncGenerator<OrderDetail> {
    const newest = recorder.summaries().sort((a, b) => b.changedAt.localeCompare(a.changedAt));
    for (const { orderId } of newest) {
      const found = await detail(orderId);
      if (found) yield found;
    }
  }

  return {
    frames,
    acts,
    lookout,
    repair,
    topology,
    listen,
    snapshot,
    detail,
    details,
    recall,
    letters: (): DeadLetter[] => lookout.letters(),
    /** Tells at once what an act has changed. */
    refresh: () => send(true),
    async stop() {
      clearInterval(ticker);
      for (const close of [...streams]) close();
      await Promise.race([looking, pause(1000, undefined, { ref: false })]);
    },
  };
}
