// The layout of an order's sequence diagram: events in the bus's order, from producer to hearers.
import type { Moment, ServiceName, Topology } from "../../../src/console-api.ts";

type Lifeline = { name: string; x: number };
type Message = {
  key: string;
  at: string;
  /** Since the first of them. */
  milliseconds: number;
  type: string;
  fromX: number;
  /** One arrow for each service that hears it. */
  toX: number[];
  y: number;
  heardBy: string[];
  isRepeat: boolean;
};
type Sequence = { lifelines: Lifeline[]; messages: Message[]; width: number; height: number };

const TOP = 44;
const ROW = 34;

export function layoutSequence(
  moments: readonly Moment[],
  { reactions, services }: Pick<Topology, "reactions" | "services">,
  width: number,
): Sequence {
  const step = width / services.length;
  const lifelines = services.map(({ name }, index) => ({ name, x: step * (index + 0.5) }));
  const xOf = (service: ServiceName) => lifelines.find(({ name }) => name === service)?.x ?? 0;
  const events = moments.filter((each) => each.kind === "event");
  const messages = events.map((event, index) => {
    const hearers = reactions.filter(({ hears }) => hears.includes(event.type));
    return {
      key: `${event.number}`,
      at: event.at,
      milliseconds: Date.parse(event.at) - Date.parse(events[0]?.at ?? event.at),
      type: event.type,
      fromX: xOf(event.producer),
      toX: [...new Set(hearers.map(({ service }) => xOf(service)))].sort((a, b) => a - b),
      y: TOP + index * ROW + ROW / 2,
      heardBy: hearers.map(({ name }) => name),
      isRepeat: event.isRepeat || event.isReplay,
    };
  });
  return { lifelines, messages, width, height: TOP + messages.length * ROW + 18 };
}
