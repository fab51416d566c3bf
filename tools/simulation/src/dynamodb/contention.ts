// How long DynamoDB takes over what it is asked, for plans in which that matters.
import { figures } from "@order-saga/emulator/dynamodb/contention/figures";
import { published, type ThroughputSettings } from "@order-saga/emulator/dynamodb/contention/throughput";
import type { PortCall } from "../calls.ts";

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

/** A call of a table, as far as its time depends on what it is. */
export type TableCall = PortCall<unknown> & { transaction?: { isRefused(): boolean } };

/** The call with the times of this contention; half as much again, or half, is as likely as the mean. */
export function timed(call: TableCall, { network, single, stalled = 0, transaction }: Contention): TableCall {
  return {
    ...call,
    takes({ chance }) {
      const spread = (salt: number) => 0.5 + chance(salt);
      const answer = network * spread(2);
      if (!call.transaction) return { effect: single * spread(1), answer };
      // A conflict shows while it is prepared, which is the first half.
      if (call.transaction.isRefused()) return { effect: (transaction / 2) * spread(1), answer };
      const recovery = chance(3) < stalled ? figures.transactionRecoverySeconds.value * 1000 : 0;
      return { effect: recovery + transaction * spread(1), answer };
    },
  };
}
