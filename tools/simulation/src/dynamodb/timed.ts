// A call of a table that takes the time a plan's contention gives it.
import { figures } from "@order-saga/emulator/dynamodb/contention/figures";
import type { PortCall } from "../calls.ts";
import type { Contention } from "./contention.ts";

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
