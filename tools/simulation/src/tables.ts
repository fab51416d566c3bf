// The services' tables in a simulated world, by the service's name.

import type { EventOf } from "@order-saga/contracts";
import { createThroughput, type Throttle } from "@order-saga/emulator/dynamodb/contention/throughput";
import type { ServiceManifest } from "@order-saga/messaging";
import { KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import { reservationRecord, stockRecord } from "@order-saga/protocol/records";
import { bucketId } from "@order-saga/protocol/stock";
import type { Item } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { type Race, see, watchWrite } from "./coverage.ts";
import { decodeItem } from "./decode-item.ts";
import { createTable, type Table } from "./dynamodb/table.ts";

export type TableOf = (service: string | undefined) => Table;

export function createTables(
  { coverage, plan, scheduler }: RunContext,
  options: {
    services: readonly ServiceManifest[];
    ignoresConditions: boolean;
    onWrite: (service: string, item: Item) => void;
  },
): TableOf {
  const saw = (race: Race) => see(coverage, race);
  const throughput = () =>
    plan.contention &&
    createThroughput(plan.contention.throughput, scheduler.now, (throttle) => saw(throttledRace(throttle)));
  const tables = new Map<string, Table>(
    options.services.map(({ name, table }) => [
      name,
      createTable(table, {
        now: scheduler.now,
        ignoresConditions: options.ignoresConditions,
        throughput: throughput(),
        saw,
        onPut(item, before) {
          for (const buckets of shortIn(item, tableOf)) {
            if (buckets.some(isHeld)) saw("last pieces wanted by many");
            if (buckets.length > 1) saw("short in all of several buckets");
          }
          watchWrite(coverage, before && decodeItem(before), decodeItem(item));
          options.onWrite(name, item);
        },
      }),
    ]),
  );
  const { ignoresConditions } = options;
  const noIndexes = { record: "", indexes: {} };
  tables.set(
    KEYS_TABLE,
    createTable(noIndexes, {
      now: scheduler.now,
      ignoresConditions,
      throughput: throughput(),
      saw,
      onPut() {},
    }),
  );
  const tableOf: TableOf = (name = "") => {
    const table = tables.get(name);
    if (!table) throw new TypeError(`There is no table ${name}.`);
    return table;
  };
  return tableOf;
}

const throttledRace = ({ by, demand }: Throttle): Race => {
  if (demand.index !== undefined) return "index throttled";
  return by === "partition" ? "partition throttled" : "table throttled beyond its ramp";
};

/** The buckets of each SKU of which there was too little for a reservation; none if it was not refused. */
function shortIn(item: Item, tableOf: TableOf): Item[][] {
  if (!reservationRecord.is(item) || item.state !== "REJECTED") return [];
  const { StockRejected: rejected } = item.events as { StockRejected?: EventOf<"StockRejected"> };
  return (rejected?.data.shortages ?? []).map(({ sku }) => bucketsOf(sku, tableOf));
}

function bucketsOf(sku: string, tableOf: TableOf): Item[] {
  const bucket = (n: number) => tableOf(stockRecord.service).get(stockRecord.key(bucketId(sku, n)));
  const { buckets = 1 } = bucket(0) ?? {};
  return Array.from({ length: Number(buckets) }, (_, n) => bucket(n) ?? {});
}

/** Others hold some of it, or have bought it. */
const isHeld = ({ reserved, sold }: Item) => Number(reserved) + Number(sold) > 0;
