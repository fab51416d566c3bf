// Heights and lines of the flow map. A line is straight beside the boxes of a column and bends only between
// columns, so that it never runs under a box; columns are packed as tightly as that allows.
import type { FlowEdge, FlowNode } from "./flow-graph.ts";

type Point = { x: number; y: number };
/** A box, or the place in a column where a line passes its boxes. */
type Item = { x: number; y: number; height: number; width: number; links: { to: Item; weight: number }[] };
type Way = { edge: FlowEdge; items: Item[] };

/** Between two lines at one side of a reaction. */
export const APART = 7;
/** No line begins or ends at a box's corner. */
export const CORNER = 14;
const MARGIN = 14;
const BETWEEN = { boxes: 14, lines: 9 };
/** A long line that bends is harder to follow than a short one. */
const STRAIGHT = 6;
const SWEEPS = 30;

/** Takes where the layout put boxes and lines, and keeps their columns and their order in each. */
export function packColumns(
  nodes: readonly FlowNode[],
  edges: readonly FlowEdge[],
): { nodes: FlowNode[]; edges: FlowEdge[]; height: number } {
  const boxes = new Map(nodes.map((node) => [node.id, { ...node, links: [] } as FlowNode & Item]));
  const middles = [...new Set(nodes.map(({ x }) => x))].sort((one, other) => one - other);
  const widths = new Map(middles.map((x) => [x, nodes.find((node) => node.x === x)?.width ?? 0]));
  const ways = edges.flatMap((edge): Way[] => {
    const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
    if (!from || !to) return [];
    const isForward = from.x < to.x;
    const [least, most] = isForward ? [from.x, to.x] : [to.x, from.x];
    const passed = middles.filter((x) => x > least && x < most);
    if (!isForward) passed.reverse();
    const passing = passed.map((x) => ({ ...placeAt(edge, x), width: widths.get(x) ?? 0 }));
    return [{ edge, items: [from, ...passing, to] }];
  });
  for (const { items } of ways) link(items);
  const columns = columnsOf([...boxes.values(), ...ways.flatMap(({ items }) => items.slice(1, -1))]);
  settle(columns);
  const all = columns.flat();
  const top = Math.min(...all.map(({ height, y }) => y - height / 2)) - MARGIN;
  for (const item of all) item.y -= top;
  return {
    nodes: [...boxes.values()].map(({ links: _, ...node }) => node),
    edges: drawLines(ways),
    height: Math.max(0, ...all.map(({ height, y }) => y + height / 2)) + MARGIN,
  };
}

/** Where the layout lets the line pass a column. */
function placeAt({ points }: FlowEdge, x: number): Item {
  const [near] = points.toSorted((one, other) => Math.abs(one.x - x) - Math.abs(other.x - x));
  return { x, y: near?.y ?? 0, height: 0, width: 0, links: [] };
}

function link(items: readonly Item[]): void {
  for (const [index, item] of items.entries()) {
    const next = items[index + 1];
    if (!next) continue;
    const weight = item.height === 0 && next.height === 0 ? STRAIGHT : 1;
    item.links.push({ to: next, weight });
    next.links.push({ to: item, weight });
  }
}

function columnsOf(items: readonly Item[]): Item[][] {
  const columns = new Map<number, Item[]>();
  for (const item of items) columns.set(item.x, [...(columns.get(item.x) ?? []), item]);
  return [...columns.entries()]
    .sort(([one], [other]) => one - other)
    .map(([, column]) => column.sort((one, other) => one.y - other.y));
}

/** Each item goes to the middle of what it is linked with, as near as the others of its column let it. */
function settle(columns: readonly Item[][]): void {
  for (const column of columns)
    place(
      column,
      column.map(() => ({ y: 0, weight: 1 })),
    );
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const column of sweep % 2 === 0 ? columns : columns.toReversed()) {
      place(
        column,
        column.map(({ links, y }) => {
          const weight = links.reduce((sum, each) => sum + each.weight, 0);
          const sum = links.reduce((total, { to, weight: each }) => total + to.y * each, 0);
          return weight === 0 ? { y, weight: 0.1 } : { y: sum / weight, weight };
        }),
      );
    }
  }
}

