// A bulk of orders, rebuilt from what was said of it and of the orders that its rows became.
import {
  type Bulk,
  chunksOf,
  isCompleted,
  noRows,
  type Outcome,
  partOf,
  type Row,
  said,
  sumOf,
  type Tally,
} from "@order-saga/orders/bulk/bulk";
import type { Facts } from "@order-saga/protocol/facts";
import type { BulkFacts } from "../facts.ts";
import { outcomesOf } from "./bulk-outcomes.ts";

export type KnownBulk = {
  readonly bulk: Bulk;
  readonly rows: readonly Row[];
  readonly outcomes: ReadonlyMap<number, Outcome>;
};

export type BulkGiven = {
  readonly bulkId: string;
  readonly known: KnownBulk | undefined;
  readonly facts: BulkFacts;
  /** What was said of the order of each row that became one. */
  readonly orders: ReadonlyMap<number, Facts>;
  /** Undefined without the secret of order ids. */
  readonly orderIdOf: (principal: string, row: number) => string | undefined;
  /** Milliseconds. */
  readonly now: number;
};

export type RebuiltBulk = {
  /** Written first if the table has no head: as the bulk was before any row had ended. */
  readonly made?: { readonly bulk: Bulk; readonly rows: readonly Row[] };
  /** Of every row, if the result was said. */
  readonly outcomes: ReadonlyMap<number, Outcome>;
  /** The head with its result, written last. */
  readonly completed?: Bulk;
};

/**
 * Undefined if nothing is lacking: outcomes that no result includes yet are brought by the replay and by the
 * sweep. A result that was said must not be made anew of other rows, so its rows are rebuilt to fit it.
 */
export function rebuiltBulk(given: BulkGiven): RebuiltBulk | string | undefined {
  const { facts, known, orders } = given;
  const { BulkCompleted } = facts;
  if (known && (isCompleted(known.bulk) || !BulkCompleted)) return undefined;
  const made = known ?? madeOf(given);
  if (typeof made === "string") return made;
  const first = known ? {} : { made };
  if (!BulkCompleted) return { ...first, outcomes: new Map() };
  const { bulk, rows } = made;
  const outcomes = outcomesOf({
    rows,
    orders,
    known: known?.outcomes ?? new Map(),
    result: BulkCompleted.data,
  });
  if (typeof outcomes === "string") return outcomes;
  const events = { ...bulk.events, BulkCompleted };
  const completed = said({ ...bulk, isSplit: true, events, tallies: talliesOf(outcomes) });
  return { ...first, outcomes, completed };
}

/** A bulk without a head in the table: its rows are those of its orders. */
function madeOf({
  bulkId,
  facts,
  now,
  orderIdOf,
  orders,
}: BulkGiven): NonNullable<RebuiltBulk["made"]> | string {
  const { BulkCompleted, BulkPlaced } = facts;
  if (!BulkPlaced) return "its BulkPlaced is neither in a table nor in the window: begin earlier";
  const [owner] = [...orders.values()].flatMap(({ OrderPlaced }) => OrderPlaced?.data.placedBy ?? []);
  const numbers = Array.from({ length: BulkPlaced.data.count }, (_, row) => row);
  const lost = numbers.filter((row) => !orders.get(row)?.OrderPlaced);
  const names = `row${lost.length === 1 ? "" : "s"} ${lost.join(", ")}`;
  if (!owner || (lost.length > 0 && !BulkCompleted))
    return `${names} had not become orders, and their request is lost: ${SEND_AGAIN}`;
  const references = new Map(BulkCompleted?.data.firstErrors.map(({ reference, row }) => [row, reference]));
  const rows = numbers.flatMap((row): Row[] => {
    const { OrderPlaced } = orders.get(row) ?? {};
    const orderId = OrderPlaced?.orderId ?? orderIdOf(owner.principal, row);
    const lines = OrderPlaced?.data.lines.map(({ quantity, sku }) => ({ sku, quantity })) ?? [];
    const reference = references.get(row);
    const named = reference === undefined ? {} : { reference };
    const { paymentMethod = "" } = OrderPlaced?.data ?? {};
    return orderId === undefined ? [] : [{ row, orderId, lines, paymentMethod, ...named }];
  });
  if (rows.length < numbers.length)
    return `${names} never became orders: ORDER_ID_SECRET gives them their ids`;
  const { fingerprint, principal } = owner;
  const dueAt = new Date(now).toISOString();
  const head = { bulkId, principal, fingerprint, chunks: chunksOf(rows).length, events: { BulkPlaced } };
  return { bulk: { ...head, isSplit: true, tallies: {}, dueAt, version: 1 }, rows };
}

/** Its ids are derived, so that it finds the orders that it has made already. */
const SEND_AGAIN = "its customer sends the bulk again with the same Idempotency-Key";

function talliesOf(outcomes: ReadonlyMap<number, Outcome>): Record<string, Tally> {
  const tallies: Record<string, Tally> = {};
  for (const [row, outcome] of outcomes) {
    const amount = outcome.state === "confirmed" ? outcome.amount : 0;
    const one = { ...noRows, amount, [outcome.state]: 1 };
    tallies[partOf(row)] = sumOf([tallies[partOf(row)] ?? noRows, one]);
  }
  return tallies;
}
