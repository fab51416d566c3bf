// Records how a row ended, once; the last row of a part counts it, and the last part brings the result.
import type { EventOf, RowError } from "@order-saga/contracts";
import { writeOptimistically } from "@order-saga/messaging/optimistic";
import { again, retry } from "@order-saga/messaging/retry";
import {
  type Bulk,
  type CauseOfEnd,
  countPart,
  isWhole,
  MAXIMUM_ERRORS,
  type Outcome,
  partOf,
  partsOf,
  resultOf,
  rowsInPart,
  type Tally,
  wouldComplete,
} from "./bulk.ts";
import type { SettlePorts } from "./ports.ts";

/** Rows of a part that end at the same time refuse each other's transactions. */
const ATTEMPTS = 12;

/** What settles a row; a sweep lets the bulk stay due until the result was said. */
type Settling = { cause: CauseOfEnd; staysDue?: boolean };

type Ending = Settling & { row: number; outcome: Outcome };

/** The result, if this row or a delivery of it before brought it. */
export async function settleRow(
  ports: SettlePorts,
  bulk: Bulk,
  ending: Ending,
): Promise<EventOf<"BulkCompleted">[]> {
  const { outcome, row } = ending;
  await uncontended(ports, bulk, row, () => ports.bulks.settle(bulk.bulkId, row, outcome));
  return countRow(ports, bulk, ending);
}

/** As settleRow, of a row that becomes no order; "placed" if another delivery has made it one. */
export async function refuseRow(
  ports: SettlePorts,
  bulk: Bulk,
  ending: Ending,
): Promise<EventOf<"BulkCompleted">[] | "placed"> {
  const { outcome, row } = ending;
  const refuse = () => ports.bulks.refuse(bulk.bulkId, row, outcome);
  const result = await uncontended(ports, bulk, row, refuse);
  return result === "placed" ? result : countRow(ports, bulk, ending);
}

function uncontended<R>(
  { backOff }: SettlePorts,
  { bulkId }: Bulk,
  row: number,
  write: () => Promise<R | "conflict">,
): Promise<R> {
  const exhausted = () => new Error(`Row ${row} of ${bulkId} is contended.`);
  return retry<R>({ attempts: ATTEMPTS, exhausted }, async (attempt) => {
    const result = await write();
    if (result !== "conflict") return result as R;
    await backOff(attempt);
    return again;
  });
}

/** Counts the part of a row that has ended, if it is whole. */
export async function countRow(
  ports: SettlePorts,
  bulk: Bulk,
  { cause, row, staysDue = false }: Settling & { row: number },
): Promise<EventOf<"BulkCompleted">[]> {
  const part = partOf(row);
  const tally = (await ports.bulks.tallies(bulk.bulkId, [part])).get(part);
  return tally ? countIfWhole(ports, bulk, { part, tally, cause, staysDue }) : [];
}

/** Counts the part in the bulk's head if all its rows have ended; says the result if it was the last. */
export async function countIfWhole(
  { backOff, bulks }: SettlePorts,
  bulk: Bulk,
  { cause, part, staysDue, tally }: Required<Settling> & { part: number; tally: Tally },
): Promise<EventOf<"BulkCompleted">[]> {
  if (!isWhole(bulk, part, tally)) return [];
  return writeOptimistically<Bulk, Bulk, EventOf<"BulkCompleted">[]>({
    what: `bulk ${bulk.bulkId}`,
    attempts: ATTEMPTS,
    backOff,
    load: async () => (await bulks.load(bulk.bulkId)) ?? bulk,
    save: bulks.save,
    async decide(read) {
      if (read.tallies[part]) return { answer: resultOf(read, cause) };
      const errors = wouldComplete(read, part) ? await errorsOf(bulks, read) : [];
      const write = countPart(read, { part, tally, errors, cause, staysDue });
      return { write, answer: resultOf(write, cause) };
    },
  });
}

/** The first rows that were not confirmed. */
async function errorsOf(bulks: SettlePorts["bulks"], bulk: Bulk): Promise<RowError[]> {
  const failed: { row: number; reason: string }[] = [];
  for (const part of partsOf(bulk)) {
    if (failed.length >= MAXIMUM_ERRORS) break;
    const rows = rowsInPart(bulk, part);
    const outcomes = await bulks.outcomes(bulk.bulkId, rows);
    for (const row of rows) {
      const outcome = outcomes.get(row);
      if (outcome && outcome.state !== "confirmed") failed.push({ row, reason: outcome.reason });
    }
  }
  if (failed.length === 0) return [];
  const given = await bulks.rows(bulk);
  return failed.map(({ reason, row }) => {
    const reference = given[row]?.reference;
    return { row, ...(reference !== undefined && { reference }), reason };
  });
}
