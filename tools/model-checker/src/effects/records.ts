// Reading and writing a service's record of an order: every write is conditional on what was read.
import { afterBlindWrite, type BlindWrite } from "@order-saga/orders/blind-write";
import { causesIn } from "../causes.ts";
import type { SearchContext } from "../context.ts";
import { recordKindOf } from "../record-kinds.ts";
import type { Answer, Asking } from "../runs.ts";
import { withSaga } from "../world.ts";
import { answered, type Outcome, type Place } from "./outcome.ts";

/** Each reading has a version of its own, so that a write over anything but the last one fails. */
const BETWEEN_READINGS = 100;

export function read(place: Place, { interner }: SearchContext): Outcome {
  const kind = recordKindOf[place.service];
  const id = place.saga[kind];
  const record = interner.get(kind, id);
  const next = (Math.floor(place.run.version / BETWEEN_READINGS) + 1) * BETWEEN_READINGS;
  const version = record ? next : 0;
  const answer = { key: `read ${id}`, gives: () => record && { ...record, version }, version };
  return { ...answered(place, answer, `reads its ${kind}`), base: id };
}

/** True if the record was not written since the run read or wrote it. */
export function isFirst({ base, run, saga, service }: Place, versionBefore: number): boolean {
  return versionBefore === run.version && base === saga[recordKindOf[service]];
}

/** The contents that are written, and the events in them. */
export type Writing = Pick<Asking, "content" | "causes">;

/** The record is there now, and judged against what it was. */
export function written(
  place: Place,
  { causes, content }: Writing,
  answer: Answer,
  what: string,
  context: SearchContext,
): Outcome {
  const { index, saga, service, watch, world } = place;
  const kind = recordKindOf[service];
  const id = context.interner.later(kind, content, context.moments[world.moment] ?? 0);
  const next = withSaga(world, index, { ...saga, [kind]: id });
  const violations = context.history.violationsOf(kind, saga, id, causes);
  return { answer, world: next, base: id, watch, what, violations };
}

type Write = Writing & { versionBefore: number; version: number };

/** A conditional write: done, too late, or done and reported as too late after a lost answer. */
export function save(place: Place, write: Write, context: SearchContext): Outcome[] {
  const { version, versionBefore } = write;
  const kind = recordKindOf[place.service];
  if (!isFirst(place, versionBefore)) {
    return [answered(place, { key: "too late", gives: () => "lost" }, `is too late to write its ${kind}`)];
  }
  const answer = { key: "written", gives: () => "written", version };
  return withLostAnswer(place, written(place, write, answer, `writes its ${kind}`, context), "lost", context);
}

/** A write without reading first, over the record as it is now. */
export function writeBlind(place: Place, write: BlindWrite, context: SearchContext): Outcome[] {
  const { interner } = context;
  const known = interner.get("order", place.saga.order);
  const next = known && afterBlindWrite(known, write);
  if (!next) return [answered(place, { key: "too late", gives: () => false }, "finds the order otherwise")];
  const writing = { content: interner.idOf("order", next), causes: causesIn(next) };
  const answer = { key: "written blind", gives: () => true };
  return withLostAnswer(place, written(place, writing, answer, "writes its order", context), false, context);
}

/** A write, and the same reported as too late by a client that had lost the answer. */
function withLostAnswer(place: Place, outcome: Outcome, no: unknown, { scope }: SearchContext): Outcome[] {
  if (!scope.faults.lostAnswers || place.run.faults > 0) return [outcome];
  const lost = { key: "!too late", gives: () => no, isFault: true };
  const what = `${outcome.what}, and is told that it was too late`;
  return [outcome, { ...outcome, answer: lost, base: place.base, what }];
}

/** Written if it is not there; what is there then is the answer. */
export function create(place: Place, writing: Writing, given: unknown, context: SearchContext): Outcome {
  const known = context.interner.get("order", place.saga.order);
  if (!known) {
    return written(
      place,
      writing,
      { key: "created", gives: () => given, version: 1 },
      "stores the order",
      context,
    );
  }
  const version = BETWEEN_READINGS;
  const answer = { key: `was there ${place.saga.order}`, gives: () => ({ ...known, version }), version };
  return { ...answered(place, answer, "finds the order stored already"), base: place.saga.order };
}
