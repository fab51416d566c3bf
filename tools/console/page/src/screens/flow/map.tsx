// The flow map's drawing: boxes and lines from the layout, counts from queues, line widths from traffic.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Chip, chipsWithin, shortCount } from "../../layout/counts.ts";
import {
  type Direction,
  edgeWords,
  nearOf,
  neighbourOf,
  recentEvents,
  trafficOf,
} from "../../layout/flow.ts";
import type { Flow, FlowEdge, FlowNode } from "../../layout/flow-graph.ts";
import { pathOf } from "../../layout/lines.ts";
import { isUndoing } from "../../layout/undo.ts";
import { formatClock, formatDuration } from "../../parts/format.ts";
import { now } from "../../parts/values.tsx";
import { useWidth } from "../../parts/width.ts";
import { session } from "../../state/store.ts";
import "./map.css";

type MapProps = { flow: Flow; chosen: string | undefined; onChoose: (id: string | undefined) => void };

/** For how long an event's line stays wide. */
const RECENT_MILLISECONDS = 60_000;
const FLOWING_MILLISECONDS = 3000;
/** Letters have 12 px, as the map scrolls instead of shrinking, unless the user asks for all of it. */
const LEAST_READABLE = 1;
const arrows: Readonly<Record<string, Direction>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

export function FlowMap({ flow, chosen, onChoose }: MapProps) {
  const { element, width } = useWidth<HTMLDivElement>();
  const [zoom, setZoom] = useState<number>();
  const fitting = Math.min(1, width / flow.width);
  /** Details that open beside the map take room from it, but do not shrink its letters. */
  const whole = useRef<number | undefined>(undefined);
  if (chosen === undefined && width > 0) whole.current = Math.max(fitting, LEAST_READABLE);
  const scale = zoom ?? whole.current ?? Math.max(fitting, LEAST_READABLE);
  const recent = recentEvents(session.events.value, now.value - RECENT_MILLISECONDS);
  const flowing = recentEvents(session.events.value, now.value - FLOWING_MILLISECONDS);
  const near = nearOf(flow, chosen);
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => keepInSight(scroller.current, flow, chosen, scale), [chosen, scale, width]);
  // Before what a link chose is brought into sight.
  useLayoutEffect(() => showBeginning(scroller.current, flow), []);
  const walk = (event: KeyboardEvent) => {
    const direction = arrows[event.key];
    const id = (event.target as Element).closest("[data-node]")?.getAttribute("data-node");
    const next = direction && id ? neighbourOf(flow, id, direction) : undefined;
    if (!next) return;
    event.preventDefault();
    scroller.current?.querySelector<SVGElement>(`[data-node="${next}"]`)?.focus();
  };
  return (
    <figure class="map" ref={element}>
      <div class="map-tools row">
        <ZoomButtons scale={scale} fitting={fitting} onZoom={setZoom} />
        <MapLegend />
      </div>
      <div
        class="scroll"
        ref={scroller}
        tabIndex={0}
        role="group"
        aria-label="Flow map; arrow keys walk it, the table beside it says the same in words"
        onKeyDown={walk}
      >
        <svg
          width={flow.width * scale}
          height={flow.height * scale}
          viewBox={`0 0 ${flow.width} ${flow.height}`}
          class={chosen ? "has-chosen" : ""}
        >
          <ArrowHeads />
          {flow.edges.map((edge) => (
            <EdgeLine
              key={edge.id}
              edge={edge}
              count={recent.get(edge.event) ?? 0}
              isFlowing={flowing.has(edge.event)}
              isNear={near.has(edge.id)}
              isChosen={edge.id === chosen}
              onChoose={() => onChoose(edge.id === chosen ? undefined : edge.id)}
            />
          ))}
          {flow.nodes.map((node) => (
            <NodeBox
              key={node.id}
              node={node}
              count={recent.get(node.name) ?? 0}
              isChosen={node.id === chosen}
              isNear={near.has(node.id)}
              onChoose={() => onChoose(node.id === chosen ? undefined : node.id)}
            />
          ))}
        </svg>
      </div>
    </figure>
  );
}

type ZoomProps = { scale: number; fitting: number; onZoom: (scale: number) => void };

