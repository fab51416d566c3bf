// Whom a fault has reached: each order with what reached it, and from when to when it was late.
import type { Cause } from "./closure.ts";
import { type Cascade, type DrawnOrder, isChanged } from "./radius.ts";
import { spanOf } from "./sentence.ts";
import type { Scale } from "./strips.ts";
import { element, text } from "./svg.ts";

const ROW = 20;
const HEAD = 24;
const MOST_ROWS = 24;

export function orderRowsOf({ orders }: Cascade, scale: Scale): { svg: string; height: number } {
  const sorted = orders.toSorted((a, b) => rankOf(b) - rankOf(a));
  const shown = sorted.slice(0, MOST_ROWS);
  const more = orders.length - shown.length;
  const svg = [
    text(0, 10, orders.length > 0 ? "Whom it reached" : "It reached no order", "head"),
    ...shown.map((order, index) => rowOf(order, scale, HEAD + index * ROW)),
    ...(more > 0 ? [text(0, HEAD + shown.length * ROW + 12, `and ${more} more`, "quiet")] : []),
  ];
  return { svg: svg.join(""), height: HEAD + (shown.length + (more > 0 ? 1 : 0)) * ROW + 8 };
}

const rankOf = (order: DrawnOrder) => order.difference.lateMilliseconds + (isChanged(order) ? 1e12 : 0);

function rowOf(order: DrawnOrder, scale: Scale, top: number): string {
  const { calm, cause, difference, number, struck } = order;
  const [usual, late] = [lastOf(calm.moments), lastOf(struck.moments)];
  const [x, endX] = [scale.x(Math.min(usual, late)), scale.x(Math.max(usual, late))];
  const middle = top + 8;
  const lateness = difference.lateMilliseconds;
  const says = [
    lateness > 0 ? `${spanOf(lateness)} later` : lateness < 0 ? `${spanOf(-lateness)} earlier` : "in between",
    ...(isChanged(order) ? [difference.changes.filter((each) => each !== "moments").join(", ")] : []),
    causeOf(cause),
  ].join(" · ");
  const isLeft = endX > (scale.x(scale.until) + scale.x(scale.from)) / 2;
  return [
    text(0, top + 12, `order ${number}`),
    element("line", { x1: x, x2: Math.max(endX, x + 2), y1: middle, y2: middle, class: "late" }),
    element("circle", { cx: x, cy: middle, r: 3, class: "dot" }),
    text(isLeft ? x - 8 : endX + 8, top + 12, says, isLeft ? "quiet end" : "quiet"),
  ].join("");
}

const lastOf = (moments: ReadonlyMap<string, number>) => Math.max(0, ...moments.values());

export function causeOf(cause: Cause): string {
  switch (cause.by) {
    case "fault":
      return "the fault itself";
    case "batch":
      return `in a batch with ${cause.entity}, ${cause.over}`;
    case "shared":
      return `over ${cause.over}, as ${cause.entity}`;
    case "queue":
      return `behind ${cause.entity} in ${cause.over}`;
  }
}
