// The timeline of an order: a lane per service, retries to scale, compensation running backwards.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Moment } from "../../../../src/console-api.ts";
import {
  BAR_HEIGHT,
  type Bar,
  barName,
  isNamedInside,
  type Link,
  labelOf,
  layoutTimeline,
  type Mark,
  type Timeline,
  walkOf,
} from "../../layout/timeline.ts";
import { formatDuration, formatMoney, formatOffset } from "../../parts/format.ts";
import { now } from "../../parts/values.tsx";
import { useWidth } from "../../parts/width.ts";
import { session } from "../../state/store.ts";
import "./timeline.css";

const LABELS = 104;
const AXIS = 30;
/** Room for half of the first mark. */
const EDGE = 9;

export function TimelinePicture({ moments, isOpen }: { moments: readonly Moment[]; isOpen: boolean }) {
  const { element, width } = useWidth<HTMLDivElement>();
  const [chosen, choose] = useState<string>();
  const timeline = layoutTimeline(
    moments,
    session.topology.value.services.map(({ name }) => name),
    Math.max(480, width - LABELS - EDGE),
    isOpen ? now.value : undefined,
  );
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  // Of an open order the end is what matters: the picture grows there, unless the user scrolls back.
  useLayoutEffect(() => {
    if (isOpen && isAtEnd.current) scroller.current?.scrollTo({ left: scroller.current.scrollWidth });
  }, [isOpen, timeline.width]);
  const walk = walkOf(timeline);
  const current = chosen !== undefined && walk.includes(chosen) ? chosen : walk[0];
  const step = (event: KeyboardEvent) => focusNext(event, walk, current);
  const details = chosen === undefined ? undefined : wordsOf(timeline, chosen);
  return (
    <figure class="timeline" ref={element}>
      <div
        class="scroll lanes"
        ref={scroller}
        onKeyDown={step}
        onScroll={({ currentTarget: { scrollLeft, clientWidth, scrollWidth } }) => {
          isAtEnd.current = scrollLeft + clientWidth >= scrollWidth - 40;
        }}
        tabIndex={0}
        role="group"
        aria-label="Timeline; the table beside it says the same in words"
      >
        <LaneTitles timeline={timeline} />
        <svg
          class="picture"
          width={EDGE + timeline.width}
          height={AXIS + timeline.height}
          role="presentation"
        >
          <Patterns />
          <Grid timeline={timeline} />
          <g transform={`translate(${EDGE} ${AXIS})`}>
            {timeline.bars.map((bar) => (
              <QueuedLine key={bar.key} bar={bar} />
            ))}
            <Links links={timeline.links.filter(({ kind }) => kind === "causes")} chosen={chosen} />
            {timeline.bars.map((bar) => (
              <BarShape key={bar.key} bar={bar} isCurrent={bar.key === current} onChoose={choose} />
            ))}
            <Links links={timeline.links.filter(({ kind }) => kind === "undoes")} chosen={chosen} />
            {timeline.marks.map((mark) => (
              <MarkShape key={mark.key} mark={mark} isCurrent={mark.key === current} onChoose={choose} />
            ))}
            {timeline.nowX !== undefined && (
              <line class="now" x1={timeline.nowX} x2={timeline.nowX} y1={-4} y2={timeline.height} />
            )}
          </g>
        </svg>
      </div>
      <figcaption class="row spread">
        <span aria-live="polite">
          {details ?? <span class="quiet">Point at a bar or a mark, or walk them with the arrow keys.</span>}
        </span>
        <Legend />
      </figcaption>
    </figure>
  );
}

/** The arrow keys move the focus along the walk. */
function focusNext(event: KeyboardEvent, walk: readonly string[], current: string | undefined): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const next = by && current !== undefined ? walk[walk.indexOf(current) + by] : undefined;
  if (next === undefined) return;
  event.preventDefault();
  (event.currentTarget as Element).querySelector<SVGElement>(`[data-key="${CSS.escape(next)}"]`)?.focus();
}

function Patterns() {
  return (
    <defs>
      <pattern id="backwards" width="10" height="10" patternUnits="userSpaceOnUse">
        <path class="chevron" d="M7 1 3 5l4 4" />
      </pattern>
      <Arrow id="arrow" head="arrow-head" size={7} isFixed />
      <Arrow id="undo-arrow" head="undo-head" size={8} />
    </defs>
  );
}

type ArrowProps = { id: string; head: string; size: number; isFixed?: boolean };