function ZoomButtons({ scale, fitting, onZoom }: ZoomProps) {
  return (
    <>
      <button type="button" aria-label="Smaller" onClick={() => onZoom(Math.max(0.3, scale - 0.15))}>
        −
      </button>
      <button type="button" onClick={() => onZoom(fitting)}>
        Fit
      </button>
      <button type="button" aria-label="Larger" onClick={() => onZoom(Math.min(2, scale + 0.15))}>
        +
      </button>
    </>
  );
}

function ArrowHeads() {
  return (
    <defs>
      {["says", "hears", "undo"].map((kind) => (
        <marker
          key={kind}
          id={`map-${kind}`}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="9"
          markerHeight="9"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path class={`head ${kind}`} d="M0 0 8 4 0 8z" />
        </marker>
      ))}
    </defs>
  );
}

/** The first boxes are seen at first, in the middle of the height. */
function showBeginning(element: HTMLElement | null, { nodes }: Flow) {
  if (!element) return;
  const first = nodes.filter(({ x }) => x < element.clientWidth);
  const middle = first.reduce((sum, { y }) => sum + y, 0) / Math.max(1, first.length);
  element.scrollTop = middle - element.clientHeight / 2;
}

/** Scrolls the map if the selected node is out of sight. */
function keepInSight(element: HTMLElement | null, flow: Flow, chosen: string | undefined, scale: number) {
  const edge = flow.edges.find(({ id }) => id === chosen);
  const node = flow.nodes.find(({ id }) => id === (edge?.to ?? chosen));
  if (!element || !node) return;
  const [left, top] = [node.x * scale, node.y * scale];
  const [wide, high] = [(node.width * scale) / 2, (node.height * scale) / 2];
  const isSeen =
    left - wide > element.scrollLeft &&
    left + wide < element.scrollLeft + element.clientWidth &&
    top - high > element.scrollTop &&
    top + high < element.scrollTop + element.clientHeight;
  if (!isSeen) element.scrollTo(left - element.clientWidth / 2, top - element.clientHeight / 2);
}

function EdgeLine({
  edge,
  count,
  isFlowing,
  isNear,
  isChosen,
  onChoose,
}: {
  edge: FlowEdge;
  count: number;
  isFlowing: boolean;
  isNear: boolean;
  isChosen: boolean;
  onChoose: () => void;
}) {
  const width = Math.min(5, 1.3 + Math.log2(1 + count) * 0.6);
  const kind = edge.isUndo ? "undo" : edge.kind;
  const path = pathOf(edge.points);
  return (
    <g
      class={`edge ${kind} ${isNear ? "near" : ""} ${isChosen ? "chosen" : ""} ${isFlowing && edge.kind === "hears" ? "flowing" : ""} ${edge.isRepeat ? "repeat" : ""}`}
      onClick={onChoose}
      data-edge={edge.id}
    >
      <title>{`${edgeWords(edge)}, ${count} in the last minute`}</title>
      <path class="touch" d={path} />
      <path class="line" d={path} stroke-width={width} marker-end={`url(#map-${kind})`} />
    </g>
  );
}

function NodeBox({
  node,
  count,
  isChosen,
  isNear,
  onChoose,
}: {
  node: FlowNode;
  count: number;
  isChosen: boolean;
  isNear: boolean;
  onChoose: () => void;
}) {
  const { kind, name, service, x, y, width, height, isFailure } = node;
  const isUndo = isUndoing(name);
  const sign = isUndo ? "‹ " : kind === "schedule" ? "◷ " : kind === "bucket" ? "⌸ " : undefined;
  return (
    <>
      <g
        class={`node ${kind} ${service} ${isFailure ? "failure" : ""} ${isUndo ? "undo" : ""} ${isChosen ? "chosen" : ""} ${isNear ? "near" : ""}`}
        transform={`translate(${x - width / 2} ${y - height / 2})`}
        role="button"
        tabindex={0}
        aria-pressed={isChosen}
        aria-label={labelOf(node, count)}
        data-node={node.id}
        onClick={onChoose}
        onKeyDown={(event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          onChoose();
        }}
      >
        <title>{labelOf(node, count)}</title>
        <rect class="box" width={width} height={height} rx={kind === "event" ? height / 2 : 7} />
        {kind === "reaction" && <rect class="edge-bar" width="4" height={height} rx="2" />}
        <text class="name" x={14} y={kind === "reaction" ? 20 : height / 2 + 4}>
          {sign && <tspan aria-hidden="true">{sign}</tspan>}
          {name}
        </text>
      </g>
      {kind === "event" && count > 0 && <Tally x={x + width / 2} y={y} count={count} isNear={isNear} />}
      {kind === "reaction" && <QueueChips node={node} isNear={isNear} />}
    </>
  );
}

