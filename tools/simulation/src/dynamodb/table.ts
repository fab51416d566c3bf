// One table in memory: items by key, indexes that lag behind them, and the items that a transaction holds.
import type { Throughput } from "@order-saga/emulator/dynamodb/contention/throughput";
import type { TableManifest } from "@order-saga/messaging";
import type { Race } from "../coverage.ts";
import type { Attributes, Value } from "./values.ts";

export type TableKey = { pk: string; sk: string };
type Row = {
  item: Attributes | undefined;
  /** What the item was before its last change, for reads that need not be consistent. */
  before: Attributes | undefined;
  changedAt: number;
};
type IndexChange = { at: number; id: string; item: Attributes | undefined };

export type Table = {
  readonly indexes: TableManifest["indexes"];
  readonly ignoresConditions: boolean;
  /** Absent: the table takes everything. */
  readonly throughput: Throughput | undefined;
  saw(race: Race): void;
  get(key: TableKey): Attributes | undefined;
  /** As a replica may have it that lags by so many milliseconds. */
  getStale(key: TableKey, lag: number): Attributes | undefined;
  put(key: TableKey, item: Attributes, indexLag: number): void;
  items(): Iterable<Attributes>;
  /** What the index shows now, in the order of its sort key. */
  indexed(index: string, partition: string): Attributes[];
  /** Every item that carries the index's keys, lagging or not. */
  inIndex(index: string): Iterable<Attributes>;
  /** Holds items for a transaction; undefined if another one holds any, then `held` tells which. */
  hold(keys: readonly string[]): (() => void) | undefined;
  isHeld(id: string): boolean;
};

/** So many changes wait until somebody asks; a long run may never ask. */
const MOST_PENDING = 5000;

export const idOf = ({ pk, sk }: TableKey): string => `${pk}\0${sk}`;

export type TableOptions = {
  now: () => number;
  /** For a table that is broken on purpose. */
  ignoresConditions?: boolean;
  throughput?: Throughput | undefined;
  saw?: (race: Race) => void;
  onPut?: (item: Attributes, before: Attributes | undefined) => void;
};

export function createTable({ indexes }: TableManifest, options: TableOptions): Table {
  const { ignoresConditions = false, now, onPut, saw = () => {}, throughput } = options;
  const rows = new Map<string, Row>();
  const held = new Set<string>();
  const views = Object.fromEntries(Object.keys(indexes).map((name) => [name, new Map<string, Attributes>()]));
  let pending: IndexChange[] = [];
  const lastReachesAt = new Map<string, number>();

  /** Lets the indexes see what has reached them by now, each item's changes in their order. */
  function catchUp(): void {
    const reached = pending.filter(({ at }) => at <= now());
    pending = pending.filter(({ at }) => at > now());
    for (const change of reached) for (const name of Object.keys(indexes)) show(name, change);
  }

  function show(name: string, { id, item }: IndexChange): void {
    if (item && isIn(name, item)) views[name]?.set(id, item);
    else views[name]?.delete(id);
  }

  /** A later change of an item never shows before an earlier one. */
  function toIndexes(change: IndexChange, before: Attributes | undefined): void {
    const isIndexed = (item: Attributes | undefined) =>
      item !== undefined && Object.keys(indexes).some((name) => isIn(name, item));
    if (!isIndexed(change.item) && !isIndexed(before)) return;
    const at = Math.max(change.at, lastReachesAt.get(change.id) ?? 0);
    lastReachesAt.set(change.id, at);
    pending.push({ ...change, at });
    // Not only who asks an index clears what waits for it.
    if (pending.length > MOST_PENDING) catchUp();
  }

  function isIn(name: string, item: Attributes): boolean {
    const index = indexes[name];
    if (!index || item[index.partitionKey] === undefined) return false;
    return index.sortKey === undefined || item[index.sortKey] !== undefined;
  }

  return {
    indexes,
    ignoresConditions,
    throughput,
    saw,
    get: (key) => rows.get(idOf(key))?.item,
    getStale(key, lag) {
      const row = rows.get(idOf(key));
      return row && now() - row.changedAt < lag ? row.before : row?.item;
    },
    put(key, item, indexLag) {
      const id = idOf(key);
      const before = rows.get(id)?.item;
      rows.set(id, { item, before, changedAt: now() });
      toIndexes({ at: now() + indexLag, id, item }, before);
      onPut?.(item, before);
    },
    *items() {
      for (const { item } of rows.values()) if (item) yield item;
    },
    indexed(name, partition) {
      const index = indexes[name];
      if (!index) throw new TypeError(`The manifest has no index ${name}.`);
      catchUp();
      const found = [...(views[name]?.values() ?? [])].filter(
        (item) => item[index.partitionKey] === partition,
      );
      const { sortKey } = index;
      if (sortKey !== undefined) found.sort((a, b) => inOrder(a[sortKey], b[sortKey]) || inOrder(a.pk, b.pk));
      return found;
    },
    *inIndex(name) {
      catchUp();
      yield* views[name]?.values() ?? [];
      for (const { item } of pending) if (item && isIn(name, item)) yield item;
    },
    hold(keys) {
      if (keys.some((key) => held.has(key))) return undefined;
      for (const key of keys) held.add(key);
      return () => {
        for (const key of keys) held.delete(key);
      };
    },
    isHeld: (id) => held.has(id),
  };
}

function inOrder(a: Value | undefined, b: Value | undefined): number {
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
