// The services' tables in a simulated world, by the service's name.
import type { EventOf } from "@order-saga/contracts";
import type { ServiceManifest } from "@order-saga/messaging";
import { reservationRecord, stockRecord } from "@order-saga/protocol/records";
import type { Item } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { see, watchWrite } from "./coverage.ts";
import { decodeItem } from "./decode-item.ts";
import { createTable, type Table } from "./dynamodb/table.ts";

export type TableOf = (service: string | undefined) => Table;

export function createTables(
  { coverage, scheduler }: RunContext,
  options: {
    services: readonly ServiceManifest[];
    ignoresConditions: boolean;
    onWrite: (service: string, item: Item) => void;
  },
): TableOf {
  const tables = new Map<string, Table>(
    options.services.map(({ name, table }) => [
      name,
      createTable(table, {
        now: scheduler.now,
        ignoresConditions: options.ignoresConditions,
        onPut(item, before) {
          if (isSoldOut(item, tableOf)) see(coverage, "last pieces wanted by many");
          watchWrite(coverage, before && decodeItem(before), decodeItem(item));
          options.onWrite(name, item);
        },
      }),
    ]),
  );
  const tableOf: TableOf = (name = "") => {
    const table = tables.get(name);
    if (!table) throw new TypeError(`There is no table ${name}.`);
    return table;
  };
  return tableOf;
}

/** True for a reservation that was refused because others hold or have bought the stock. */
function isSoldOut(item: Item, tableOf: TableOf): boolean {
  if (!reservationRecord.is(item) || item.state !== "REJECTED") return false;
  const { StockRejected: rejected } = item.events as { StockRejected?: EventOf<"StockRejected"> };
  return (rejected?.data.shortages ?? []).some(({ sku }) => {
    const level = tableOf(stockRecord.service).get(stockRecord.key(sku));
    return Number(level?.reserved) + Number(level?.sold) > 0;
  });
}
