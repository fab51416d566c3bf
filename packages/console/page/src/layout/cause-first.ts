// Puts an event before what it caused: the bus tells of an event after it has put it on its queues.
import type { Moment } from "../../../src/wire.ts";

/** Milliseconds; a message that came earlier than this belongs to an earlier sending of the event. */
const MOST_LATE = 1000;

export function causeFirst(moments: readonly Moment[]): Moment[] {
  const dated = moments.map((moment, index) => {
    const first = moment.kind === "event" ? firstArrival(moments.slice(0, index), moment) : undefined;
    return first === undefined ? moment : { ...moment, at: first };
  });
  return dated.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || rank(a) - rank(b));
}

const rank = ({ kind }: Moment) => (kind === "event" ? 0 : kind === "delivered" ? 1 : 2);

/** When the first message with this event came to a queue, if that was before the event was told of. */
function firstArrival(
  before: readonly Moment[],
  { id, at }: Extract<Moment, { kind: "event" }>,
): string | undefined {
  const told = before.findLastIndex((each) => each.kind === "event" && each.id === id);
  return before
    .slice(told + 1)
    .find(
      (each) =>
        each.kind === "delivered" && each.eventId === id && Date.parse(at) - Date.parse(each.at) <= MOST_LATE,
    )?.at;
}
