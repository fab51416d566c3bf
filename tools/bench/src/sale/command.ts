// `pnpm bench sale`: more orders than the provider and the mail service take, and one fault at each call.
import { writeFile } from "node:fs/promises";
import { command, type Values } from "@order-saga/arguments";
import { table } from "../chart.ts";
import { machine } from "../machine.ts";
import { type Shop, startShop } from "./shop.ts";

const options = {
  orders: { kind: "whole", least: 1, default: 400, says: "orders of the sale" },
  rate: { kind: "whole", least: 1, default: 40, says: "orders a second" },
  limit: { kind: "whole", least: 1, default: 5, says: "calls a second that the provider takes, and mails" },
  json: { kind: "text", value: "FILE", says: "where every number is written" },
} as const;

/** Of the calls that were answered, so many may have been refused before. */
const BAR = 0.01;
/** A single fault at a call of the provider may cost an order so much. */
const FAULT_BAR_SECONDS = 5;

export const sale = command(
  {
    name: "pnpm bench sale",
    says: "A sale beyond the provider's limit, and one fault at each of its calls.",
    options,
  },
  measure,
);

const limits = {
  "all calls of the provider": [{ of: "provider" }],
  "each operation of the provider": ["authorize", "capture"].map((operation) => ({
    of: "provider",
    operation,
  })),
  mail: [{ of: "mail" }],
} as const;

async function measure(given: Values<typeof options>): Promise<number> {
  const faults = await withShop(eachFault);
  console.log(printFaults(faults));
  const sales: Sale[] = [];
  for (const [limited, of] of Object.entries(limits)) {
    sales.push({ limited, ...(await withShop((shop) => sell(shop, of, given))) });
    console.log(printSales(sales.slice(-1), given));
  }
  console.log(printSales(sales, given));
  if (given.json !== undefined)
    await writeFile(
      given.json,
      `${JSON.stringify({ machine: machine(), ...given, faults, sales }, null, 2)}\n`,
    );
  return 0;
}

async function withShop<T>(use: (shop: Shop) => Promise<T>): Promise<T> {
  const shop = await startShop();
  try {
    await shop.settle();
    return await use(shop);
  } finally {
    await shop.stop();
  }
}

type Sale = { limited: string } & Awaited<ReturnType<typeof sell>>;

async function sell(shop: Shop, limited: readonly object[], { limit, orders, rate }: Values<typeof options>) {
  await shop.faults(limited.map((of) => ({ kind: "limit", perSecond: limit, ...of })));
  const before = shop.counts();
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  let last = 0;
  const settled = Array.from({ length: orders }, async (_, index) => {
    await shop.after(index / rate);
    const status = await shop.settle();
    last = seconds();
    return status;
  });
  const confirmed = (await Promise.all(settled)).filter((status) => status === "CONFIRMED").length;
  await shop.allMailed(before.mails + 2 * orders);
  const after = shop.counts();
  return {
    confirmed,
    confirmedSeconds: last,
    mailedSeconds: seconds(),
    good: after.good - before.good,
    refused: after.refused - before.refused,
    mails: after.mails - before.mails,
    refusedMails: after.refusedMails - before.refusedMails,
    failedDeliveries: after.failedDeliveries - before.failedDeliveries,
    deadLetters: await shop.deadLetters(),
  };
}

type Struck = { operation: string; outcome: string; status: string; seconds: number };

/** What an order does that makes this call. */
const making: Readonly<Record<string, (shop: Shop) => Promise<string>>> = {
  authorize: (shop) => shop.settle(),
  capture: (shop) => shop.settle(),
  "look-up": (shop) => shop.answered(),
  refund: (shop) => shop.refunded(),
  void: (shop) => shop.voided(),
};

async function eachFault(shop: Shop): Promise<Struck[]> {
  const struck: Struck[] = [];
  for (const [operation, make] of Object.entries(making))
    for (const outcome of ["throttled", "server-error", "key-in-use", "unknown", "down"]) {
      await shop.faults([{ kind: "provider", operation, outcome, times: 1 }]);
      const begun = performance.now();
      const status = await make(shop);
      struck.push({ operation, outcome, status, seconds: (performance.now() - begun) / 1000 });
    }
  return struck;
}

const printFaults = (struck: readonly Struck[]) =>
  [
    `One fault at a call of the provider: seconds until the order is confirmed, refunded or voided, at most ${FAULT_BAR_SECONDS}`,
    table([
      ["", "fault", "status", "seconds"],
      ...struck.map(({ operation, outcome, seconds, status }) => [
        operation,
        outcome,
        status,
        seconds.toFixed(2),
      ]),
    ]),
    "",
  ].join("\n");

const printSales = (sales: readonly Sale[], { limit, orders, rate }: Values<typeof options>) =>
  [
    `${orders} orders at ${rate} a second, where ${limit} a second are taken (${machine().summary})`,
    table([
      ["limit on", "confirmed", "s", "mailed, s", "calls", "refused", "mails", "refused", "failed", "dead"],
      ...sales.map((each) => [
        each.limited,
        String(each.confirmed),
        each.confirmedSeconds.toFixed(0),
        each.mailedSeconds.toFixed(0),
        String(each.good),
        String(each.refused),
        String(each.mails),
        String(each.refusedMails),
        String(each.failedDeliveries),
        String(each.deadLetters),
      ]),
    ]),
    `The bar: all confirmed, no dead letters, refused at most ${100 * BAR} % of what was answered.`,
    "",
  ].join("\n");
