// Draws how a seed's tables are contended: slow transactions, and tables that take little.
import { published, type ThroughputSettings } from "@order-saga/emulator/dynamodb/contention/throughput";
import { type Contention, contentionOf } from "./dynamodb/contention.ts";
import { createRandom, hashText, mix, type Random } from "./random.ts";

/** Of so many seeds one. Its chances are its own, so that its orders come as they came without. */
const EVERY = 8;

export function drawContention(seed: number): Contention | undefined {
  if (seed % EVERY !== 5) return undefined;
  const random = createRandom(mix(seed, hashText("contention")));
  return contentionOf({
    transaction: random.pick([15, 30, 200]),
    single: random.pick([3, 20]),
    network: random.pick([2, 20]),
    stalled: random.pick([0, 0.01]),
    throughput: random.chance(0.5) ? published : narrow(random),
  });
}

/** Eight orders are few: a table that they are too much for takes far less than AWS's. */
function narrow(random: Random): ThroughputSettings {
  const partition = { read: random.whole(5, 20), write: random.whole(4, 12) };
  const warm = { read: random.whole(10, 40), write: random.whole(8, 40) };
  return { partition, warm, most: { read: 1000, write: 1000 } };
}
