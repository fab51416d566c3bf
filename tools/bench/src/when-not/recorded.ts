// What was measured of the contenders, and counted of an order, when the page was made.
import { readFile, writeFile } from "node:fs/promises";
import type { Operations } from "../cost/operations.ts";

export type Contender = { ordersPerSecond: number; alone: number };
export type Recorded = {
  measured: string;
  machine: string;
  orders: number;
  rounds: number;
  contenders: Readonly<Record<string, Contender>>;
};

const recorded = new URL("measured.json", import.meta.url);
const counted = new URL("counted.json", import.meta.url);

const read = async (file: URL): Promise<unknown> => JSON.parse(await readFile(file, "utf8"));
const write = (file: URL, value: unknown) => writeFile(file, `${JSON.stringify(value, null, 2)}\n`);

export const readRecorded = async () => (await read(recorded)) as Recorded;
export const writeRecorded = (value: Recorded): Promise<void> => write(recorded, value);

/** A confirmed order's operations, and the lines of code of the services. */
export type Counted = { confirmed: Operations; lines: number };

export const readCounted = async () => (await read(counted)) as Counted;
export const writeCounted = ({ confirmed, lines }: Counted): Promise<void> =>
  write(counted, { confirmed: rounded(confirmed), lines });

/** Sums of fractions differ in their last digits from one processor to another. */
export const rounded = (of: Operations): Operations =>
  Object.fromEntries(
    Object.entries(of).map(([name, value]) => [name, Number(value.toFixed(6))]),
  ) as Operations;
