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
  /** A length of CSS; as high as its rows, up to this. */
  height?: string;
};

const ROW_HEIGHT = 36;

export function DataTable<T>({
  label,
  rows,
  columns,
  keyOf,
  onOpen,
  chosenKey,
  height = "560px",
}: TableProps<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualRows(scroller, rows.length);
  const cursor = useCursor({ rows, keyOf, onOpen, scroller, virtual });
  useAnchor(scroller, rows, keyOf);
  const template = columns.map(({ width }) => width).join(" ");
  // A row that a link chose is seen, wherever in a long table it is.
  const chosen = chosenKey === undefined ? -1 : rows.findIndex((row) => keyOf(row) === chosenKey);
  useLayoutEffect(() => {
    if (chosen >= 0) virtual.scrollToIndex(chosen, { align: "auto" });
  }, [chosenKey, chosen >= 0]);

  return (
    <div
      class="table"
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      style={{ "--least": `${leastWidth(columns)}px` }}
    >
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
        style={{ height: `min(${height}, ${rows.length * ROW_HEIGHT + 1}px)` }}
      >
        <div role="presentation" style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const key = keyOf(row);
            return (
              <DataRow
                key={key}
                {...{ row, rowKey: key, index, start, columns, template, onOpen }}
                isChosen={key === chosenKey || key === cursor}
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
  rowKey: string;
  index: number;
  /** Pixels from the top. */
  start: number;
  /** The grid's tracks. */
  template: string;
  isChosen: boolean;
  onOpen: ((row: T) => void) | undefined;
};

function DataRow<T>({ row, rowKey, index, start, columns, template, isChosen, onOpen }: RowProps<T>) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-row={rowKey}
      tabIndex={-1}
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

/** Without what grows: below it the table scrolls sideways. */
function leastWidth<T>(columns: readonly Column<T>[]): number {
  const tracks = columns.map(({ width }) => Number.parseFloat(/[\d.]+px/.exec(width)?.[0] ?? "0"));
  return tracks.reduce((sum, each) => sum + each + 14, 14);
}

type CursorProps<T> = Pick<TableProps<T>, "rows" | "keyOf"> & {
  onOpen: ((row: T) => void) | undefined;
  scroller: { readonly current: HTMLDivElement | null };
  virtual: Pick<Virtualizer<HTMLDivElement, Element>, "scrollToIndex">;
};

/** The key of the row that j and k have reached; it has the focus, and Enter opens it. */
function useCursor<T>(props: CursorProps<T>): string | undefined {
  const [cursor, setCursor] = useState<string>();
  // Two keys may come before the table is drawn again, so they look here.
  const latest = useRef({ ...props, cursor });
  latest.current = { ...props, cursor };
  const indexOf = () => {
    const { cursor: key, keyOf, rows } = latest.current;
    return key === undefined ? -1 : rows.findIndex((row) => keyOf(row) === key);
  };
  useLayoutEffect(() => {
    const walk = (step: number) => {
      const { keyOf, rows, virtual } = latest.current;
      const next = Math.max(0, Math.min(rows.length - 1, indexOf() + step));
      const row = rows[next];
      if (row === undefined) return;
      latest.current.cursor = keyOf(row);
      setCursor(keyOf(row));
      virtual.scrollToIndex(next, { align: "auto" });
    };
    const open = () => {
      const row = latest.current.rows[indexOf()];
      if (row !== undefined) latest.current.onOpen?.(row);
    };
    return onKeys({ j: () => walk(1), k: () => walk(-1), Enter: open });
  }, []);
  useLayoutEffect(() => {
    if (cursor === undefined) return;
    const row = props.scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(cursor)}"]`);
    row?.focus({ preventScroll: true });
  }, [cursor]);
  return cursor;
}

/** What the reader looks at stays where it is when rows come above it. */
function useAnchor<T>(
  scroller: { readonly current: HTMLDivElement | null },
  rows: readonly T[],
  keyOf: (row: T) => string,
): void {
  const before = useRef<{ key: string; index: number }>(undefined);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const known = before.current;
    if (known && element.scrollTop > 0) {
      const index = rows.findIndex((row) => keyOf(row) === known.key);
      if (index >= 0) element.scrollTop += (index - known.index) * ROW_HEIGHT;
    }
    const top = Math.floor(element.scrollTop / ROW_HEIGHT);
    const row = rows[top];
    before.current = row === undefined ? undefined : { key: keyOf(row), index: top };
  });
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
