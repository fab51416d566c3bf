// What a confirmed order asks for, as the cost meter counts it in the simulator; recorded in measured.json.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { planOf } from "@order-saga/bench/cost/endings";
import { type Measured, measureAlone, measurePlan } from "@order-saga/bench/cost/measure";
import type { Operations } from "@order-saga/bench/cost/operations";

/** One function's share of one order. */
export type Share = {
  /** Invocations, each of one message. */
  readonly invocations: number;
  /** Messages; none for a route. */
  readonly deliveries: number;
  /** Milliseconds of an invocation that has one message, and of one in a crowd, with a batch. */
  readonly aloneMilliseconds: number;
  readonly batchMilliseconds: number;
};

export type Load = {
  readonly date: string;
  readonly operations: Operations;
  readonly functions: Readonly<Record<string, Share>>;
  /** Write units by table, and by index as `orders.due`. */
  readonly writes: Readonly<Record<string, number>>;
};

/** So many orders at once that batches fill, each of a product of its own. */
const CROWD = 200;
const MILLISECONDS_APART = 20;

export async function measureLoad(date: string): Promise<Load> {
  const alone = await measureAlone("confirmed");
  const crowd = await measureCrowd();
  const functions = Object.entries(alone.places).flatMap(([name, each]): [string, Share][] => {
    const { deliveries = 0, durationMilliseconds = 0, invocations } = each;
    if (invocations === undefined) return [];
    const there = crowd.places[name];
    return [
      [
        name,
        {
          invocations: rounded(invocations),
          deliveries: rounded(deliveries),
          aloneMilliseconds: rounded(durationMilliseconds / invocations),
          batchMilliseconds: rounded((there?.durationMilliseconds ?? 0) / (there?.invocations ?? 1)),
        },
      ],
    ];
  });
  const writes = Object.entries(alone.places).flatMap(([name, { indexWriteUnits, writeUnits }]) => {
    const units = indexWriteUnits ?? writeUnits;
    return units === undefined ? [] : [[name, rounded(units)] as const];
  });
  const operations = Object.entries(alone.operations).map(([name, value]) => [name, rounded(value)]);
  return {
    date,
    operations: Object.fromEntries(operations) as Operations,
    functions: Object.fromEntries(functions),
    writes: Object.fromEntries(writes),
  };
}

function measureCrowd(): Promise<Measured> {
  const pace = { call: 5, bus: 50, poll: 1000, indexLag: 10 };
  const plan = planOf("confirmed", CROWD, { pace, apart: MILLISECONDS_APART });
  const products = plan.orders.map(({ number }) => ({ sku: `TEA-${number}`, unitPrice: 850, stock: 10 }));
  const orders = plan.orders.map((order) => ({
    ...order,
    lines: [{ sku: `TEA-${order.number}`, quantity: 1 }],
  }));
  return measurePlan({ ...plan, products, orders }, CROWD);
}

const rounded = (value: number) => Number(value.toPrecision(5));

const file = new URL("measured.json", import.meta.url);

export const load: Load = JSON.parse(readFileSync(file, "utf8"));

export const writeLoad = (measured: Load): Promise<void> =>
  writeFile(file, `${JSON.stringify(measured, null, 2)}\n`);
