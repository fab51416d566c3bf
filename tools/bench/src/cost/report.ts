// The bill in a terminal: every ending's operations and dollars, its peers, break-even points, and savings.
import { bars, lines, table } from "../chart.ts";
import { billOf, breakEven, containerMonth, keptMonthOf, mailOf, total } from "./bill.ts";
import type { EndingName } from "./endings.ts";
import { counted, type Operations } from "./operations.ts";
import { type Peer, peersOf, perMillion, withoutInformation } from "./peers.ts";
import { type Prices, pricesDate, pricesOf, type Region, regions, unconfirmed } from "./prices.ts";

export type Measurements = { endings: Record<EndingName, Operations>; batched: Operations };

const dollars = (value: number) => value.toFixed(2);
const SAMPLED = 0.1;

/** Dollars per million orders, without mail. */
export function savings({ endings, batched }: Measurements, prices?: Prices): [string, number][] {
  const { confirmed } = endings;
  const of = (operations: Operations) => perMillion(billOf(operations, prices));
  return [
    ["as deployed, one by one", of(confirmed)],
    ["one log in ten", of(withoutInformation(confirmed, SAMPLED))],
    ["batches of up to ten", of(batched)],
    ["both", of(withoutInformation(batched, SAMPLED))],
  ];
}

export function report(
  measured: Measurements,
  ordersPerMonth: number,
  months: number,
  region: Region = "eu-west-1",
): string {
  const { endings } = measured;
  const { confirmed } = endings;
  const prices = pricesOf(region);
  const billed = (of: Operations) => billOf(of, prices);
  const containers = (orders: number) => containerMonth(orders, prices);
  const names = Object.keys(endings) as EndingName[];
  const own = perMillion(billed(confirmed));
  const least = savings(measured, prices).at(-1)?.[1] ?? own;
  const peers = peersOf(confirmed, prices);
  const container = breakEven(own / 1e6, containers);
  const leastContainer = breakEven(least / 1e6, containers);
  const mean = (total(billed(confirmed)) + mailOf(confirmed, prices)) * ordersPerMonth;
  const kept = keptMonthOf(confirmed, prices) * ordersPerMonth;
  return [
    `Prices: ${region}, list, ${pricesDate}. No free tier, no idle costs, one order at a time.`,
    `Nothing at hand confirms: ${unconfirmed.join(", ")}.`,
    "",
    "Operations of one order",
    table([
      ["", ...counted.map(shortNameOf)],
      ...names.map((name) => [
        name,
        ...counted.map((each) => String(Number(endings[name][each].toFixed(2)))),
      ]),
    ]),
    "",
    "Dollars per million orders, without mail (mail)",
    bars(
      names.map((name) => ({
        label: name,
        value: perMillion(billed(endings[name])),
        text: `${dollars(perMillion(billed(endings[name])))}  (${dollars(mailOf(endings[name], prices) * 1e6)})`,
      })),
    ),
    "",
    "Of a confirmed order",
    bars(
      Object.entries(billed(confirmed)).map(([label, value]) => ({
        label,
        value,
        text: dollars(value * 1e6),
      })),
    ),
    `  Together ${regions.map((each) => `${dollars(perMillion(billOf(confirmed, pricesOf(each))))} in ${each}`).join(", ")}.`,
    "",
    "The same by other means, per million confirmed orders",
    bars([
      { label: "this saga", value: own, text: dollars(own) },
      ...peers.map(({ assumes, bill, name }) => ({
        label: name,
        value: perMillion(bill),
        text: `${dollars(perMillion(bill))}  (${assumes})`,
      })),
    ]),
    "",
    "A month, by orders a month",
    monthOf({ own, least, peers, containers }),
    `  Containers are cheaper from ${millions(container)} orders a month (${millions(leastContainer)} with batches and sampled logs).`,
    "",
    "What would save, per million confirmed orders",
    bars(savings(measured, prices).map(([label, value]) => ({ label, value, text: dollars(value) }))),
    "",
    `${ordersPerMonth.toLocaleString("en")} confirmed orders a month, ${months} month(s): ` +
      `$ ${dollars(mean * months)} with mail, and $ ${dollars((kept * months * (months + 1)) / 2)} to keep their records.`,
  ].join("\n");
}

/** A month's bill by orders a month: this saga, its peers, and containers that always run. */
function monthOf({
  own,
  least,
  peers,
  containers,
}: {
  own: number;
  least: number;
  peers: readonly Peer[];
  containers: (orders: number) => number;
}): string {
  return lines(
    [
      {
        name: "always-on containers: two tasks, balancer, PostgreSQL in two zones",
        mark: "c",
        at: containers,
      },
      ...peers.map(({ bill, name }) => ({
        name,
        mark: name.endsWith("Standard") ? "S" : "x",
        at: (orders: number) => total(bill) * orders,
      })),
      {
        name: "this saga with batches and one log in ten",
        mark: "·",
        at: (orders) => (least / 1e6) * orders,
      },
      { name: "this saga", mark: "●", at: (orders) => (own / 1e6) * orders },
    ],
    { from: 1e4, to: 1e8, format: (value) => `${value.toExponential(0)} orders` },
    { from: 1, to: 30_000, format: (value) => `$ ${value < 10 ? value.toFixed(1) : Math.round(value)}` },
  );
}

const millions = (orders: number) => `${(orders / 1e6).toFixed(1)} million`;

const short: Partial<Record<string, string>> = {
  httpRequests: "HTTP",
  invocations: "inv",
  deliveries: "deliv",
  sqsRequests: "SQS",
  fairSqsRequests: "fair SQS",
  transactions: "tx",
  failedConditions: "failed",
  readUnits: "RU",
  writeUnits: "WU",
  indexWriteUnits: "index WU",
  providerCalls: "provider",
  logLines: "log",
};
const shortNameOf = (name: string) => short[name] ?? name;
