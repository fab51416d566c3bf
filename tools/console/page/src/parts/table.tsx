// A table that renders only its visible rows; j, k and Enter walk it.
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { onKeys } from "./keys.ts";

export type Column<T> = {
  title: string;
  /** A track of CSS grid, such as `120px` or `minmax(0, 1fr)`. */
  width: string;
  isNumber?: boolean;
  cell: (row: T) => ComponentChildren;
};

type TableProps<T> = {
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
  onOpen?: (row: T) => void;
  chosenKey?: string | undefined;
  /** Pixels; as high as its rows, up to this. */
  height?: number;
};

const ROW_HEIGHT = 36;

export function DataTable<T>({
  label,
  rows,
  columns,
  keyOf,
  onOpen,
  chosenKey,
  height = 560,
}: TableProps<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualRows(scroller, rows.length);
  const cursor = useCursor(rows, virtual, onOpen);
  const template = columns.map(({ width }) => width).join(" ");
  // A row that a link chose is seen, wherever in a long table it is.
  const chosen = chosenKey === undefined ? -1 : rows.findIndex((row) => keyOf(row) === chosenKey);
  useLayoutEffect(() => {
    if (chosen >= 0) virtual.scrollToIndex(chosen, { align: "auto" });
  }, [chosenKey, chosen >= 0]);

  return (
    <div class="table" role="table" aria-label={label} aria-rowcount={rows.length + 1}>
      <div role="rowgroup">
        <div role="row" class="head" style={{ gridTemplateColumns: template }}>
          {columns.map((column) => (
            <span role="columnheader" class={column.isNumber ? "number" : ""} key={column.title}>
              {column.title}
            </span>
          ))}
        </div>
      </div>
      <div
        class="rows"
        role="rowgroup"
        tabIndex={0}
        ref={scroller}
        style={{ height: `${Math.min(height, rows.length * ROW_HEIGHT + 1)}px` }}
      >
        <div role="presentation" style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const key = keyOf(row);
            return (
              <DataRow
                key={key}
                {...{ row, index, start, columns, template, onOpen }}
                isChosen={key === chosenKey || index === cursor}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

type RowProps<T> = Pick<TableProps<T>, "columns"> & {
  row: T;
  index: number;
  /** Pixels from the top. */
  start: number;
  /** The grid's tracks. */
  template: string;
  isChosen: boolean;
  onOpen: ((row: T) => void) | undefined;
};

function DataRow<T>({ row, index, start, columns, template, isChosen, onOpen }: RowProps<T>) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      class={`${isChosen ? "chosen" : ""} ${onOpen ? "can-open" : ""}`}
      style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
      onClick={(event) => (event.target as Element).closest("a, button") || onOpen?.(row)}
    >
      {columns.map((column) => (
        <span role="cell" class={column.isNumber ? "number" : ""} key={column.title}>
          {column.cell(row)}
        </span>
      ))}
    </div>
  );
}

/** The index of the row that j and k have reached; Enter opens it. */
function useCursor<T>(
  rows: readonly T[],
  virtual: Pick<Virtualizer<HTMLDivElement, Element>, "scrollToIndex">,
  onOpen: ((row: T) => void) | undefined,
): number {
  const [cursor, setCursor] = useState(-1);
  // Two keys may come before the table is drawn again, so they look here.
  const latest = useRef({ rows, cursor, onOpen });
  latest.current = { rows, cursor, onOpen };
  useLayoutEffect(() => {
    const walk = (step: number) => {
      const { current } = latest;
      const next = Math.max(0, Math.min(current.rows.length - 1, current.cursor + step));
      current.cursor = next;
      setCursor(next);
      virtual.scrollToIndex(next, { align: "auto" });
    };
    const open = () => {
      const { current } = latest;
      const row = current.rows[current.cursor];
      if (row !== undefined) current.onOpen?.(row);
    };
    return onKeys({ j: () => walk(1), k: () => walk(-1), Enter: open });
  }, []);
  return cursor;
}

/** The library's core as a Preact hook: renders the visible rows and a few beyond. */
function useVirtualRows(scroller: { current: HTMLDivElement | null }, count: number) {
  const [, draw] = useState({});
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => draw({}),
  };
  const [virtual] = useState(() => new Virtualizer<HTMLDivElement, Element>(options));
  virtual.setOptions(options);
  useLayoutEffect(() => virtual._didMount(), []);
  useLayoutEffect(() => virtual._willUpdate());
  return virtual;
}