/** The head of a line; a fixed one does not grow with the line's width. */
function Arrow({ head, id, isFixed = false, size }: ArrowProps) {
  return (
    <marker
      id={id}
      viewBox="0 0 8 8"
      refX="7"
      refY="4"
      markerWidth={size}
      markerHeight={size}
      orient="auto"
      {...(isFixed && { markerUnits: "userSpaceOnUse" })}
    >
      <path class={head} d="M0 0 8 4 0 8z" />
    </marker>
  );
}

/** They stay while the picture is moved sideways beneath them. */
function LaneTitles({ timeline: { lanes, height } }: { timeline: Timeline }) {
  return (
    <svg class="titles" width={LABELS} height={AXIS + height} role="presentation">
      {lanes.map(({ name, title, y, height }, index) => (
        <g key={name} transform={`translate(0 ${AXIS + y})`}>
          <rect class={index % 2 ? "lane odd" : "lane"} width={LABELS} height={height} />
          <rect class={`lane-edge ${name}`} width="3" height={height} />
          <text class="lane-title" x="14" y="22">
            {title}
          </text>
        </g>
      ))}
    </svg>
  );
}

function Grid({ timeline: { lanes, ticks, folds, width, height } }: { timeline: Timeline }) {
  return (
    <g>
      {lanes.map(({ name, y, height }, index) => (
        <rect
          key={name}
          class={index % 2 ? "lane odd" : "lane"}
          y={AXIS + y}
          width={EDGE + width}
          height={height}
        />
      ))}
      {ticks.map(({ x, milliseconds }) => (
        <g key={`${x}`} transform={`translate(${EDGE + x} 0)`}>
          <line class="tick" y1={AXIS - 6} y2={AXIS + height} />
          <text class="tick-label" x="5" y={AXIS - 10}>
            {formatOffset(milliseconds)}
          </text>
        </g>
      ))}
      {folds.map(({ x, width, milliseconds }) => (
        <g key={`fold-${x}`} transform={`translate(${EDGE + x} 0)`}>
          <rect class="fold" y={AXIS - 4} width={width} height={height + 4} />
          <path class="fold-edge" d={zigzag(6, AXIS - 4, AXIS + height)} />
          <path class="fold-edge" d={zigzag(width - 6, AXIS - 4, AXIS + height)} />
          <text class="fold-label" x={width / 2} y={AXIS - 10} text-anchor="middle">
            {formatDuration(milliseconds)}
          </text>
          <title>Nothing happened for {formatDuration(milliseconds)}</title>
        </g>
      ))}
    </g>
  );
}

function zigzag(x: number, from: number, to: number): string {
  let path = `M${x} ${from}`;
  for (let y = from, side = 1; y < to; y += 7, side = -side)
    path += ` L${x + side * 2.5} ${Math.min(to, y + 7)}`;
  return path;
}

/** Below all bars, because a failed attempt's words may cover the wait for the next. */
function QueuedLine({ bar: { queuedX, x, y } }: { bar: Bar }) {
  if (x - queuedX <= 1) return null;
  return <rect class="queued" x={queuedX} y={y + BAR_HEIGHT / 2 - 3} width={x - queuedX} height={6} rx="3" />;
}

type Chooses = { isCurrent: boolean; onChoose: (key: string) => void };

function BarShape({ bar, isCurrent, onChoose }: { bar: Bar } & Chooses) {
  const { attempt, x, width, wordsEnd, y, isRunning, isUndo } = bar;
  const isFailed = attempt.outcome !== undefined && attempt.outcome !== "settled";
  const title = barWords(bar);
  const name = barName(attempt);
  const fits = isNamedInside(attempt, width);
  return (
    <g
      class={`bar ${attempt.service} ${isFailed ? "failed" : ""} ${isUndo ? "undo" : ""} ${isRunning ? "running" : ""}`}
      aria-label={title}
      data-key={bar.key}
      tabindex={isCurrent ? 0 : -1}
      onFocus={() => onChoose(bar.key)}
      onMouseEnter={() => onChoose(bar.key)}
    >
      <title>{title}</title>
      <rect class="touch" x={x - 3} y={y - 2} width={wordsEnd - x + 3} height={BAR_HEIGHT + 4} />
      <rect class="run" x={x} y={y} width={width} height={BAR_HEIGHT} rx={Math.min(4, width / 2)} />
      {isUndo && (
        <rect class="backwards" x={x} y={y} width={width} height={BAR_HEIGHT} fill="url(#backwards)" />
      )}
      {isFailed && <path class="failed-cross" d={`M${x + width + 5} ${y + 6}l8 8m0-8l-8 8`} />}
      <text class={fits ? "inside" : "beside"} x={fits ? x + 7 : x + width + (isFailed ? 18 : 5)} y={y + 14}>
        {name}
      </text>
    </g>
  );
}

