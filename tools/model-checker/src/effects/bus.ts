// The bus: what is published is on every queue whose reaction hears it, if its producer has it on record.
import { type EventType, producerOf } from "@order-saga/contracts";
import { PublishError } from "@order-saga/messaging/errors";
import type { Asking } from "../runs.ts";
import { changed, type Outcome, type Place, recordKindOf, type Surroundings } from "./outcome.ts";

type Said = Asking["events"];

export function published(said: Said, place: Place, around: Surroundings): Outcome[] {
  const violations = unrecorded(said, place, around);
  const after = (events: Said, answer: Outcome["answer"]) => {
    const spent = around.spent(place.saga);
    const queued = events.reduce(
      (bits, { type }) => bits | (heard(type, around) & ~spent),
      place.saga.queued,
    );
    const begun = events.reduce((bits, { type }) => bits | (begunBits[type] ?? 0), place.saga.begun);
    return changed(
      place,
      { queued, begun },
      answer,
      `says ${events.map(({ type }) => type).join(", ")}`,
      violations,
    );
  };
  const all = after(said, { key: "taken" });
  if (!around.scope.faults.halfPublished || said.length < 2) return [all];
  const refused = { key: "!refused", throws: new PublishError(["ThrottlingException"]), isFault: true };
  return [all, ...said.map((event) => after([event], refused))];
}

/** Events that only a customer begins, so that no redelivery would say them. */
export const begunBits: { readonly [T in EventType]?: number } = { OrderPlaced: 1, OrderCancelRequested: 2 };

const heard = (type: EventType, { messages }: Surroundings) => messages.heardBy[type] ?? 0;

/** True if nobody hears any of it, so that saying it changes nothing. */
export const isUnheard = (said: Said, around: Surroundings) =>
  said.every(({ type }) => heard(type, around) === 0);

/** A8 and A9: what is said is on its producer's record, in the same words. */
function unrecorded(said: Said, { saga }: Place, { history }: Surroundings): string[] {
  return said.flatMap(({ content, type }) => {
    const kind = recordKindOf[producerOf(type)];
    const recorded = history.recordedEvent(kind, saga[kind], type);
    if (recorded === content) return [];
    return [recorded ? `A8: ${type} is said in other words` : `A9: ${type} is said and not recorded`];
  });
}
