// What happened when: for each reaction the age of its oldest message, and its failed attempts.
import type { Heat, Interval } from "./heat.ts";
import type { Cascade } from "./radius.ts";
import { spanOf } from "./sentence.ts";
import { element, text } from "./svg.ts";

const LEFT = 190;
const STRIP = 46;
const GAP = 10;
const HEAD = 44;
const SAMPLES = 400;
const TICKS = 6;

/** The moments that a picture shows, and their places. */
export type Scale = { readonly from: number; readonly until: number; x(at: number): number };

export function scaleOf({ from, healedAt, until }: Cascade, width: number): Scale {
  const span = Math.max(1000, healedAt - from, until - from);
  const [first, last] = [from - span * 0.05, from + span * 1.12];
  const x = (at: number) =>
    LEFT + ((Math.min(last, Math.max(first, at)) - first) / (last - first)) * (width - LEFT);
  return { from: first, until: last, x };
}

export function stripsOf(cascade: Cascade, scale: Scale): { svg: string; height: number } {
  const shown = [...cascade.heat].filter(([, heat]) => isTouched(heat));
  const height = HEAD + shown.length * (STRIP + GAP) + 20;
  const { from, healedAt, orders, until } = cascade;
  const [x, endX] = [scale.x(from), Math.max(scale.x(from) + 2, scale.x(until))];
  const after = healedAt > until ? `healed ${spanOf(healedAt - until)} after` : "healed before it was over";
  const healed = orders.length === 0 ? "" : after;
  const healedX = scale.x(healedAt);
  const svg = [
    text(0, 10, "When it happened", "head"),
    element("rect", { x, y: HEAD - 22, width: endX - x, height: height - HEAD + 6, class: "fault" }),
    text(x, HEAD - 26, `the fault, ${spanOf(Math.max(0, until - from))}`, "struck"),
    element("line", { x1: healedX, x2: healedX, y1: HEAD - 22, y2: height - 16, class: "healed" }),
    text(healedX - 4, HEAD - 10, healed, "healed-text end"),
    ...shown.map(([name, heat], index) => stripOf(name, heat, scale, HEAD + index * (STRIP + GAP))),
    ...axisOf(scale, height - 4),
  ];
  return { svg: svg.join(""), height: height + 8 };
}

const isTouched = ({ held, starved, struck }: Heat) => held.length + starved.length + struck.length > 0;

function stripOf(name: string, { stays, struck }: Heat, scale: Scale, top: number): string {
  const step = (scale.until - scale.from) / SAMPLES;
  const ages = Array.from({ length: SAMPLES + 1 }, (_, index) => oldestAt(stays, scale.from + index * step));
  const most = Math.max(...ages);
  const bottom = top + STRIP;
  const points = ages.map((age, index) => {
    const y = bottom - (most > 0 ? (age / most) * (STRIP - 8) : 0);
    return `${scale.x(scale.from + index * step).toFixed(1)},${y.toFixed(1)}`;
  });
  const area = [`${LEFT},${bottom}`, ...points, `${scale.x(scale.until).toFixed(1)},${bottom}`].join(" ");
  return [
    text(0, top + 20, name.replace("-", " · ").replaceAll("-", " "), "head"),
    text(0, top + 36, `oldest waits ${spanOf(most)}`, "quiet"),
    element("polygon", { points: area, class: "age" }),
    element("line", { x1: LEFT, x2: scale.x(scale.until), y1: bottom, y2: bottom, class: "axis" }),
    ...struck.map(({ from }) => {
      const x = scale.x(from);
      return element("line", { x1: x, x2: x, y1: top + 2, y2: bottom, class: "tick" });
    }),
  ].join("");
}

/** How long the oldest message has been in the queue then. */
function oldestAt(stays: readonly Interval[], at: number): number {
  let oldest = 0;
  for (const { from, until } of stays) if (from <= at && at < until) oldest = Math.max(oldest, at - from);
  return oldest;
}

function axisOf(scale: Scale, y: number): string[] {
  return Array.from({ length: TICKS + 1 }, (_, index) => {
    const at = scale.from + ((scale.until - scale.from) * index) / TICKS;
    return text(scale.x(at), y, spanOf(Math.max(0, at)), index === TICKS ? "quiet end" : "quiet");
  });
}
