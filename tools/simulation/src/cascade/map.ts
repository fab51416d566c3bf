// The flow map of a cascade: each reaction with what the fault has done to it, lines by how many are behind.
import { layerOf } from "@order-saga/contracts";
import { allReactions, type ReactionResources } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import type { Heat } from "./heat.ts";
import type { Cascade } from "./radius.ts";
import { element, text } from "./svg.ts";

type Node = { name: string; column: number; x: number; y: number; heat: Heat | undefined };

const BOX = { width: 158, height: 62 };
const ROW = 84;
const TOP = 26;
/** Where requests come from. */
const CUSTOMERS = "customers";
const requests: ReadonlySet<string> = new Set(
  services.flatMap(({ name, routes }) => routes.map((route) => `${name}-${route.name}`)),
);

/** Draws it from the top down; `height` is what it takes. */
export function mapOf(cascade: Cascade, width: number): { svg: string; height: number } {
  const nodes = nodesOf(cascade, width);
  const rows = Math.max(...nodes.map(({ y }) => y));
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const lines = flowsOf(cascade, byName).map(({ behind, from, to }) => lineBetween(from, to, behind));
  const keys = (["struck", "starved", "held"] as const).map((band, index) => {
    const says = {
      struck: "struck: attempts failed",
      starved: "starved: came late to it",
      held: "held: kept by it",
    };
    const x = width - 500 + index * 168;
    return (
      element("rect", { x, y: 0, width: 10, height: 10, class: band }) + text(x + 16, 10, says[band], "quiet")
    );
  });
  const svg = [text(0, 10, "Where it went", "head"), ...keys, ...lines, ...nodes.map(boxOf)].join("");
  return { svg, height: rows + BOX.height + 12 };
}

function nodesOf({ heat, twins: { calm, struck } }: Cascade, width: number): Node[] {
  const used = new Set([...struck.trace.attempts, ...calm.trace.attempts].map(({ name }) => name));
  const placed = allReactions(services)
    .filter(({ queue }) => used.has(queue.name))
    .map((reaction) => ({ name: reaction.queue.name, column: columnOf(reaction) }));
  const all = [{ name: CUSTOMERS, column: 0 }, ...placed];
  const columns = [...new Set(all.map(({ column }) => column))].sort((a, b) => a - b);
  const step = columns.length > 1 ? (width - BOX.width) / (columns.length - 1) : 0;
  return all.map(({ column, name }) => {
    const row = all.filter((other) => other.column === column).findIndex((other) => other.name === name);
    return { name, column, x: columns.indexOf(column) * step, y: TOP + row * ROW, heat: heat.get(name) };
  });
}

/** Layers rise along a chain of events, so a reaction stands right of what it hears. */
function columnOf({ manifest }: ReactionResources): number {
  return 1 + Math.max(manifest.from === "tasks" ? 1 : 0, ...manifest.hears.map((type) => layerOf[type]));
}

type Line = { from: Node; to: Node; behind: number };

/** From who has said an event, in either run, to who hears it. */
function flowsOf({ twins: { calm, struck } }: Cascade, nodes: ReadonlyMap<string, Node>): Line[] {
  const lines = new Map<string, Line>();
  for (const { by, event } of [calm, struck].flatMap(({ run }) => run.world.observed.published)) {
    const from = nodes.get(requests.has(by) ? CUSTOMERS : by);
    if (!event || !from) continue;
    for (const { manifest, queue } of allReactions(services)) {
      const to = nodes.get(queue.name);
      if (!to || to.column <= from.column || !manifest.hears.includes(event.type)) continue;
      const isHot = from.heat !== undefined && countsOf(from.heat).length > 0;
      lines.set(`${from.name} ${to.name}`, { from, to, behind: isHot ? (to.heat?.starved.length ?? 0) : 0 });
    }
  }
  return [...lines.values()];
}

function lineBetween(from: Node, to: Node, behind: number): string {
  const [x, y] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [endX, endY] = [to.x, to.y + BOX.height / 2];
  const bend = Math.max(18, (endX - x) / 2);
  const d = `M${x.toFixed(0)} ${y} C${(x + bend).toFixed(0)} ${y} ${(endX - bend).toFixed(0)} ${endY} ${endX.toFixed(0)} ${endY}`;
  const isBehind = behind > 0;
  return element("path", {
    d,
    class: isBehind ? "flow behind" : "flow",
    "stroke-width": isBehind ? 1.5 + Math.min(6, behind / 2) : 1,
    opacity: isBehind ? 0.75 : 0.6,
  });
}

function boxOf({ heat, name, x, y }: Node): string {
  const [service = "", ...rest] = name.split("-");
  const counts = heat ? countsOf(heat) : [];
  const [worst] = counts;
  const bands = counts.map(({ band, count }, index) => {
    const left = x + 10 + index * 49;
    return text(
      left,
      y + 53,
      `${band} ${count}`.replace("struck", "✗").replace("starved", "◔").replace("held", "■"),
      band,
    );
  });
  return [
    element("rect", { x, y, ...BOX, rx: 6, class: `box ${worst ? `is-${worst.band}` : ""}`.trim() }),
    text(x + 10, y + 19, rest.length > 0 ? rest.join(" ") : name, "head"),
    text(x + 10, y + 35, rest.length > 0 ? service : "place and cancel", "quiet"),
    ...bands,
  ].join("");
}

function countsOf({ held, starved, struck }: Heat) {
  return (
    [
      { band: "struck", count: struck.length },
      { band: "held", count: held.length },
      { band: "starved", count: starved.length },
    ] as const
  ).filter(({ count }) => count > 0);
}
