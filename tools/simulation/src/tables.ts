// The services' tables in a simulated world, by the service's name.

import type { EventOf } from "@order-saga/contracts";
import { createThroughput, type Throttle } from "@order-saga/emulator/dynamodb/contention/throughput";
import type { ServiceManifest } from "@order-saga/messaging";
import { reservationRecord, stockRecord } from "@order-saga/protocol/records";
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
          if (isSoldOut(item, tableOf)) saw("last pieces wanted by many");
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

const throttledRace = ({ by, demand }: Throttle): Race => {
  if (demand.index !== undefined) return "index throttled";
  return by === "partition" ? "partition throttled" : "table throttled beyond its ramp";
};

/** True for a reservation that was refused because others hold or have bought the stock. */
function isSoldOut(item: Item, tableOf: TableOf): boolean {
  if (!reservationRecord.is(item) || item.state !== "REJECTED") return false;
  const { StockRejected: rejected } = item.events as { StockRejected?: EventOf<"StockRejected"> };
  return (rejected?.data.shortages ?? []).some(({ sku }) => {
    const level = tableOf(stockRecord.service).get(stockRecord.key(sku));
    return Number(level?.reserved) + Number(level?.sold) > 0;
  });
}
