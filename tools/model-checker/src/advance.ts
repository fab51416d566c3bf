// Advances a run by one effect, and by every call after it that no other function can observe.
import type { SearchContext } from "./context.ts";
import { isReading, isUnseen, outcomesOf } from "./effects/index.ts";
import type { Place } from "./effects/outcome.ts";
import type { Message } from "./messages.ts";
import type { Run } from "./runs.ts";
import type { Step } from "./step.ts";
import { type World, withSaga } from "./world.ts";

/** A run that a step of this kind advances, with what it has done in the step so far. */
export type Advance = Place & { kind: Step["kind"]; what: string };

const none: readonly string[] = [];

export function createAdvance(messageOf: (run: Run) => Message | undefined, context: SearchContext) {
  const { runs, scope } = context;

  /** Every way in which the run may go on until others may act again, or until it has ended. */
  return function advance(at: Advance, steps: Step[]): void {
    const state = runs.stateOf(at.run);
    if ("ends" in state) {
      end(at, steps);
      return;
    }
    for (const outcome of outcomesOf(state, at, context)) {
      const { answer, base, violations, watch, world } = outcome;
      // A write that is too late changes nothing, so it counts as a read.
      const isOneStep = scope.grain === "effect" && (isReading(state) || answer.key === "too late");
      const run = runs.after(at.run, answer, world.moment);
      const kind = answer.isFault ? "fault" : at.kind;
      const what = at.what ? `${at.what}; ${outcome.what}` : outcome.what;
      const { index } = at;
      if (violations.length > 0) {
        steps.push({ kind, world, index, who: run, what, violations });
        continue;
      }
      const next = { ...at, run, world, saga: world.sagas[index] ?? at.saga, base, watch, kind, what };
      if (isOneStep || isUnseen(state, context)) advance(next, steps);
      else wait(next, steps);
    }
  };

  /** The run has its answer; it goes on when it is its turn again, unless it has ended by it. */
  function wait(at: Advance, steps: Step[]): void {
    const state = runs.stateOf(at.run);
    if ("ends" in state) {
      end(at, steps);
      return;
    }
    if (isUnseen(state, context)) {
      for (const { answer } of outcomesOf(state, at, context))
        wait({ ...at, run: runs.after(at.run, answer, at.world.moment) }, steps);
      return;
    }
    const { base, index, kind, run, saga, watch, what, world } = at;
    const concurrency = world.sagas.reduce((sum, { underWay }) => sum + underWay.length, 0);
    if (concurrency >= scope.concurrency) return;
    const next = withSaga(world, index, {
      ...saga,
      underWay: [...saga.underWay, { run: run.id, base, watch }],
    });
    steps.push({ kind, world: next, index, who: run, what, violations: none });
  }

  /** A message that was handled is acknowledged, unless the acknowledgement is lost. */
  function end({ index, kind, run, saga, what, world }: Advance, steps: Step[]): void {
    const state = runs.stateOf(run);
    if (!("ends" in state)) return;
    const { ends } = state;
    const step = { index, who: run, violations: none };
    if (ends.is === "again") {
      const violations = isMistake(ends.because) ? [`a ${ends.because} in ${run.begin.name}`] : none;
      const given = queuing(saga.queued | (messageOf(run)?.bit ?? 0));
      steps.push({ ...step, kind, world: given, what: `${what}; fails: ${ends.because}`, violations });
      return;
    }
    const message = messageOf(run);
    // A task was taken from its queue when it was begun.
    const acknowledged = message?.type ? saga.queued & ~message.bit : saga.queued;
    steps.push({ ...step, kind, world: queuing(acknowledged), what: `${what}; done` });
    if (!message || !scope.faults.acknowledgementsLost) return;
    const again = queuing((saga.queued | message.bit) & ~context.obsolete(saga));
    steps.push({ ...step, kind: "fault", world: again, what: `${what}; done, but its message comes again` });

    function queuing(queued: number): World {
      return queued === saga.queued ? world : withSaga(world, index, { ...saga, queued });
    }
  }
}

/** Errors that a program makes, not the world. */
const isMistake = (name: string) =>
  name === "TypeError" || name === "ReferenceError" || name === "RangeError";
