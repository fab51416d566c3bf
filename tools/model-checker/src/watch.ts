// What others do to a hot SKU's stock while an order is being reserved: was there enough, what was given?
import { reserveStock } from "@order-saga/inventory/service";
import type { SearchContext } from "./context.ts";
import type { Run } from "./runs.ts";
import type { Saga, Shelf, World } from "./world.ts";

type Context = Pick<SearchContext, "runs" | "scope">;

/** There was enough for the order all the time since the run began its last look, or the one before. */
const SINCE_LOOK = 1;
const SINCE_LOOK_BEFORE = 2;
/** Units were added to the head since the run has read it; the other buckets' bits follow. */
const GIVEN = 4;

export const availableIn = (shelf: Shelf): number => shelf.reduce((sum, { available }) => sum + available, 0);

const isWatched = ({ begin }: Run, { scope }: Context) =>
  scope.hot !== undefined && begin.name === reserveStock.name;

const isEnough = (shelf: Shelf, { number }: Saga, { scope }: Context) =>
  availableIn(shelf) >= (scope.hot?.quantities[number] ?? 1);

/** As a run begins. */
export function firstWatch(run: Run, { shelf }: World, saga: Saga, context: Context): number {
  return isWatched(run, context) && isEnough(shelf, saga, context) ? SINCE_LOOK | SINCE_LOOK_BEFORE : 0;
}

/** How often units were added to the bucket, as far as runs compare it: by each reading at most once. */
export function givenTo(bucket: number, run: Run, watch: number): number {
  const before = lastGiven(bucket, run);
  return before === undefined ? 0 : before + ((watch & (GIVEN << bucket)) === 0 ? 0 : 1);
}

function lastGiven(bucket: number, run: Run): number | undefined {
  for (let each: Run | undefined = run; each; each = each.before)
    if (each.answer?.read?.bucket === bucket) return each.answer.read.given;
  return undefined;
}

/** After the run has read a bucket; each look begins with the head. */
export function afterRead(bucket: number, watch: number, world: World, saga: Saga, context: Context): number {
  if (context.scope.hot === undefined) return watch;
  const known = watch & ~(GIVEN << bucket);
  if (bucket > 0) return known;
  const looks = (watch & SINCE_LOOK) === 0 ? 0 : SINCE_LOOK_BEFORE;
  const now = isEnough(world.shelf, saga, context) ? SINCE_LOOK : 0;
  return (known & ~(SINCE_LOOK | SINCE_LOOK_BEFORE)) | looks | now;
}

/** A17: there was enough all the time from the first of two looks on, of a single item from the only one. */
export function isWronglyShort(watch: number, { shelf }: World): boolean {
  return (watch & (shelf.length > 1 ? SINCE_LOOK_BEFORE : SINCE_LOOK)) !== 0;
}

/** A run's watch after the stock has changed. */
export function watchAfter(
  { run, watch }: { run: Run; watch: number },
  before: Shelf,
  after: Shelf,
  saga: Saga,
  context: Context,
): number {
  if (!isWatched(run, context)) return watch;
  const kept = isEnough(after, saga, context) ? watch : watch & ~(SINCE_LOOK | SINCE_LOOK_BEFORE);
  return after.reduce((bits, { available }, bucket) => {
    const isGiven = available > (before[bucket]?.available ?? 0) && lastGiven(bucket, run) !== undefined;
    return isGiven ? bits | (GIVEN << bucket) : bits;
  }, kept);
}

/** The world with this stock; every run that waits is told of the change. */
export function withShelf(world: World, shelf: Shelf, context: Context): World {
  const sagas = world.sagas.map((saga) => ({
    ...saga,
    underWay: saga.underWay.map((each) => {
      const waiting = { run: context.runs.get(each.run), watch: each.watch };
      return { ...each, watch: watchAfter(waiting, world.shelf, shelf, saga, context) };
    }),
  }));
  return { ...world, shelf, sagas };
}
