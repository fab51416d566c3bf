// Reservations and the counters of their stock, which change in one transaction or not at all.
import type { StockLine } from "@order-saga/contracts";
import type { Move } from "@order-saga/inventory/buckets";
import type { Movement, Reservation } from "@order-saga/inventory/reservation";
import type { BucketRead } from "../bucket-reads.ts";
import type { SearchContext } from "../context.ts";
import { product } from "../product.ts";
import { afterRead, givenTo, isWronglyShort, watchAfter, withShelf } from "../watch.ts";
import type { Saga, Shelf, Stock } from "../world.ts";
import { answered, type Outcome, type Place } from "./outcome.ts";
import { isFirst, save, type Writing, written } from "./records.ts";

/** One of these buckets is read, whichever comes first. */
export function readOf(buckets: readonly number[], place: Place, context: SearchContext): Outcome[] {
  const { run, saga, watch, world } = place;
  return buckets.map((bucket) => {
    const { available = 0 } = world.shelf[bucket] ?? {};
    const given = givenTo(bucket, run, watch);
    const read: BucketRead = { bucket, available, given, buckets: world.shelf.length };
    const key = `${bucket}: ${available}, given ${given}, of ${world.shelf.length}`;
    const outcome = answered(place, { key, gives: () => read, read }, `reads bucket ${key}`);
    return { ...outcome, watch: afterRead(bucket, watch, world, saga, context) };
  });
}

const quantityIn = (lines: readonly StockLine[]) => lines.reduce((sum, { quantity }) => sum + quantity, 0);

const bucketOf = ({ buckets }: Reservation): number => buckets?.[product.sku] ?? 0;

export function reserve(
  place: Place,
  next: Reservation,
  writing: Writing,
  context: SearchContext,
): Outcome[] {
  const quantity = quantityIn(next.lines);
  const bucket = bucketOf(next);
  const { available = 0 } = place.world.shelf[bucket] ?? {};
  const conflict = conflicts(place, context);
  if (place.saga.reservation !== 0)
    return [answered(place, { key: "exists", gives: () => "exists" }, "finds a reservation"), ...conflict];
  if (available < quantity)
    return [answered(place, { key: "short", gives: () => "short" }, "finds the stock short"), ...conflict];
  const taken = changedIn(place.world.shelf, bucket, { available: -quantity, reserved: quantity });
  const at = restocked(place, taken, context);
  const answer = { key: "written", gives: () => "written", version: next.version };
  const what = `reserves stock${bucket > 0 ? ` in bucket ${bucket}` : ""}`;
  const outcome = written(at, writing, answer, what, context);
  if (!context.scope.faults.lostAnswers || place.run.faults > 0) return [outcome, ...conflict];
  const lost = { key: "!exists", gives: () => "exists", isFault: true };
  const told = `${what}, and is told that there is a reservation`;
  return [outcome, { ...outcome, answer: lost, base: place.base, what: told }, ...conflict];
}

/** Units go from buckets into another one, unless it has enough by then. */
export function moveUnits(place: Place, move: Move, context: SearchContext): Outcome[] {
  const conflict = conflicts(place, context);
  const shelf = afterMove(place.world.shelf, move);
  const said = `${move.from.map(({ bucket, quantity }) => `${quantity} of ${bucket}`)} into ${move.into}`;
  if (!shelf)
    return [answered(place, { key: "lost", gives: () => "lost" }, `cannot move ${said}`), ...conflict];
  const at = restocked(place, shelf, context);
  const outcome = answered(at, { key: "moved", gives: () => "written" }, `moves ${said}`);
  if (!context.scope.faults.lostAnswers || place.run.faults > 0) return [outcome, ...conflict];
  const lost = { key: "!lost", gives: () => "lost", isFault: true };
  return [outcome, { ...outcome, answer: lost, what: `${outcome.what}, and is told that not` }, ...conflict];
}

/** Undefined if a condition of the move is not met. */
export function afterMove(shelf: Shelf, { below, from, into }: Move): Shelf | undefined {
  const isThere = from.every(({ bucket, quantity }) => (shelf[bucket]?.available ?? 0) >= quantity);
  if (!isThere || (shelf[into]?.available ?? 0) >= below) return undefined;
  return from.reduce<Shelf>((after, { bucket, quantity }) => {
    const without = changedIn(after, bucket, { available: -quantity });
    return changedIn(without, into, { available: quantity });
  }, shelf);
}

export function move(
  place: Place,
  next: Reservation,
  movement: Movement | undefined,
  writing: Writing,
  context: SearchContext,
): Outcome[] {
  const versionBefore = next.version - 1;
  const write = { ...writing, versionBefore, version: next.version };
  const conflict = conflicts(place, context);
  if (!movement) return [...unlessShort(next, save(place, write, context), place), ...conflict];
  const quantity = quantityIn(movement.lines);
  const { shelf } = place.world;
  const bucket = bucketOf(next);
  if (isFirst(place, versionBefore) && (shelf[bucket]?.[movement.from] ?? 0) < quantity)
    return [
      answered(place, { key: "too late", gives: () => "lost" }, "finds too little to move"),
      ...conflict,
    ];
  const after = changedIn(shelf, bucket, { [movement.from]: -quantity, [movement.to]: quantity });
  // A write that was too late moves nothing.
  const at = isFirst(place, versionBefore) ? restocked(place, after, context) : place;
  return [...save(at, write, context), ...conflict];
}

/** A17: a rejection that is written although there was enough all the time. */
function unlessShort({ state }: Reservation, outcomes: Outcome[], { watch, world }: Place): Outcome[] {
  if (state !== "REJECTED" || !isWronglyShort(watch, world)) return outcomes;
  const violation = "A17: rejected for want of stock, and there was enough all the time";
  return outcomes.map((each) =>
    each.answer.key === "too late" ? each : { ...each, violations: [...each.violations, violation] },
  );
}

function changedIn(shelf: Shelf, bucket: number, by: Partial<Stock>): Shelf {
  return shelf.map((stock, each) => {
    if (each !== bucket) return stock;
    const { available = 0, reserved = 0, sold = 0 } = by;
    return {
      available: stock.available + available,
      reserved: stock.reserved + reserved,
      sold: stock.sold + sold,
    };
  });
}

/** The place once the stock has changed: its own run is told as those that wait are. */
function restocked(place: Place, shelf: Shelf, context: SearchContext): Place {
  const world = withShelf(place.world, shelf, context);
  const watch = watchAfter(place, place.world.shelf, shelf, place.saga, context);
  return { ...place, world, saga: world.sagas[place.index] as Saga, watch };
}

/** Another transaction held an item; nothing was written. */
function conflicts(place: Place, { scope }: SearchContext): Outcome[] {
  if (!scope.faults.conflicts || place.run.faults > 0) return [];
  const answer = { key: "!conflict", gives: () => "conflict", isFault: true };
  return [answered(place, answer, "meets another transaction")];
}