function MarkShape({ mark, isCurrent, onChoose }: { mark: Mark } & Chooses) {
  const { moment, label, x, y, isUndo } = mark;
  const title = markWords(mark);
  return (
    <g
      class={`mark ${moment.kind} ${isUndo ? "undo" : ""} ${isRefused(moment) ? "refused" : ""}`}
      aria-label={title}
      data-key={mark.key}
      tabindex={isCurrent ? 0 : -1}
      transform={`translate(${x} ${y + 7})`}
      onFocus={() => onChoose(mark.key)}
      onMouseEnter={() => onChoose(mark.key)}
    >
      <title>{title}</title>
      <rect class="touch" x="-7" y="-9" width={18 + label.length * 6.5} height="18" />
      <path class="shape" d={shapes[moment.kind]} />
      <text x="9" y="4">
        {label}
      </text>
    </g>
  );
}

/** The provider or the mailer refused or did not answer. */
const isRefused = (moment: Mark["moment"]) =>
  (moment.kind === "provider" && moment.outcome !== "done") ||
  (moment.kind === "mail" && moment.outcome !== "sent");

const shapes: Record<Mark["moment"]["kind"], string> = {
  event: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0",
  provider: "M0-6 6 0 0 6-6 0z",
  mail: "M-6-4.5H6V4.5H-6zM-6-4.5 0 .5 6-4.5",
  "dead-letter": "M-5-5h10v10h-10zM-2.5-2.5l5 5m0-5l-5 5",
  redrive: "M-5 0a5 5 0 1 1 2 4M-3 4l-3-1 1-3",
  request: "M-5-5 5 0-5 5z",
  schedule: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0M0-3V0l2.5 1.5",
};

/** Causes are drawn below the bars, compensation above them. */
function Links({ links, chosen }: { links: readonly Link[]; chosen: string | undefined }) {
  return (
    <>
      {links.map((link) => (
        <LinkLine key={link.key} link={link} isChosen={chosen === link.from || chosen === link.to} />
      ))}
    </>
  );
}

function LinkLine({ link: { kind, fromX, fromY, toX, toY }, isChosen }: { link: Link; isChosen: boolean }) {
  if (kind === "undoes") {
    const lift = Math.min(44, Math.max(18, Math.abs(fromX - toX) / 8));
    const path = `M${fromX} ${fromY}C${fromX - 30} ${fromY - lift} ${toX + 30} ${toY - lift} ${toX + 7} ${toY - 2}`;
    return <path class="link undoes" d={path} marker-end="url(#undo-arrow)" />;
  }
  // Leaves its event downwards or upwards, and comes to the queue from the left.
  const way = Math.sign(toY - fromY);
  const path = `M${fromX} ${fromY + way * 5}C${fromX} ${(fromY + toY) / 2} ${toX - 26} ${toY} ${toX - 1} ${toY}`;
  return <path class={isChosen ? "link chosen" : "link"} d={path} marker-end="url(#arrow)" />;
}

function Legend() {
  return (
    <span class="legend row quiet">
      <span class="key queued">waited in its queue</span>
      <span class="key run">ran</span>
      <span class="key undo">‹‹ takes back</span>
      <span class="key failed">✕ failed</span>
      <span class="key">◆ money</span>
    </span>
  );
}

function wordsOf({ bars, marks }: Timeline, key: string): string | undefined {
  const bar = bars.find((each) => each.key === key);
  if (bar) return barWords(bar);
  const mark = marks.find((each) => each.key === key);
  return mark && markWords(mark);
}

function barWords({ attempt, queuedMilliseconds }: Bar): string {
  const ran = attempt.endedAt
    ? `ran ${formatDuration(Date.parse(attempt.endedAt) - Date.parse(attempt.at))}`
    : "is running";
  const outcome = attempt.outcome
    ? `, ${attempt.outcome}${attempt.errorName ? ` with ${attempt.errorName}` : ""}`
    : "";
  const says = attempt.says.length > 0 ? `, said ${attempt.says.join(", ")}` : "";
  return `${attempt.reaction} heard ${attempt.eventType}, attempt ${attempt.attempt}: waited ${formatDuration(queuedMilliseconds)}, ${ran}${outcome}${says}`;
}

function markWords({ moment }: Mark): string {
  const at = moment.at.slice(11, 23);
  if (moment.kind === "provider" && moment.amount !== undefined && moment.currency) {
    return `${at} ${labelOf(moment)}, ${formatMoney(moment.amount, moment.currency)}`;
  }
  return `${at} ${labelOf(moment)}`;
}
