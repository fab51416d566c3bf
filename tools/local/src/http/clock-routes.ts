// The runtime's clock over HTTP: what time it is, and forward to another; never back.
import type { Hono } from "hono";
import * as z from "zod";
import { bodyOf } from "./body.ts";
import { problemResponse } from "./local-app.ts";

/** What the routes need of the runtime; times are in milliseconds. */
export type MovableClock = {
  now(): number;
  /** How far it was moved ahead of the machine's. */
  clockAhead(): number;
  advanceClock(milliseconds: number): Promise<void>;
  /** Resolves when all that is due has run, and what came of it; or when its patience is over. */
  whenRested(patienceMilliseconds: number): Promise<void>;
};

/** A call that is under way would run out of its time when the clock moves. */
const PATIENCE_BEFORE_MILLISECONDS = 10_000;
/** Every function ends or times out sooner, and what it caused as well, unless that causes more for ever. */
const PATIENCE_AFTER_MILLISECONDS = 60_000;

/** Far beyond the longest retention of a queue, fourteen days: a longer jump is a mistake. */
const FURTHEST_MILLISECONDS = 90 * 24 * 3600_000;

const MoveClock = z.union(
  [z.strictObject({ advanceSeconds: z.number() }), z.strictObject({ to: z.iso.datetime({ offset: true }) })],
  { error: "Send { advanceSeconds } or { to }, a moment in ISO 8601." },
);

export function mountClockRoutes(app: Hono, clock: MovableClock): void {
  const reading = () => ({
    now: new Date(clock.now()).toISOString(),
    aheadSeconds: clock.clockAhead() / 1000,
  });

  app.get("/__local/clock", (context) => context.json(reading()));

  app.post("/__local/clock", async (context) => {
    const given = await bodyOf(context.req.raw, MoveClock);
    if ("problem" in given) return given.problem;
    const { body } = given;
    await clock.whenRested(PATIENCE_BEFORE_MILLISECONDS);
    const milliseconds = "to" in body ? Date.parse(body.to) - clock.now() : body.advanceSeconds * 1000;
    if (milliseconds < 0)
      return problemResponse(
        409,
        "clock-backwards",
        "The clock never goes back.",
        {},
        { detail: `It is ${reading().now}.` },
      );
    if (milliseconds > FURTHEST_MILLISECONDS)
      return problemResponse(400, "clock-too-far", "The clock moves at most 90 days at once.");
    await clock.advanceClock(milliseconds);
    await clock.whenRested(PATIENCE_AFTER_MILLISECONDS);
    return context.json(reading());
  });
}
