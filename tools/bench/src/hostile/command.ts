// `pnpm bench hostile`: what odd bodies, too many orders and too large bodies do to the laptop.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { command, type Values } from "@order-saga/arguments";
import { table } from "../chart.ts";
import { machine } from "../machine.ts";
import { quantile } from "../statistics.ts";
import { anyBody, kinds, numbersFrom, order } from "./bodies.ts";
import { type Answer, type Shop, startShop } from "./shop.ts";

const options = {
  bodies: { kind: "whole", least: 0, default: 20_000, says: "generated bodies over all routes" },
  orders: {
    kind: "whole",
    least: 0,
    default: 10_000,
    says: "orders at once, of fifty customers, each on a connection",
  },
  large: {
    kind: "whole",
    least: 0,
    default: 200,
    says: "bodies of the largest size that is read, with them",
  },
  huge: { kind: "whole", least: 0, default: 40, says: "bodies of 10 MB at once" },
  seed: { kind: "whole", least: 0, default: 1, says: "of the generated bodies" },
} as const;

export const hostile = command(
  {
    name: "pnpm bench hostile",
    says: "What odd bodies, too many orders at once and too large bodies do to the laptop.",
    options,
  },
  async (given) => {
    const shop = await startShop();
    try {
      const stocked = {
        ...(await shop.headersOf("bench")),
        "idempotency-key": `hostile-stock-${process.pid}`,
      };
      await shop.ask("PUT", "/stock/TEA-EARL-GREY", stocked, JSON.stringify({ delta: 1_000_000 }));
      console.log(machine().summary);
      if (given.bodies > 0) console.log(table(await costs(shop)));
      if (given.bodies > 0) console.log(table(await oddBodies(shop, given)));
      if (given.huge > 0) console.log(table(await hugeBodies(shop, given.huge)));
      if (given.orders > 0) console.log(table(await flood(shop, given)));
      return 0;
    } finally {
      await shop.stop();
    }
  },
);

type Given = Values<typeof options>;

