// The flow map's drawing: boxes and lines from the layout, counts from queues, line widths from traffic.
import { useEffect, useRef, useState } from "preact/hooks";
import {
  type Direction,
  edgeWords,
  type Flow,
  type FlowEdge,
  type FlowNode,
  nearOf,
  neighbourOf,
  recentEvents,
  trafficOf,
} from "../../layout/flow.ts";
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
/** Below it the map scrolls instead of shrinking, unless the user asks for all of it. */
const LEAST_READABLE = 0.68;
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
  const path = smooth(edge.points);
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

function smooth(points: FlowEdge["points"]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first.x} ${first.y}`;
  for (const [index, point] of rest.entries()) {
    const before = rest[index - 1] ?? first;
    const middle = (before.y + point.y) / 2;
    path += `C${before.x} ${middle} ${point.x} ${middle} ${point.x} ${point.y}`;
  }
  return path;
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
        <text
          class="name"
          x={kind === "event" ? width / 2 : 14}
          y={kind === "reaction" ? 19 : height / 2 + 4}
          text-anchor={kind === "event" ? "middle" : "start"}
        >
          {sign && <tspan aria-hidden="true">{sign}</tspan>}
          {name}
        </text>
      </g>
      {kind === "event" && count > 0 && (
        <Tally x={x + width / 2} y={y - height / 2} count={count} isNear={isNear} />
      )}
      {kind === "reaction" && <QueueChips node={node} isNear={isNear} />}
    </>
  );
}

/** How often an event was published in the last minute, on the corner of its box. */
function Tally({ x, y, count, isNear }: { x: number; y: number; count: number; isNear: boolean }) {
  const text = String(count);
  const width = text.length * 7 + 9;
  return (
    <g
      class={isNear ? "tally near" : "tally"}
      aria-hidden="true"
      transform={`translate(${x - width / 2 - 4} ${y - 7})`}
    >
      <rect width={width} height="15" rx="7.5" />
      <text x={width / 2} y="11" text-anchor="middle">
        {text}
      </text>
    </g>
  );
}

/** The reaction's queue as three compartments: waiting, running, dead. */
function QueueChips({ node, isNear }: { node: FlowNode; isNear: boolean }) {
  const { waiting, running, oldestAt, dead, undelivered, retrying } = trafficOf(node, session.queues.value);
  const age =
    waiting + running > 0 && oldestAt
      ? roughly(formatDuration(Math.max(0, now.value - Date.parse(oldestAt))))
      : "";
  const trouble = retrying > 0 ? `bus retries ${retrying}` : "";
  const chips = [
    { key: "waiting", text: `${waiting} wait`, tone: waiting > 0 ? "busy" : "" },
    { key: "running", text: `${running} run`, tone: running > 0 ? "busy" : "" },
    { key: "dead", text: `${dead + undelivered} dead`, tone: dead + undelivered > 0 ? "bad" : "" },
  ];
  let left = 13;
  return (
    <g
      class={isNear ? "chips near" : "chips"}
      aria-hidden="true"
      data-chips={node.id}
      transform={`translate(${node.x - node.width / 2} ${node.y - node.height / 2 + 48})`}
    >
      <text class="service" x="14" y="-13">
        {node.service}
      </text>
      {chips.map(({ key, text, tone }) => {
        const width = text.length * 5.9 + 11;
        const at = left;
        left += width + 4;
        return (
          <g key={key} class={`chip ${tone}`} transform={`translate(${at} 0)`} data-chip={key}>
            <rect width={width} height="18" rx="9" />
            <text x={width / 2} y="12.5" text-anchor="middle">
              {text}
            </text>
          </g>
        );
      })}
      {(trouble || age) && (
        <text class={trouble ? "age trouble" : "age"} x={node.width - 10} y="-13" text-anchor="end">
          {[trouble, age].filter(Boolean).join(", ")}
        </text>
      )}
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