/** How often an event was published in the last minute, at the right end of its box. */
function Tally({ x, y, count, isNear }: { x: number; y: number; count: number; isNear: boolean }) {
  const text = shortCount(count);
  const width = text.length * 7.7 + 10;
  return (
    <g
      class={isNear ? "tally near" : "tally"}
      aria-hidden="true"
      transform={`translate(${x - width - 6} ${y - 9})`}
    >
      <rect width={width} height="18" rx="9" />
      <text x={width / 2} y="13" text-anchor="middle">
        {text}
      </text>
    </g>
  );
}

/** The reaction's queue: dead beside its service, below it what waits, runs and is retried. */
function QueueChips({ node, isNear }: { node: FlowNode; isNear: boolean }) {
  const { waiting, running, oldestAt, dead, undelivered, retrying } = trafficOf(node, session.queues.value);
  const age =
    waiting + running > 0 && oldestAt
      ? roughly(formatDuration(Math.max(0, now.value - Date.parse(oldestAt))))
      : "";
  const gone = dead + undelivered;
  const deadText = `${shortCount(gone)} dead`;
  const chips = chipsWithin(node.width - 20, [
    { key: "waiting", text: `${shortCount(waiting)} wait`, tone: waiting > 0 ? "busy" : "" },
    { key: "running", text: `${shortCount(running)} run`, tone: running > 0 ? "busy" : "" },
    ...(retrying > 0 ? [{ key: "retrying", text: `${shortCount(retrying)} retry`, tone: "warn" }] : []),
    ...(age ? [{ key: "age", text: age, tone: "age" }] : []),
  ]);
  const [deadChip] = chipsWithin(node.width, [{ key: "dead", text: deadText, tone: gone > 0 ? "bad" : "" }]);
  return (
    <g
      class={isNear ? "chips near" : "chips"}
      aria-hidden="true"
      data-chips={node.id}
      transform={`translate(${node.x - node.width / 2} ${node.y - node.height / 2 + 51})`}
    >
      <text class="service" x="14" y="-12">
        {node.service}
      </text>
      {deadChip && <ChipBox chip={{ ...deadChip, left: node.width - deadChip.width - 8 }} top={-25} />}
      {chips.map((chip) => (
        <ChipBox key={chip.key} chip={{ ...chip, left: chip.left + 12 }} top={0} />
      ))}
    </g>
  );
}

function ChipBox({ chip: { key, left, text, tone, width }, top }: { chip: Chip; top: number }) {
  return (
    <g class={`chip ${tone}`} transform={`translate(${left} ${top})`} data-chip={key}>
      <rect width={width} height="18" rx="9" />
      <text x={width / 2} y="13" text-anchor="middle">
        {text}
      </text>
    </g>
  );
}

/** The first unit only: there is no room for more. */
const roughly = (duration: string) => duration.split(" ").slice(0, 2).join(" ");

/** Begins with the visible text, so that speech control can name it. */
function labelOf(node: FlowNode, count: number): string {
  const { name, kind, service, isFailure } = node;
  if (kind === "event")
    return `${name}, ${isFailure ? "failure event" : "event"} of ${service}, ${count} in the last minute`;
  if (kind !== "reaction") return `${name}, ${kind} of ${service}`;
  const { waiting, running, dead, undelivered, failed } = trafficOf(node, session.queues.value);
  const since = formatClock(session.startedAt.value);
  return `${name}, reaction of ${service}: ${waiting} waiting, ${running} running, ${dead} dead letters, ${undelivered} undelivered; ${failed} attempts failed since ${since}`;
}

function MapLegend() {
  return (
    <span class="map-legend row quiet">
      <span class="key hears">puts on a queue</span>
      <span class="key says">says</span>
      <span class="key undo">‹ takes back</span>
      <span class="key failure">failure event</span>
    </span>
  );
}
