// The invariants of a bulk of orders (B1–B4) over its records: each row ends once, the result is their sum.
import type { Bulk, Outcome, Tally } from "@order-saga/orders/bulk/bulk";
import { isCompleted, noRows, partOf, partsOf, rowsInPart } from "@order-saga/orders/bulk/bulk";
import type { Order } from "@order-saga/orders/order";
import { type Violation, violation } from "./violation.ts";

/** All that orders keeps of one bulk. */
export type BulkRecords = {
  readonly bulk: Bulk;
  /** By its row. */
  readonly outcomes: ReadonlyMap<number, Outcome>;
  /** By its part. */
  readonly tallies: ReadonlyMap<number, Tally>;
  /** The ids of the rows' orders, by row, as they were sent. */
  readonly rows: ReadonlyMap<number, string>;
  readonly orderOf: (orderId: string) => Order | undefined;
};

/** What must hold between any two writes. */
export function bulkViolations(records: BulkRecords): Violation[] {
  const { bulk } = records;
  return [
    ...strayRows(records),
    ...wrongOutcomes(records),
    ...wrongTallies(records),
    ...wrongResult(records),
  ].map(([invariant, detail]) => violation(invariant, detail, bulk.bulkId));
}

/** What must hold in addition at rest: every row has ended, and the result is there. */
export function bulkViolationsAtRest(records: BulkRecords): Violation[] {
  const { bulk, outcomes } = records;
  const open = partsOf(bulk)
    .flatMap((part) => rowsInPart(bulk, part))
    .filter((row) => !outcomes.has(row));
  const details: Found[] = [
    ...open.map((row): Found => ["B1", `row ${row} has not ended`]),
    ...(isCompleted(bulk) ? [] : [["B3", "is not completed"] satisfies Found]),
  ];
  return [
    ...bulkViolations(records),
    ...details.map(([invariant, detail]) => violation(invariant, detail, bulk.bulkId)),
  ];
}

type Found = [invariant: "B1" | "B2" | "B3" | "B4", detail: string];

/** A bulk is there only if all of its rows are, and none has ended that was not sent. */
function strayRows({ bulk, outcomes, rows }: BulkRecords): Found[] {
  const { count } = bulk.events.BulkPlaced.data;
  const sent = new Set(rows.keys());
  return [
    ...(sent.size === count ? [] : [["B1", `${sent.size} of ${count} rows are kept`] satisfies Found]),
    ...[...outcomes.keys()]
      .filter((row) => !sent.has(row))
      .map((row): Found => ["B1", `row ${row} has ended and was never sent`]),
  ];
}

/** A row ends as its order has: the first outcome stands, so a confirmed order may be cancelled later. */
function wrongOutcomes({ orderOf, outcomes, rows }: BulkRecords): Found[] {
  return [...outcomes].flatMap(([row, outcome]): Found[] => {
    const { orderId, state } = outcome;
    if (orderId !== rows.get(row)) return [["B1", `row ${row} has ended as the order of another row`]];
    const order = orderOf(orderId);
    if (!order)
      return state === "rejected" ? [] : [["B1", `row ${row} is ${state} and its order was never placed`]];
    const { OrderCancelled, OrderConfirmed, OrderRejected } = order.events;
    const isSaid = { confirmed: OrderConfirmed, rejected: OrderRejected, cancelled: OrderCancelled }[state];
    if (!isSaid) return [["B1", `row ${row} is ${state} and its order is not`]];
    if (state !== "confirmed" || outcome.amount === order.amount) return [];
    return [["B4", `row ${row} counts ${outcome.amount}, its order costs ${order.amount}`]];
  });
}

/** A part is counted in the same write as its row ends. */
function wrongTallies({ bulk, outcomes, tallies }: BulkRecords): Found[] {
  const counted = new Map<number, Tally>();
  for (const [row, outcome] of outcomes) {
    const tally = counted.get(partOf(row)) ?? noRows;
    const amount = tally.amount + (outcome.state === "confirmed" ? outcome.amount : 0);
    counted.set(partOf(row), { ...tally, amount, [outcome.state]: tally[outcome.state] + 1 });
  }
  return partsOf(bulk).flatMap((part): Found[] => {
    const sum = counted.get(part) ?? noRows;
    const tally = tallies.get(part) ?? noRows;
    const kept = bulk.tallies[part];
    const wrong = differs(tally, sum) ?? (kept && differs(kept, sum));
    return wrong ? [["B2", `part ${part}: ${wrong}`]] : [];
  });
}

/** The result is there if every row has ended, and it is the sum of them. */
function wrongResult({ bulk, outcomes }: BulkRecords): Found[] {
  const result = bulk.events.BulkCompleted?.data;
  if (!result) return [];
  const { count } = bulk.events.BulkPlaced.data;
  if (outcomes.size < count) return [["B3", `has its result after ${outcomes.size} of ${count} rows`]];
  const settled = result.confirmed + result.rejected + result.cancelled;
  if (settled !== count || result.count !== count)
    return [["B3", `has a result of ${settled} rows, ${count} were sent`]];
  const amount = [...outcomes.values()].reduce(
    (sum, outcome) => sum + (outcome.state === "confirmed" ? outcome.amount : 0),
    0,
  );
  return amount === result.amount ? [] : [["B4", `its result is ${result.amount}, its orders are ${amount}`]];
}

function differs(tally: Tally, sum: Tally): string | undefined {
  const wrong = (["confirmed", "rejected", "cancelled", "amount"] as const).find(
    (name) => tally[name] !== sum[name],
  );
  return wrong && `${tally[wrong]} ${wrong} counted, the rows have ${sum[wrong]}`;
}
