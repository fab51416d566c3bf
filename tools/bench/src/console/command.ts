// `pnpm bench console`: what an open console takes from a shop with many orders and dead letters.
import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { command, type Values } from "@order-saga/arguments";
import { table } from "../chart.ts";
import { hearing } from "../hearing.ts";
import { machine } from "../machine.ts";
import { sender } from "../saga/post.ts";
import { quantile } from "../statistics.ts";
import type { Told } from "./host.ts";

const heard = hearing<Told>();

const SNAPSHOT_BAR_MILLISECONDS = 500;
const SLICE_BAR_MILLISECONDS = 50;
const RATIO_BAR = 2;

const options = {
  orders: { kind: "whole", least: 25, default: 50_000, says: "orders in the tables, with their mails" },
  letters: { kind: "whole", least: 10, default: 50_000, says: "dead letters" },
  posts: { kind: "whole", least: 20, default: 300, says: "orders placed without and with a console" },
  rate: { kind: "whole", least: 1, default: 10, says: "orders a second" },
  json: { kind: "text", value: "FILE", says: "where every number is written" },
} as const;

export const consoleBench = command(
  {
    name: "pnpm bench console",
    says: "What a console takes from a shop that has many orders and dead letters.",
    options,
  },
  async (given) => {
    const data = mkdtempSync(join(tmpdir(), "order-saga-console-"));
    const host = fork(fileURLToPath(new URL("./host.ts", import.meta.url)), [
      join(data, "state"),
      String(given.orders),
      String(given.letters),
    ]);
    try {
      const measured = await measure(host, given);
      console.log(print(measured, given));
      if (given.json !== undefined)
        await writeFile(
          given.json,
          `${JSON.stringify({ machine: machine(), ...given, measured }, null, 2)}\n`,
        );
      return 0;
    } finally {
      if (host.connected) {
        host.send("stop");
        await once(host, "exit");
      }
      rmSync(data, { recursive: true, force: true });
    }
  },
);

type Usage = Omit<Extract<Told, { kind: "usage" }>, "kind">;
type Snapshot = Usage & { milliseconds: number; kilobytes: number };
type Posts = { p50: number; p99: number; refused: number; longestTurnMilliseconds: number };
type Measured = { first: Snapshot; recall: Usage; next: Snapshot; without: Posts; beside: Posts };

async function measure(host: ChildProcess, given: Values<typeof options>): Promise<Measured> {
  const { token, url } = await heard(host, "ready");
  const usage = async (): Promise<Usage> => {
    host.send("usage");
    const { kind: _, ...rest } = await heard(host, "usage");
    return rest;
  };
  const snapshot = async (): Promise<Snapshot> => {
    await usage();
    const begun = performance.now();
    const text = await (await fetch(`${url}/__local/console/snapshot`)).text();
    const milliseconds = performance.now() - begun;
    return { ...(await usage()), milliseconds, kilobytes: text.length / 1000 };
  };
  const post = () => posts(url, token, given).then(async (took) => ({ ...took, ...(await turnOf(usage)) }));
  await pause(2000);
  const without = await post();
  const first = await snapshot();
  console.error("Placed without a console; the first snapshot is there.", without, first);
  await usage();
  await pause(RECALL_MILLISECONDS);
  const recall = await usage();
  const next = await snapshot();
  console.error("Reading back, and another snapshot.", recall, next);
  const page = await openPage(url);
  const beside = await post();
  page.close();
  return { first, recall, next, without, beside };
}

/** Long enough for the orders of before to be read back. */
const RECALL_MILLISECONDS = 20_000;

const turnOf = async (usage: () => Promise<Usage>) => {
  const { longestTurnMilliseconds } = await usage();
  return { longestTurnMilliseconds };
};

/** Reads the stream, and fetches a snapshot every five seconds, as pages do that are opened anew. */
async function openPage(url: string): Promise<{ close(): void }> {
  const closing = new AbortController();
  const { signal } = closing;
  const stream = await fetch(`${url}/__local/console/stream`, { signal });
  const reading = (async () => {
    for await (const _ of stream.body ?? new ReadableStream()) if (signal.aborted) return;
  })().catch(() => {});
  const looking = (async () => {
    while (!signal.aborted) {
      await (await fetch(`${url}/__local/console/snapshot`, { signal })).text();
      await pause(5000, undefined, { signal });
    }
  })().catch(() => {});
  return {
    close() {
      closing.abort();
      void reading;
      void looking;
    },
  };
}

async function posts(url: string, token: string, { posts: count, rate }: Values<typeof options>) {
  const { close, send } = sender(url);
  const body = {
    contact: { email: "ada@example.com", name: "Ada" },
    currency: "EUR",
    lines: [{ sku: "TEA-EARL-GREY", quantity: 1 }],
    paymentMethod: "pm_card_visa",
  };
  const took: number[] = [];
  let refused = 0;
  const one = async () => {
    const begun = performance.now();
    const headers = { authorization: `Bearer ${token}`, "idempotency-key": randomUUID() };
    const { status } = await send("POST", "/orders", body, headers);
    if (status === 202) took.push(performance.now() - begun);
    else refused++;
  };
  const all = [];
  for (let n = 0; n < count; n++) {
    all.push(one());
    await pause(1000 / rate);
  }
  await Promise.all(all);
  close();
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99), refused };
}

function print(
  { beside, first, next, recall, without }: Measured,
  { letters, orders }: Values<typeof options>,
) {
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  const shown = ({ cpuMilliseconds, kilobytes, longestTurnMilliseconds, milliseconds }: Snapshot) =>
    `${ms(cpuMilliseconds)} of CPU, longest turn ${ms(longestTurnMilliseconds)}, ${ms(milliseconds)}, ${kilobytes.toFixed(0)} kB`;
  const posted = ({ longestTurnMilliseconds, p50, p99, refused }: Posts) =>
    `p50 ${ms(p50)}, p99 ${ms(p99)}, ${refused} not accepted, longest turn ${ms(longestTurnMilliseconds)}`;
  return table([
    ["orders, dead letters", `${orders}, ${letters} (${machine().summary})`],
    ["first snapshot after a start", shown(first)],
    [
      "twenty seconds of reading back",
      `${ms(recall.cpuMilliseconds)} of CPU, longest turn ${ms(recall.longestTurnMilliseconds)}`,
    ],
    ["snapshot", `${shown(next)} (bars ${SNAPSHOT_BAR_MILLISECONDS}, ${SLICE_BAR_MILLISECONDS} ms)`],
    ["POST /orders without a console", posted(without)],
    [
      "POST /orders beside one",
      `${posted(beside)}, ${(beside.p99 / without.p99).toFixed(2)} times (bar ${RATIO_BAR})`,
    ],
  ]);
}
