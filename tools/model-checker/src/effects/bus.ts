// The bus: what is published is on every queue whose reaction hears it, if its producer has it on record.
import { type OrderEventType, orderEventTypes } from "@order-saga/contracts";
import { PublishError } from "@order-saga/messaging/errors";
import type { SearchContext } from "../context.ts";
import { recordKindWith } from "../record-kinds.ts";
import type { Asking } from "../runs.ts";
import { changed, type Outcome, type Place } from "./outcome.ts";

type Said = Asking["events"];

export function published(said: Said, place: Place, context: SearchContext): Outcome[] {
  const violations = unrecorded(said, place, context);
  const after = (events: Said, answer: Outcome["answer"]) => {
    const obsolete = context.obsolete(place.saga);
    const queued = events.reduce(
      (bits, { key, type }) => bits | (context.messages.heardBy(type, key) & ~obsolete),
      place.saga.queued,
    );
    const rootsPublished = events.reduce(
      (bits, { type }) => bits | (rootEventBits[type as OrderEventType] ?? 0),
      place.saga.rootsPublished,
    );
    return changed(
      place,
      { queued, rootsPublished },
      answer,
      `says ${events.map(({ key }) => key).join(", ")}`,
      violations,
    );
  };
  const all = after(said, { key: "taken" });
  if (!context.scope.faults.halfPublished || said.length < 2) return [all];
  const refused = { key: "!refused", throws: new PublishError(["ThrottlingException"]), isFault: true };
  return [all, ...said.map((event) => after([event], refused))];
}

/** Root events: only a customer begins them, so no redelivery publishes them again. */
export const rootEventBits: { readonly [T in OrderEventType]?: number } = {
  OrderPlaced: 1,
  OrderCancelRequested: 2,
};

export const rootEvents: readonly OrderEventType[] = orderEventTypes.filter(
  (type) => rootEventBits[type] !== undefined,
);

/** True if no reaction hears any of it: publishing it changes nothing. */
export const isUnheard = (said: Said, { messages }: SearchContext) =>
  said.every(({ type }) => !messages.isHeard(type));

/** A8 and A9: what is said is on its producer's record, in the same words. */
function unrecorded(said: Said, { saga }: Place, { history }: SearchContext): string[] {
  return said.flatMap(({ content, key, type }) => {
    const kind = recordKindWith(type);
    const recorded = history.recordedEvent(kind, saga[kind], key);
    if (recorded === content) return [];
    return [recorded ? `A8: ${type} is said in other words` : `A9: ${type} is said and not recorded`];
  });
}