/** Least squares with the order and the distances kept: neighbours that want to cross move as one block. */
function place(column: readonly Item[], wanted: readonly { y: number; weight: number }[]): void {
  const offsets: number[] = [];
  for (const [index, item] of column.entries()) {
    const before = column[index - 1];
    offsets.push(before ? (offsets[index - 1] ?? 0) + distance(before, item) : 0);
  }
  const blocks: { sum: number; weight: number; count: number }[] = [];
  for (const [index, { weight, y }] of wanted.entries()) {
    let block = { sum: (y - (offsets[index] ?? 0)) * weight, weight, count: 1 };
    for (
      let last = blocks.at(-1);
      last && last.sum / last.weight > block.sum / block.weight;
      last = blocks.at(-1)
    ) {
      blocks.pop();
      block = {
        sum: last.sum + block.sum,
        weight: last.weight + block.weight,
        count: last.count + block.count,
      };
    }
    blocks.push(block);
  }
  const ys = blocks.flatMap(({ count, sum, weight }) => Array<number>(count).fill(sum / weight));
  for (const [index, item] of column.entries()) item.y = (ys[index] ?? 0) + (offsets[index] ?? 0);
}

const distance = (above: Item, below: Item): number =>
  (above.height + below.height) / 2 + (above.height > 0 && below.height > 0 ? BETWEEN.boxes : BETWEEN.lines);

/** Each line's pieces: a bend, a straight one, a bend, and so on. */
function drawLines(ways: readonly Way[]): FlowEdge[] {
  const ends = endsOf(ways);
  return ways.map(({ edge, items }, way) => {
    const [from, to] = [items[0] as FlowNode & Item, items.at(-1) as FlowNode & Item];
    const sign = from.x < to.x ? 1 : -1;
    const end = (box: Item, side: number, which: "from" | "to"): Point => ({
      x: box.x + (side * box.width) / 2,
      y: ends.get(`${way}/${which}`) ?? box.y,
    });
    const passing = items.slice(1, -1).flatMap(({ width, x, y }) => [
      { x: x - (sign * width) / 2, y },
      { x: x + (sign * width) / 2, y },
    ]);
    return { ...edge, points: [end(from, sign, "from"), ...passing, end(to, -sign, "to")] };
  });
}

/** Lines of a reaction have their own places at its sides; at any other box they meet. */
function endsOf(ways: readonly Way[]): Map<string, number> {
  const sides = new Map<string, { box: Item; at: { key: string; towards: number }[] }>();
  for (const [way, { items }] of ways.entries()) {
    const [from, to] = [items[0], items.at(-1)] as [FlowNode & Item, FlowNode & Item];
    const isForward = from.x < to.x;
    const add = (box: FlowNode & Item, side: string, key: string, towards: number) => {
      if (box.kind !== "reaction") return;
      const known = sides.get(`${box.id}/${side}`) ?? { box, at: [] };
      known.at.push({ key, towards });
      sides.set(`${box.id}/${side}`, known);
    };
    add(from, isForward ? "right" : "left", `${way}/from`, items[1]?.y ?? 0);
    add(to, isForward ? "left" : "right", `${way}/to`, items.at(-2)?.y ?? 0);
  }
  const places = new Map<string, number>();
  for (const { at, box } of sides.values()) {
    const step = Math.min(APART, (box.height - 2 * CORNER) / Math.max(1, at.length - 1));
    at.sort((one, other) => one.towards - other.towards);
    for (const [index, { key }] of at.entries())
      places.set(key, box.y + (index - (at.length - 1) / 2) * step);
  }
  return places;
}

/** As SVG draws it. */
export function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first.x} ${first.y}`;
  for (const [index, point] of rest.entries()) {
    const before = rest[index - 1] ?? first;
    const middle = (before.x + point.x) / 2;
    path +=
      index % 2 === 0 ? `C${middle} ${before.y} ${middle} ${point.y} ${point.x} ${point.y}` : `H${point.x}`;
  }
  return path;
}
