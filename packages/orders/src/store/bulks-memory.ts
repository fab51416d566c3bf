// The records of bulk orders in memory: the same conditions as the table's, for tests.
import { duePages } from "@order-saga/messaging/versioned-store";
import { type Bulk, noRows, type Outcome, partOf, type Row, type Tally } from "../bulk/bulk.ts";
import type { BulkStore } from "../bulk/ports.ts";
import { createMemoryStore, type MemoryStore, rowKey } from "./memory.ts";

/** Beside a store of orders, as both lie in one table. */
export function createMemoryBulkStore(
  orders: Pick<MemoryStore, "endedRows" | "has"> = createMemoryStore(),
): BulkStore {
  const bulks = new Map<string, Bulk>();
  const chunks = new Map<string, Row[]>();
  const outcomes = new Map<string, Map<number, Outcome>>();
  const outcomesOf = (bulkId: string) => outcomes.get(bulkId) ?? new Map<number, Outcome>();

  function settle(bulkId: string, row: number, outcome: Outcome): "known" | "written" {
    const known = outcomesOf(bulkId);
    if (known.has(row)) return "known";
    outcomes.set(bulkId, new Map([...known, [row, structuredClone(outcome)]]));
    orders.endedRows.add(rowKey(bulkId, row));
    return "written";
  }

  return {
    load: async (bulkId) => structuredClone(bulks.get(bulkId)),
    async create(bulk, rows, otherIds) {
      const earlier = [bulk.bulkId, ...otherIds]
        .map((id) => bulks.get(id))
        .find((each) => each !== undefined);
      if (earlier) return structuredClone(earlier);
      chunks.set(bulk.bulkId, structuredClone(rows.flat()));
      bulks.set(bulk.bulkId, structuredClone(bulk));
      return structuredClone(bulk);
    },
    async save(next) {
      if ((bulks.get(next.bulkId)?.version ?? 0) !== next.version - 1) return "lost";
      bulks.set(next.bulkId, structuredClone(next));
      return "written";
    },
    rows: async ({ bulkId }) => structuredClone(chunks.get(bulkId) ?? []),
    settle: async (bulkId, row, outcome) => settle(bulkId, row, outcome),
    async refuse(bulkId, row, outcome) {
      if (!outcomesOf(bulkId).has(row) && orders.has(outcome.orderId)) return "placed";
      return settle(bulkId, row, outcome);
    },
    async tallies(bulkId, parts) {
      const found = new Map<number, Tally>();
      for (const [row, outcome] of outcomesOf(bulkId)) {
        const part = partOf(row);
        if (parts.includes(part)) found.set(part, counted(found.get(part) ?? noRows, outcome));
      }
      return found;
    },
    outcomes: async (bulkId, rows) =>
      new Map(
        [...outcomesOf(bulkId)].filter(([row]) => rows.includes(row)).map((each) => structuredClone(each)),
      ),
    due: async (now, limit) => duePages(bulks.values(), ({ bulkId }) => bulkId, { now, limit }),
  };
}

function counted(tally: Tally, outcome: Outcome): Tally {
  const amount = tally.amount + (outcome.state === "confirmed" ? outcome.amount : 0);
  return { ...tally, amount, [outcome.state]: tally[outcome.state] + 1 };
}
