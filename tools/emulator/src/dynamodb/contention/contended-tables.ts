// The tables of an endpoint while its caller has them contended: how long a transaction takes, what fits.
import { failure } from "../errors.ts";
import {
  createThroughput,
  type Demand,
  type Throttle,
  type Throughput,
  type ThroughputSettings,
} from "./throughput.ts";

export type TableContention = {
  /** A transaction holds its items for so long. */
  readonly transactionMilliseconds: number;
  readonly throughput: ThroughputSettings;
  /** Asked about each request that is too much; false lets it through. */
  readonly refuses: () => boolean;
};

/** Asked with each request; undefined while nothing is contended. The same settings are the same object. */
export type ContentionOf = () => TableContention | undefined;

export type ContendedTables = {
  /** Lets the time of a transaction pass; at least a turn of the event loop. */
  transaction(): Promise<void>;
  /** Takes what a table has room for; says what it has no room for, and takes nothing then. */
  take(table: string, demands: () => readonly Demand[]): Throttle | undefined;
  takeOrThrow(table: string, demands: () => readonly Demand[]): void;
  charge(table: string, demands: () => readonly Demand[]): void;
};

export function contendTables(contentionOf: ContentionOf, now: () => number): ContendedTables {
  let settings: ThroughputSettings | undefined;
  const tables = new Map<string, Throughput>();
  function throughputOf(name: string): Throughput | undefined {
    const asked = contentionOf()?.throughput;
    if (asked !== settings) tables.clear();
    settings = asked;
    const throughput = tables.get(name) ?? (asked && createThroughput(asked, now));
    if (throughput) tables.set(name, throughput);
    return throughput;
  }
  function take(table: string, demands: () => readonly Demand[]): Throttle | undefined {
    const throughput = throughputOf(table);
    const throttle = throughput?.take(demands());
    if (!throttle || contentionOf()?.refuses()) return throttle;
    throughput?.charge(demands());
    return undefined;
  }
  return {
    take,
    transaction: () => {
      const milliseconds = contentionOf()?.transactionMilliseconds;
      return new Promise((resolve) => {
        if (milliseconds === undefined) setImmediate(resolve);
        else setTimeout(resolve, milliseconds);
      });
    },
    takeOrThrow(table, demands) {
      const throttle = take(table, demands);
      if (throttle) throw throttled(throttle);
    },
    charge: (table, demands) => throughputOf(table)?.charge(demands()),
  };
}

/** Of an on-demand table (API reference, "TransactionCanceledException", under its code ThrottlingError). */
export const messageOf = ({ demand }: Throttle): string =>
  demand.index === undefined
    ? "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"
    : "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is automatically scaling your index so please try again shortly.";

export const throttled = (throttle: Throttle) =>
  failure("ThrottlingException", messageOf(throttle), { throttlingReasons: [{ reason: throttle.reason }] });
