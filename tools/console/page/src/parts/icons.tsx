// Icons as strokes in the colour of the text; a word always stands beside one.
import type { ComponentChildren } from "preact";

const paths = {
  check: "M3 8.5 6.5 12 13 4.5",
  cross: "M4 4l8 8M12 4l-8 8",
  warning: "M8 2.5 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.2",
  clock: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M8 4.8V8l2.4 1.6",
  dot: "M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5",
  undo: "M6 4 2.8 7.2 6 10.4M3 7.2h6.6a3.4 3.4 0 0 1 0 6.8H7",
  play: "M5 3.2v9.6L13 8z",
  mail: "M2 4h12v8.4H2zM2 4.4l6 4.4 6-4.4",
  money: "M2 4.5h12v7H2zM8 6.4a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2",
  flow: "M2.5 3.5h4v3h-4zM9.5 9.5h4v3h-4zM4.5 6.5V11h5",
  shop: "M3 6h10l-1 7.5H4zM5.5 6V4.8a2.5 2.5 0 0 1 5 0V6",
  list: "M3 4.5h10M3 8h10M3 11.5h10",
  queue: "M2.5 4h4v8h-4zM9 5.5h4.5M9 8h4.5M9 10.5h4.5",
  letter: "M3 3h10v10H3zM5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8",
  event: "M8 2v4M8 10v4M2 8h4M10 8h4M8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6",
  fault: "M9 1.8 3.5 9H8l-1 5.2L12.5 7H8z",
  book: "M3 2.8h7.5A2.5 2.5 0 0 1 13 5.3v8H5.5A2.5 2.5 0 0 1 3 10.8zM5.5 6h5M5.5 8.8h5",
  api: "M5.5 4 2 8l3.5 4M10.5 4 14 8l-3.5 4",
  grid: "M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z",
  upload: "M8 10.5V2.8M4.8 6 8 2.8 11.2 6M2.5 10v3.2h11V10",
  told: "M3 6.2v3.6h2.2L11 13V3L5.2 6.2zM13 6.4a2.4 2.4 0 0 1 0 3.2",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.4 10.4 14 14",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}

export type Tone = "ok" | "warn" | "bad" | "idle" | "busy" | "undo";

const icons: Record<Tone, IconName> = {
  ok: "check",
  warn: "warning",
  bad: "cross",
  idle: "dot",
  busy: "clock",
  undo: "undo",
};

/** An icon and a word; the colour only repeats what they say. */
export function Badge({
  tone,
  icon,
  children,
}: {
  tone: Tone;
  icon?: IconName;
  children: ComponentChildren;
}) {
  return (
    <span class={`badge ${tone}`}>
      <Icon name={icon ?? icons[tone]} />
      {children}
    </span>
  );
}
