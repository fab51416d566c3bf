// How long DynamoDB takes over what it is asked, for plans in which that matters.
import { published, type ThroughputSettings } from "@order-saga/emulator/dynamodb/contention/throughput";

/** AWS publishes none of these times; measure them on a table of your own. Mean milliseconds. */
export type Contention = {
  /** A transaction holds its items for so long. */
  readonly transaction: number;
  /** A read or a single write. */
  readonly single: number;
  /** To DynamoDB and back. */
  readonly network: number;
  /** Of the transactions, this part is left unfinished until recovery finds it, from 0 to 1. */
  readonly stalled?: number;
  readonly throughput: ThroughputSettings;
};

export function contentionOf(given: Partial<Contention> = {}): Contention {
  return { transaction: 15, single: 3, network: 2, throughput: published, ...given };
}
