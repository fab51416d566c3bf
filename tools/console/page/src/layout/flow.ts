// The layout of the flow map: events, reactions and queues, from the topology alone.
import { graphlib, layout } from "@dagrejs/dagre";
import type { EventRow, QueueGauge, Topology } from "../../../src/console-api.ts";
import type { Flow, FlowEdge, FlowNode, NodeKind } from "./flow-graph.ts";
import { APART, CORNER, packColumns } from "./lines.ts";
import { isUndoing } from "./undo.ts";

/** The width of a letter in the widest system font, so that no name leaves its box. */
const LETTER = 7.7;
const SIGN = 16;
/** Room for an event's count beside its name. */
const COUNT = 42;
const sizes: Record<NodeKind, { height: number; extra: number; least: number }> = {
  route: { height: 30, extra: 26, least: 0 },
  schedule: { height: 30, extra: 26 + SIGN, least: 0 },
  event: { height: 30, extra: 28 + COUNT, least: 0 },
  bucket: { height: 30, extra: 26 + SIGN, least: 0 },
  /** Room for its service and its queue's counts. */
  reaction: { height: 76, extra: 28, least: 190 },
};

const UPLOAD = "an upload";
const TASK = "tasks";

/** From left to right, causes before effects; the boxes of a column are equally wide. */
export function layoutFlow(topology: Topology): Flow {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({
    rankdir: "LR",
    ranker: "network-simplex",
    nodesep: 14,
    ranksep: 48,
    edgesep: 8,
    marginx: 14,
    marginy: 14,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  const boxes = nodesOf(topology);
  const edges = edgesOf(topology, new Set(boxes.map(({ id }) => id)));
  const nodes = boxes.map((box) => ({ ...box, height: heightFor(box, edges) }));
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  for (const { id, from, to, isRepeat, isUndo } of edges) {
    graph.setEdge(from, to, { weight: isRepeat ? 0 : isUndo ? 1 : 2 }, id);
  }
  layout(graph);
  const placed = equallyWide(
    nodes.map((node) => {
      const { x = 0, y = 0 } = graph.node(node.id) as { x?: number; y?: number };
      return { ...node, x, y };
    }),
  );
  const pointsOf = ({ id, from, to }: FlowEdge) =>
    (graph.edge({ v: from, w: to, name: id }) as { points: FlowEdge["points"] }).points;
  const through = edges.map((edge) => ({ ...edge, points: pointsOf(edge) }));
  // Whole pixels, or a browser shrinks the letters by a hair.
  const packed = packColumns(placed, through);
  return { ...packed, height: Math.ceil(packed.height), width: Math.ceil(graph.graph().width ?? 0) };
}

/** A reaction is as high as its lines need beside each other. */
function heightFor({ height, id, kind }: FlowNode, edges: readonly FlowEdge[]): number {
  if (kind !== "reaction") return height;
  const most = Math.max(
    edges.filter(({ from }) => from === id).length,
    edges.filter(({ to }) => to === id).length,
  );
  return Math.max(height, 2 * CORNER + (most - 1) * APART);
}

/** Boxes of one column have one middle. */
function equallyWide(nodes: readonly FlowNode[]): FlowNode[] {
  const widths = new Map<number, number>();
  for (const { x, width } of nodes) widths.set(x, Math.max(width, widths.get(x) ?? 0));
  return nodes.map((node) => ({ ...node, width: widths.get(node.x) ?? node.width }));
}

function nodesOf({ events, reactions, services }: Topology): FlowNode[] {
  const node = (kind: NodeKind, name: string, service: string, more: Partial<FlowNode> = {}): FlowNode => ({
    id: `${kind}:${name}`,
    kind,
    name,
    service,
    x: 0,
    y: 0,
    width: Math.max(
      name.length * LETTER + sizes[kind].extra + (isUndoing(name) ? SIGN : 0),
      sizes[kind].least,
    ),
    height: sizes[kind].height,
    isFailure: false,
    ...more,
  });
  return [
    ...services.flatMap(({ bucket, name, routes, schedules }) => [
      ...(bucket === undefined ? [] : [node("bucket", bucket, name)]),
      ...routes
        .filter(({ says, sends = [], signsUploads }) => says.length + sends.length > 0 || signsUploads)
        .map((route) => node("route", route.name, name)),
      ...schedules
        .filter(({ says }) => says.length > 0)
        .map((schedule) => node("schedule", schedule.name, name)),
    ]),
    ...events.map(({ type, producer, isFailure }) => node("event", type, producer, { isFailure })),
    ...reactions.map(({ name, service, queue, deadLetterQueue, undeliveredQueue }) =>
      node("reaction", name, service, { queue, deadLetterQueue, undeliveredQueue }),
    ),
  ];
}

function edgesOf({ reactions, services }: Topology, known: ReadonlySet<string>): FlowEdge[] {
  const edge = (kind: FlowEdge["kind"], from: string, to: string, event: string): FlowEdge => ({
    id: `${from}→${to}`,
    from,
    to,
    kind,
    event,
    isUndo: isUndoing(event),
    isRepeat: false,
    points: [],
  });
  const says = (kind: NodeKind, name: string, events: readonly string[]) =>
    events.map((event) => edge("says", `${kind}:${name}`, `event:${event}`, event));
  const tasks = (from: string, sends: readonly string[] = []) =>
    sends.map((to) => edge("says", from, `reaction:${to}`, TASK));
  const others = [...services.flatMap(({ routes }) => routes), ...reactions].flatMap((each) => each.says);
  const byTimersOnly = new Set(
    services
      .flatMap(({ schedules }) => schedules.flatMap((each) => each.says))
      .filter((event) => !others.includes(event)),
  );
  const bucketOf = (service: string) => services.find(({ name }) => name === service)?.bucket;
  return [
    ...services.flatMap(({ bucket, routes, schedules }) => [
      ...routes.flatMap((route) => [
        ...says("route", route.name, route.says),
        ...tasks(`route:${route.name}`, route.sends),
        ...(route.signsUploads ? [edge("says", `route:${route.name}`, `bucket:${bucket}`, UPLOAD)] : []),
      ]),
      ...schedules.flatMap((schedule) =>
        says("schedule", schedule.name, schedule.says).map((each) => ({
          ...each,
          isRepeat: !byTimersOnly.has(each.event),
        })),
      ),
    ]),
    ...reactions.flatMap(({ name, hears, hearsUploads, says: said, sends = [], service }) => [
      ...hears.map((event) => edge("hears", `event:${event}`, `reaction:${name}`, event)),
      ...(hearsUploads ? [edge("hears", `bucket:${bucketOf(service)}`, `reaction:${name}`, UPLOAD)] : []),
      ...says("reaction", name, said),
      // One that sends itself what is left of its work is still one step of the flow.
      ...tasks(
        `reaction:${name}`,
        sends.filter((to) => to !== name),
      ),
    ]),
  ].filter(({ from, to }) => known.has(from) && known.has(to));
}

export type Direction = "up" | "down" | "left" | "right";

/** The next node in a direction; straight ahead counts as nearer than sideways. */
export function neighbourOf({ nodes }: Flow, id: string, direction: Direction): string | undefined {
  const from = nodes.find((node) => node.id === id);
  if (!from) return undefined;
  const sign = direction === "down" || direction === "right" ? 1 : -1;
  const isUpright = direction === "up" || direction === "down";
  const away = nodes.flatMap(({ id: to, x, y }) => {
    const [along, across] = isUpright ? [y - from.y, x - from.x] : [x - from.x, y - from.y];
    return along * sign > 0 ? [{ to, distance: along * sign + 2 * Math.abs(across) }] : [];
  });
  return away.sort((one, other) => one.distance - other.distance)[0]?.to;
}

/** The neighbours of the selected node or line; all others are drawn pale. */
export function nearOf({ edges }: Flow, chosen: string | undefined): ReadonlySet<string> {
  if (chosen === undefined) return new Set();
  const touching = edges.filter(({ id, from, to }) => id === chosen || from === chosen || to === chosen);
  return new Set([chosen, ...touching.flatMap(({ id, from, to }) => [id, from, to])]);
}

/** Such as "OrderPlaced to reserve-stock", "reserve-stock says StockReserved", "tasks of a to b". */
export function edgeWords({ kind, from, to, event }: FlowEdge): string {
  if (event === TASK) return `${event} of ${nameOf(from)} to ${nameOf(to)}`;
  if (event === UPLOAD && kind === "says") return `${nameOf(from)} signs ${event} into ${nameOf(to)}`;
  return kind === "hears" ? `${event} to ${nameOf(to)}` : `${nameOf(from)} says ${event}`;
}

const nameOf = (id: string) => id.slice(id.indexOf(":") + 1);

type Traffic = {
  /** Messages that wait, also for their next attempt, or run; and the oldest one's time of sending. */
  waiting: number;
  running: number;
  oldestAt: string | undefined;
  failed: number;
  dead: number;
  undelivered: number;
  retrying: number;
};

/** The messages of a reaction: in its three queues and at the bus. */
export function trafficOf(node: FlowNode, queues: ReadonlyMap<string, QueueGauge>): Traffic {
  const own = queues.get(node.queue ?? "");
  const count = (queue: string | undefined) => {
    const gauge = queues.get(queue ?? "");
    return (gauge?.ready ?? 0) + (gauge?.delayed ?? 0) + (gauge?.inFlight ?? 0);
  };
  return {
    waiting: Math.max(0, count(node.queue) - (own?.running ?? 0)),
    running: own?.running ?? 0,
    oldestAt: own?.oldestAt,
    failed: own?.failed ?? 0,
    dead: count(node.deadLetterQueue),
    undelivered: count(node.undeliveredQueue),
    retrying: own?.retrying ?? 0,
  };
}

/** How often each event was published recently, for the width of its lines. */
export function recentEvents(events: readonly EventRow[], since: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index];
    if (!event || Date.parse(event.at) < since) break;
    counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
  }
  return counts;
}