async function inTurns<T>(many: number, atOnce: number, act: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < many) {
      const index = next++;
      results[index] = await act(index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

const SAMPLE = 200;

/** The processor's time of each kind of body, beside that of an order that is accepted and settled. */
async function costs(shop: Shop): Promise<string[][]> {
  const random = numbersFrom(7);
  const millisecondsOf = async (path: string, bodyOf: () => string) => {
    const sendAll = (many: number) =>
      inTurns(many, 4, async () => shop.ask("POST", path, await shop.headersOf("bench"), bodyOf()));
    await sendAll(SAMPLE / 2);
    await quiet(shop);
    const before = await shop.usage();
    await sendAll(SAMPLE);
    await quiet(shop);
    return ((await shop.usage()).cpuMilliseconds - before.cpuMilliseconds) / SAMPLE;
  };
  const accepted = await millisecondsOf("/orders", () => JSON.stringify(order));
  const rows: [string, number][] = [];
  for (const [name, make] of Object.entries(kinds))
    rows.push([name, await millisecondsOf("/orders", () => make(random))]);
  return [
    ["CPU of a request", "ms", "÷ an accepted order"],
    ["an accepted order, until it is settled", accepted.toFixed(2), "1"],
    ...rows
      .sort(([, a], [, b]) => b - a)
      .map(([name, cost]) => [name, cost.toFixed(2), (cost / accepted).toFixed(2)]),
  ];
}

/** Until the shop does next to nothing, so that one measurement does not pay for another. */
async function quiet(shop: Shop): Promise<void> {
  for (let idle = 0; idle < 3; ) {
    const { cpuMilliseconds } = await shop.usage();
    await new Promise((resolve) => setTimeout(resolve, 100));
    idle = (await shop.usage()).cpuMilliseconds - cpuMilliseconds < 15 ? idle + 1 : 0;
  }
}

const isFault = ({ headers, status }: Answer) =>
  status >= 500 && !(status === 503 && headers["retry-after"] !== undefined);
const isUntyped = ({ headers, status }: Answer) =>
  status >= 400 && headers["content-type"] !== "application/problem+json";

async function oddBodies(shop: Shop, { bodies, seed }: Given): Promise<string[][]> {
  const random = numbersFrom(seed);
  const statuses = new Map<number, number>();
  let faults = 0;
  let untyped = 0;
  let longest = 0;
  let hangs = 0;
  const send = async () => {
    const { body, contentType, method, path } = anyBody(random);
    const headers = { ...(await shop.headersOf("bench")), "content-type": contentType };
    try {
      const answer = await shop.ask(method, path, headers, body);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      if (isFault(answer)) faults++;
      if (isUntyped(answer)) untyped++;
      longest = Math.max(longest, answer.body.length);
    } catch {
      hangs++;
    }
  };
  await inTurns(Math.min(1000, bodies), 32, send);
  await quiet(shop);
  const before = (await shop.usage()).residentMegabytes;
  await inTurns(bodies, 32, send);
  await quiet(shop);
  const after = (await shop.usage()).residentMegabytes;
  return [
    ["generated bodies", String(bodies)],
    [
      "answers",
      [...statuses]
        .sort(([a], [b]) => a - b)
        .map(([status, many]) => `${many} x ${status}`)
        .join(", "),
    ],
    ["5xx but 503 with Retry-After", String(faults)],
    ["4xx that are no problem document", String(untyped)],
    ["without an answer", String(hangs)],
    ["longest answer, bytes", String(longest)],
    [
      "memory before and after, MB",
      `${before.toFixed(0)}, ${after.toFixed(0)} (${(after / before - 1).toFixed(2)})`,
    ],
  ];
}

async function hugeBodies(shop: Shop, many: number): Promise<string[][]> {
  const body = Buffer.alloc(10_000_000, "x");
  const headers = await shop.headersOf("bench");
  const before = (await shop.usage()).residentMegabytes;
  let most = before;
  const watch = setInterval(async () => {
    most = Math.max(most, (await shop.usage()).residentMegabytes);
  }, 200);
  const statuses = await inTurns(many, many, () =>
    shop.ask("POST", "/orders", headers, body).then(
      ({ status }) => String(status),
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    ),
  );
  clearInterval(watch);
  return [
    ["bodies of 10 MB at once", String(many)],
    ["answers", countOf(statuses)],
    ["memory before and at most, MB", `${before.toFixed(0)}, ${most.toFixed(0)}`],
    ["the shop runs", String(shop.isRunning())],
  ];
}

const countOf = (each: readonly string[]) =>
  [...new Set(each)].map((one) => `${each.filter((other) => other === one).length} x ${one}`).join(", ");

const CUSTOMERS = 50;

async function flood(shop: Shop, { large, orders }: Given): Promise<string[][]> {
  for (let index = 0; index < CUSTOMERS; index++) await shop.headersOf(`customer-${index}`);
  const probe = new Worker(new URL("./probe.ts", import.meta.url), {
    workerData: { url: shop.url, everyMilliseconds: 50 },
  });
  const bulk = JSON.stringify({ ...order, orders: [] }).padEnd(2 * 1024 * 1024, " ");
  const sendOrder = async (index: number) => {
    const headers = await shop.headersOf(`customer-${index % CUSTOMERS}`);
    return shop.ask("POST", "/orders", headers, JSON.stringify(order)).then(
      (answer) => ({ ...answer, headersOfRequest: headers }),
      (error: NodeJS.ErrnoException) => ({
        status: 0,
        body: error.code ?? error.message,
        headersOfRequest: headers,
      }),
    );
  };
  const begun = performance.now();
  const sendLarge = async (index: number) =>
    shop.ask("POST", "/bulk-orders", await shop.headersOf(`customer-${index % CUSTOMERS}`), bulk).then(
      ({ status }) => String(status),
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );
  const [answers, larges] = await Promise.all([
    inTurns(orders, orders, sendOrder),
    inTurns(large, large, sendLarge),
  ]);
  const seconds = (performance.now() - begun) / 1000;
  const usage = await shop.usage();
  probe.postMessage("over");
  const [{ failed, took }] = (await once(probe, "message")) as [{ took: number[]; failed: number }];
  const accepted = answers.filter(({ status }) => status === 202);
  const settled = await settledOf(shop, accepted);
  return [
    ["orders at once", `${orders}, and ${large} bodies of 2 MB, answered in ${seconds.toFixed(1)} s`],
    ["answers to orders", countOf(answers.map(({ body, status }) => (status === 0 ? body : String(status))))],
    ["answers to large bodies", countOf(larges)],
    ["accepted orders that settled", `${settled} of ${accepted.length}`],
    [
      "health: asked, failed, p50, p99, most",
      [took.length, failed, ...[0.5, 0.99, 1].map((part) => `${quantile(took, part).toFixed(0)} ms`)].join(
        ", ",
      ),
    ],
    ["memory then, MB", usage.residentMegabytes.toFixed(0)],
  ];
}

async function settledOf(
  shop: Shop,
  accepted: readonly { body: string; headersOfRequest: Record<string, string> }[],
): Promise<number> {
  const ended = new Set(["CONFIRMED", "REJECTED", "CANCELLED"]);
  const settled = await inTurns(accepted.length, 8, async (index) => {
    const { body = "", headersOfRequest = {} } = accepted[index] ?? {};
    const { orderId } = JSON.parse(body) as { orderId: string };
    for (let attempt = 0; attempt < 600; attempt++) {
      const answer = await shop.ask("GET", `/orders/${orderId}`, headersOfRequest);
      if (answer.status === 200 && ended.has((JSON.parse(answer.body) as { status: string }).status))
        return true;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return false;
  });
  return settled.filter(Boolean).length;
}
