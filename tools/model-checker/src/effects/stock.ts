// Reservations and the counters of their stock, which change in one transaction or not at all.
import type { StockLine } from "@order-saga/contracts";
import type { Movement, Reservation } from "@order-saga/inventory/reservation";
import type { SearchContext } from "../context.ts";
import { product } from "../shop.ts";
import type { Stock } from "../world.ts";
import { answered, type Outcome, type Place } from "./outcome.ts";
import { isFirst, save, type Writing, written } from "./records.ts";

export function lookedAt(place: Place): Outcome {
  const { available } = place.world.stock;
  const stock = [{ available, given: 0 }];
  const answer = { key: `available ${available}`, gives: () => new Map([[product.sku, stock]]) };
  return answered(place, answer, "looks at the stock");
}

const quantityIn = (lines: readonly StockLine[]) => lines.reduce((sum, { quantity }) => sum + quantity, 0);

export function reserve(
  place: Place,
  next: Reservation,
  writing: Writing,
  context: SearchContext,
): Outcome[] {
  const { stock } = place.world;
  const quantity = quantityIn(next.lines);
  const conflict = conflicts(place, context);
  if (place.saga.reservation !== 0)
    return [answered(place, { key: "exists", gives: () => "exists" }, "finds a reservation"), ...conflict];
  if (stock.available < quantity)
    return [answered(place, { key: "short", gives: () => "short" }, "finds the stock short"), ...conflict];
  const taken = { ...stock, available: stock.available - quantity, reserved: stock.reserved + quantity };
  const at = { ...place, world: { ...place.world, stock: taken } };
  const answer = { key: "written", gives: () => "written", version: next.version };
  const outcome = written(at, writing, answer, "reserves stock", context);
  if (!context.scope.faults.lostAnswers || place.run.faults > 0) return [outcome, ...conflict];
  const lost = { key: "!exists", gives: () => "exists", isFault: true };
  const what = "reserves stock, and is told that there is a reservation";
  return [outcome, { ...outcome, answer: lost, base: place.base, what }, ...conflict];
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
  const quantity = quantityIn(movement?.lines ?? []);
  const { stock } = place.world;
  const conflict = conflicts(place, context);
  if (!movement) return [...save(place, write, context), ...conflict];
  if (isFirst(place, versionBefore) && stock[movement.from] < quantity)
    return [
      answered(place, { key: "too late", gives: () => "lost" }, "finds too little to move"),
      ...conflict,
    ];
  const at = { ...place, world: { ...place.world, stock: moved(stock, movement, quantity) } };
  // A write that was too late moves nothing.
  return [...save(isFirst(place, versionBefore) ? at : place, write, context), ...conflict];
}

function moved(stock: Stock, { from, to }: Movement, quantity: number): Stock {
  const taken = { ...stock, [from]: stock[from] - quantity };
  return { ...taken, [to]: taken[to] + quantity };
}

/** Another transaction held an item; nothing was written. */
function conflicts(place: Place, { scope }: SearchContext): Outcome[] {
  if (!scope.faults.conflicts || place.run.faults > 0) return [];
  const answer = { key: "!conflict", gives: () => "conflict", isFault: true };
  return [answered(place, answer, "meets another transaction")];
}
