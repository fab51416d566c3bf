// The figures of the page and of the form, by name, from what was recorded and what is counted.
import { breakEven, containerMonth } from "../cost/bill.ts";
import type { Operations } from "../cost/operations.ts";
import { workerBreakEven } from "../cost/worker.ts";
import { type Idle, idleMonth, type Parts, partsOf } from "./parts.ts";
import { type Contender, type Counted, type Recorded, readCounted, readRecorded } from "./recorded.ts";
import { type Way, waysOf } from "./ways.ts";

export type Figures = {
  recorded: Recorded;
  confirmed: Operations;
  /** Of the services' code. */
  lines: number;
  idle: Idle;
  parts: Parts;
  ways: readonly Way[];
  measured: (way: string) => Contender | undefined;
  /** Dollars for a million orders a month, without what an idle stage costs. */
  aMillion: (way: string) => string;
  /** Of one order that has the machine to itself. */
  alone: (way: string) => string;
  /** In millions of orders a month. */
  workerFrom: string;
  containersFrom: string;
};

export async function readFigures(): Promise<Figures> {
  return figuresOf(await readRecorded(), await readCounted(), await idleMonth(), partsOf());
}

export function figuresOf(recorded: Recorded, counted: Counted, idle: Idle, parts: Parts): Figures {
  const { confirmed, lines } = counted;
  const ways = waysOf(confirmed, idle.dollars);
  const wayOf = (name: string): Way => {
    const way = ways.find((each) => each.name === name);
    if (!way) throw new TypeError(`${name} is none of the ways.`);
    return way;
  };
  const measured = (name: string) => recorded.contenders[wayOf(name).contender ?? ""];
  const each = (name: string) => (wayOf(name).month(2e6) - wayOf(name).month(1e6)) / 1e6;
  const millions = (orders: number) => (orders / 1e6).toFixed(1);
  return {
    recorded,
    confirmed,
    lines,
    idle,
    parts,
    ways,
    measured,
    aMillion: (name) => (each(name) * 1e6).toFixed(2),
    alone: (name) => `${measured(name)?.alone ?? "–"} ms`,
    workerFrom: millions(workerBreakEven(confirmed)),
    containersFrom: millions(breakEven(each("this saga"), containerMonth)),
  };
}
