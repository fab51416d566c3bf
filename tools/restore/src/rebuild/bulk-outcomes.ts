// How each row of a bulk had ended when its result was said: from the result, and from its orders' events.
import type { EventOf } from "@order-saga/contracts";
import type { Outcome, Row } from "@order-saga/orders/bulk/bulk";
import type { Facts } from "@order-saga/protocol/facts";

type Result = EventOf<"BulkCompleted">["data"];

type Given = {
  rows: readonly Row[];
  orders: ReadonlyMap<number, Facts>;
  /** What the table has stands. */
  known: ReadonlyMap<number, Outcome>;
  result: Result;
};

/** A text says why the rows cannot be told. */
export function outcomesOf({ known, orders, result, rows }: Given): ReadonlyMap<number, Outcome> | string {
  const outcomes = new Map(
    rows.map((row): [number, Outcome] => [
      row.row,
      known.get(row.row) ?? listedIn(result, row) ?? endOf(row, orders.get(row.row)),
    ]),
  );
  const confirmed = [...outcomes.values()].filter((each) => each.state === "confirmed");
  const amount = confirmed.reduce((sum, each) => sum + each.amount, 0);
  const fits = confirmed.length === result.confirmed && amount === result.amount;
  return fits
    ? outcomes
    : `its result has ${result.confirmed} confirmed orders of ${result.amount}, its rows ${confirmed.length} of ${amount}`;
}

/** The result lists the first rows that were not confirmed. */
function listedIn({ firstErrors }: Result, { orderId, row }: Row): Outcome | undefined {
  const listed = firstErrors.find((each) => each.row === row);
  if (!listed) return undefined;
  const { reason } = listed;
  return { state: reason === "cancelled" ? "cancelled" : "rejected", orderId, reason };
}

/**
 * An order that was confirmed and then cancelled counts as what the bulk heard first, which is nearly always
 * that it was confirmed. The sum says whether it was.
 */
function endOf({ orderId }: Row, facts: Facts = {}): Outcome {
  const { OrderCancelled, OrderConfirmed, OrderRejected } = facts;
  if (OrderConfirmed) return { state: "confirmed", orderId, amount: OrderConfirmed.data.amount };
  if (OrderCancelled) return { state: "cancelled", orderId, reason: "cancelled" };
  return { state: "rejected", orderId, reason: OrderRejected?.data.reason ?? NOT_KNOWN };
}

/** Of a row that never became an order, beyond the first errors of the result. */
const NOT_KNOWN = "not_known_after_restore";
