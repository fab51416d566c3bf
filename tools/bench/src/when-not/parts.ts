// How many things this saga deploys, counted in the manifests.
import { readFile } from "node:fs/promises";
import { functionsOf } from "@order-saga/messaging/manifest";
import { allReactions, deadLetterQueuesOf } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { prices } from "@order-saga/synthesis/idle/prices";

export type Parts = {
  functions: number;
  queues: number;
  deadLetterQueues: number;
  rules: number;
  tables: number;
  events: number;
};

export function partsOf(all = services): Parts {
  const reactions = allReactions(all);
  const functions = all.flatMap(functionsOf);
  return {
    functions: functions.length,
    queues: reactions.length,
    deadLetterQueues: reactions.flatMap(deadLetterQueuesOf).length,
    rules: reactions.filter(({ rule }) => rule).length,
    tables: all.length,
    events: new Set(functions.flatMap(({ says }) => says)).size,
  };
}

/** What it costs, and how many metrics have an alarm. */
export type Idle = { dollars: number; watched: number };

const performance = new URL("../../../../docs/performance.md", import.meta.url);

/** An idle month of production as docs/performance.md says it, which a test of the synthesis holds. */
export async function idleMonth(): Promise<Idle> {
  const text = await readFile(performance, "utf8");
  const [, dollars, alarms] = /An idle month, in USD: production ([\d.]+) \(alarms ([\d.]+)/.exec(text) ?? [];
  if (dollars === undefined || alarms === undefined)
    throw new Error("docs/performance.md does not say what an idle month costs.");
  return { dollars: Number(dollars), watched: Math.round(Number(alarms) / prices.alarmMetric) };
}
