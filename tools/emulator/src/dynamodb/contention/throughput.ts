// What a table and its indexes take in a second: partitions, and the ramp of an on-demand table.
import { figures } from "./figures.ts";

export type Units = { readonly read: number; readonly write: number };

/** Units a second. */
export type ThroughputSettings = {
  /** Of one partition, and so of one item. */
  readonly partition: Units;
  /** What a table, and each of its indexes, takes from the beginning (`warmThroughput`). */
  readonly warm: Units;
  /** The most that a table takes, however warm. */
  readonly most: Units;
};

export const published: ThroughputSettings = {
  partition: { read: figures.partitionReadUnits.value, write: figures.partitionWriteUnits.value },
  warm: { read: figures.warmReadUnits.value, write: figures.warmWriteUnits.value },
  most: { read: figures.tableUnits.value, write: figures.tableUnits.value },
};

/** What a request takes of the table or, with a name, of one of its indexes. */
export type Demand = {
  /** Names the item, so that a refusal can be told of it. */
  readonly of?: string;
  readonly index?: string;
  readonly kind: keyof Units;
  /** The partition key. */
  readonly key: string;
  readonly units: number;
};

export type Throttle = {
  readonly demand: Demand;
  /** Too much for one partition, or for the table or index as a whole. */
  readonly by: "partition" | "ramp";
  /** As AWS names it (API reference, "ThrottlingReason"): an on-demand table has no other for either. */
  readonly reason: string;
};

export type Throughput = {
  /** Takes all of it, or nothing and says what was too much. */
  take(demands: readonly Demand[]): Throttle | undefined;
  /** Takes what cannot be refused any more. */
  charge(demands: readonly Demand[]): void;
};

/** `now` is in milliseconds. */
export function createThroughput(
  settings: ThroughputSettings,
  now: () => number,
  onThrottle: (throttle: Throttle) => void = () => {},
): Throughput {
  const meters = new Map<string, Meter>();
  function meterOf({ index, kind }: Demand): Meter {
    const name = `${index ?? ""}/${kind}`;
    const meter = meters.get(name) ?? createMeter(settings, kind, now);
    meters.set(name, meter);
    return meter;
  }
  const charge = (demands: readonly Demand[]) => {
    for (const demand of demands) meterOf(demand).charge(demand);
  };
  return {
    charge,
    take(demands) {
      for (const demand of demands) {
        const by = meterOf(demand).refuses(demand);
        if (!by) continue;
        const resource = demand.index === undefined ? "Table" : "Index";
        const operation = demand.kind === "read" ? "Read" : "Write";
        const throttle = { demand, by, reason: `${resource}${operation}KeyRangeThroughputExceeded` };
        onThrottle(throttle);
        return throttle;
      }
      charge(demands);
      return undefined;
    },
  };
}

type Meter = {
  refuses(demand: Demand): Throttle["by"] | undefined;
  charge(demand: Demand): void;
};

/** One kind of units of one table or index. */
function createMeter(
  { most, partition, warm }: ThroughputSettings,
  kind: keyof Units,
  now: () => number,
): Meter {
  const peak = createPeak(now);
  const whole: Bucket = { tokens: warm[kind], at: now() };
  const partitions = new Map<number, Bucket>();
  let count = 0;

  const rate = () =>
    Math.min(most[kind], Math.max(warm[kind], figures.timesPreviousPeak.value * peak.before()));
  function partitionOf(key: string): Bucket {
    // Growth splits partitions, which begin with all their capacity.
    const wanted = Math.ceil(rate() / partition[kind]);
    if (wanted !== count) partitions.clear();
    count = wanted;
    const number = hashOf(key) % count;
    const bucket = partitions.get(number) ?? { tokens: partition[kind], at: now() };
    partitions.set(number, bucket);
    return bucket;
  }
  const ofWhole = () => filled(whole, rate(), now());
  const ofPartition = (key: string) => filled(partitionOf(key), partition[kind], now());
  return {
    refuses({ key }) {
      // A request may take more than is left, as its size is known only when it is done.
      if (ofPartition(key).tokens <= 0) return "partition";
      return ofWhole().tokens <= 0 ? "ramp" : undefined;
    },
    charge({ key, units }) {
      ofWhole().tokens -= units;
      ofPartition(key).tokens -= units;
      peak.add(units);
    },
  };
}

type Bucket = { tokens: number; at: number };

/** With what has come since it was looked at; it holds a second's worth. */
function filled(bucket: Bucket, perSecond: number, now: number): Bucket {
  bucket.tokens = Math.min(perSecond, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
  bucket.at = now;
  return bucket;
}

/** The most that any second has taken, as it was some minutes ago. */
function createPeak(now: () => number): { before(): number; add(units: number): void } {
  let second = { at: 0, units: 0 };
  /** Of the latest minutes, the oldest first. */
  const minutes: { at: number; peak: number }[] = [];
  let settled = 0;
  return {
    add(units) {
      const at = Math.floor(now() / 1000);
      second = second.at === at ? { at, units: second.units + units } : { at, units };
      const minute = Math.floor(at / 60);
      const last = minutes.at(-1);
      if (last?.at === minute) last.peak = Math.max(last.peak, second.units);
      else minutes.push({ at: minute, peak: second.units });
    },
    before() {
      const minute = Math.floor(now() / 60_000) - figures.previousPeakMinutes.value;
      for (; minutes[0] && minutes[0].at <= minute; minutes.shift())
        settled = Math.max(settled, minutes[0].peak);
      return settled;
    },
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
