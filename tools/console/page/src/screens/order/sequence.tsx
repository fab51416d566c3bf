// The same order as a sequence diagram.
import type { Moment, Topology } from "../../../../src/console-api.ts";
import { layoutSequence } from "../../layout/sequence.ts";
import { isUndoing } from "../../layout/undo.ts";
import { formatOffset } from "../../parts/format.ts";
import { useWidth } from "../../parts/width.ts";
import "./sequence.css";

const arrow = (type: string) => `url(#${isUndoing(type) ? "sequence-undo-arrow" : "sequence-arrow"})`;

export function SequencePicture({ moments, topology }: { moments: readonly Moment[]; topology: Topology }) {
  const { element, width } = useWidth<HTMLDivElement>();
  const { lifelines, messages, height, ...rest } = layoutSequence(moments, topology, Math.max(620, width));
  return (
    <div class="sequence scroll" ref={element}>
      <svg
        width={rest.width}
        height={height}
        role="img"
        aria-label={`${messages.length} events between ${lifelines.length} services; the table says the same in words`}
      >
        <defs>
          <Arrow id="sequence-arrow" />
          <Arrow id="sequence-undo-arrow" />
        </defs>
        {lifelines.map(({ name, x }) => (
          <g key={name} transform={`translate(${x} 0)`}>
            <line class="lifeline" y1="34" y2={height} />
            <rect class={`actor ${name}`} x="-58" y="6" width="116" height="28" rx="6" />
            <text class="actor-name" y="25" text-anchor="middle">
              {name}
            </text>
          </g>
        ))}
        {messages.map(({ key, type, milliseconds, fromX, toX, y, heardBy, isRepeat }) => (
          <g key={key} class={`message ${isUndoing(type) ? "undo" : ""} ${isRepeat ? "repeat" : ""}`}>
            <title>{`${type}, heard by ${heardBy.join(", ") || "no service"}`}</title>
            <text class="time" x="12" y={y + 4}>
              {formatOffset(milliseconds)}
            </text>
            <circle cx={fromX} cy={y} r="4" />
            {toX.map((x) =>
              x === fromX ? (
                <path key={x} d={`M${fromX + 4} ${y - 3}h26v12h-20`} marker-end={arrow(type)} />
              ) : (
                <line
                  key={x}
                  x1={fromX}
                  x2={x + (x > fromX ? -4 : 4)}
                  y1={y}
                  y2={y}
                  marker-end={arrow(type)}
                />
              ),
            )}
            <text x={fromX + 9} y={y - 5}>
              {type}
              {isRepeat ? " again" : ""}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

function Arrow({ id }: { id: string }) {
  return (
    <marker id={id} viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">
      <path d="M0 0 8 4 0 8z" />
    </marker>
  );
}
