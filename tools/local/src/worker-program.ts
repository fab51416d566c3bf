// A worker in a process of its own that begins with the laptop's clock, however far that was moved.
import { everyReaction } from "@order-saga/worker/known";
import { run } from "@order-saga/worker/run";
import { createClockOffset, followClock } from "./clock.ts";

followClock(createClockOffset(Number(process.env.CLOCK_AHEAD_MILLISECONDS ?? 0)));
await run(everyReaction, process.argv.slice(2));
