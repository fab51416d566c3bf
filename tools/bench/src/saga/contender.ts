// What settles orders in a measurement: this repository's laptop, or what one might take in its place.
import { quantile } from "../statistics.ts";

export type Usage = {
  cpuMilliseconds: number;
  residentMegabytes: number;
  /** Without pages of files, which the system reclaims when it needs them; undefined if not known. */
  anonymousMegabytes?: number | undefined;
};

export type Contender = {
  name: string;
  /** Sends one order and resolves when it has settled; rejects if it was refused. */
  settle(): Promise<void>;
  /** Of all its processes; undefined where the system does not tell. */
  usage(): Promise<Usage | undefined>;
  stop(): Promise<void>;
};

export type Sample = {
  orders: number;
  inFlight: number;
  ordersPerSecond: number;
  /** Milliseconds from the request to the settlement. */
  p50: number;
  p99: number;
  cpuMillisecondsPerOrder: number | undefined;
  residentMegabytes: number | undefined;
  anonymousMegabytes: number | undefined;
};

/** Settles so many orders, so many of them at a time. */
export async function sample(contender: Contender, orders: number, inFlight: number): Promise<Sample> {
  const times: number[] = [];
  let left = orders;
  const before = await contender.usage();
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) {
        const at = performance.now();
        await contender.settle();
        times.push(performance.now() - at);
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  const after = await contender.usage();
  return {
    orders,
    inFlight,
    ordersPerSecond: orders / seconds,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    cpuMillisecondsPerOrder: before && after && (after.cpuMilliseconds - before.cpuMilliseconds) / orders,
    residentMegabytes: after?.residentMegabytes,
    anonymousMegabytes: after?.anonymousMegabytes,
  };
}
