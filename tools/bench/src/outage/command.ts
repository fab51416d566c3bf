// `pnpm bench outage`: how fast the backlog of an outage is cleared, and what fresh orders notice of it.
import { writeFile } from "node:fs/promises";
import { command, type Values } from "@order-saga/arguments";
import { loadFunctions } from "@order-saga/simulation/load-functions";
import { type Cleared, clearAfter } from "@order-saga/simulation/outage";
import { table } from "../chart.ts";
import { machine } from "../machine.ts";

/** Of an outage of an hour at 50 orders a second. */
const ALL = 180_000;
const BAR_MINUTES = 20;
const FRESH_BAR_SECONDS = 10;

const options = {
  orders: { kind: "whole", least: 100, default: ALL / 10, says: "orders that no service has heard of" },
  fresh: { kind: "whole", least: 1, default: 50, says: "fresh orders a second meanwhile" },
  seconds: { kind: "whole", least: 1, default: 100, says: "for how long fresh orders come" },
  back: {
    kind: "whole",
    least: 0,
    default: 15,
    says: "minutes since the youngest of the backlog was placed",
  },
  provider: { kind: "whole", least: 1, default: 100, says: "calls a second that the provider takes" },
  mails: { kind: "whole", least: 1, default: 200, says: "mails a second" },
  skus: { kind: "whole", least: 1, default: 100, says: "products that are ordered" },
  json: { kind: "text", value: "FILE", says: "where every number is written" },
} as const;

export const outage = command(
  {
    name: "pnpm bench outage",
    says: "How fast a backlog is cleared after an outage of the bus, in virtual time, beside fresh orders.",
    options,
  },
  async (given) => {
    const cleared = await clearAfter(
      {
        orders: given.orders,
        outageMinutes: 60,
        backMinutes: given.back,
        fresh: given.fresh,
        freshSeconds: given.seconds,
        providerPerSecond: given.provider,
        mailsPerSecond: given.mails,
        skus: given.skus,
      },
      await loadFunctions(),
    );
    console.log(print(cleared, given));
    if (given.json !== undefined)
      await writeFile(given.json, `${JSON.stringify({ machine: machine(), ...given, cleared }, null, 2)}\n`);
    return 0;
  },
);

function print(cleared: Cleared, { orders }: Values<typeof options>): string {
  const { clearedSeconds, freshConfirmed, freshDecided, freshSettled, longest, mailsSeconds } = cleared;
  const perSecond = orders / clearedSeconds;
  const minutes = ALL / perSecond / 60;
  const queues = Object.entries(longest).filter(([, most]) => most > 0);
  const seconds = ({ most, p50, p99 }: Cleared["freshDecided"]) =>
    [p50, p99, most].map((each) => `${each.toFixed(1)} s`).join(", ");
  return [
    table([
      ["backlog cleared after", `${clearedSeconds.toFixed(0)} s, ${perSecond.toFixed(0)} orders a second`],
      [`${ALL} at this rate`, `${minutes.toFixed(1)} minutes (bar ${BAR_MINUTES})`],
      ["how the backlog ended", JSON.stringify(cleared.ends)],
      ["said more than once", String(cleared.repeats)],
      ["fresh orders confirmed", String(freshConfirmed)],
      ["fresh, decided: p50, p99, most", seconds(freshDecided)],
      ["fresh, settled: p50, p99, most", `${seconds(freshSettled)} (bar ${FRESH_BAR_SECONDS} s)`],
      ["last mail after", `${mailsSeconds.toFixed(0)} s`],
      ["dead letters", String(cleared.deadLetters)],
      ...queues.map(([name, most]) => [`longest ${name}`, String(most)]),
    ]),
  ].join("\n");
}
