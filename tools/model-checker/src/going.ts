// Carries a function on from where it waits: one effect, and whatever nobody else can tell from no step at all.
import { isReading, isUnseen, outcomesOf } from "./effects/index.ts";
import type { Place, Surroundings } from "./effects/outcome.ts";
import type { Message } from "./messages.ts";
import type { Run } from "./runs.ts";
import { type World, withSaga } from "./world.ts";

export type Step = {
  /**
   * `progress` happens by itself; a `timer` that is due, when nothing else does; `time` passes when no timer is due, and
   * for good (`rest`) when nothing at all is left. Faults and customers may never come.
   */
  kind: "progress" | "timer" | "time" | "rest" | "fault" | "customer";
  world: World;
  /** The order it is about. */
  index: number;
  who: Run | undefined;
  what: string;
  violations: readonly string[];
};

/** A run that is being carried on, by a step of a kind, with what it has done in this step so far. */
export type Going = Place & { kind: Step["kind"]; what: string };

const none: readonly string[] = [];

export function createGoing(messageOf: (run: Run) => Message | undefined, around: Surroundings) {
  const { runs, scope } = around;

  /** Every way in which the run may go on until others may act again, or until it has ended. */
  return function goOn(going: Going, steps: Step[]): void {
    const standing = runs.standing(going.run);
    if ("ends" in standing) {
      end(going, steps);
      return;
    }
    for (const outcome of outcomesOf(standing, going, around)) {
      const { answer, base, violations, world } = outcome;
      // A write that is too late has only read that somebody was there before.
      const isOneStep = scope.grain === "effect" && (isReading(standing) || answer.key === "too late");
      const run = runs.after(going.run, answer, world.moment);
      const kind = answer.isFault ? "fault" : going.kind;
      const what = going.what ? `${going.what}; ${outcome.what}` : outcome.what;
      const { index } = going;
      if (violations.length > 0) {
        steps.push({ kind, world, index, who: run, what, violations });
        continue;
      }
      const next = { ...going, run, world, saga: world.sagas[index] ?? going.saga, base, kind, what };
      if (isOneStep || isUnseen(standing, around)) goOn(next, steps);
      else wait(next, steps);
    }
  };

  /** The run has its answer; it goes on when it is its turn again, unless it has ended by it. */
  function wait(going: Going, steps: Step[]): void {
    const standing = runs.standing(going.run);
    if ("ends" in standing) {
      end(going, steps);
      return;
    }
    if (isUnseen(standing, around)) {
      for (const { answer } of outcomesOf(standing, going, around))
        wait({ ...going, run: runs.after(going.run, answer, going.world.moment) }, steps);
      return;
    }
    const { base, index, kind, run, saga, what, world } = going;
    const hands = world.sagas.reduce((sum, { underWay }) => sum + underWay.length, 0);
    if (hands >= scope.hands) return;
    const next = withSaga(world, index, { ...saga, underWay: [...saga.underWay, { run: run.id, base }] });
    steps.push({ kind, world: next, index, who: run, what, violations: none });
  }

  /** A message that was handled is acknowledged, unless the acknowledgement is lost. */
  function end({ index, kind, run, saga, what, world }: Going, steps: Step[]): void {
    const standing = runs.standing(run);
    if (!("ends" in standing)) return;
    const { ends } = standing;
    const step = { index, who: run, violations: none };
    if (ends.is === "again") {
      const violations = isMistake(ends.because) ? [`a ${ends.because} in ${run.begin.name}`] : none;
      steps.push({ ...step, kind, world, what: `${what}; fails: ${ends.because}`, violations });
      return;
    }
    const message = messageOf(run);
    const acknowledged = message ? saga.queued & ~message.bit : saga.queued;
    steps.push({ ...step, kind, world: queuing(acknowledged), what: `${what}; done` });
    if (!message || !scope.faults.acknowledgementsLost) return;
    const again = queuing(saga.queued & ~around.spent(saga));
    steps.push({ ...step, kind: "fault", world: again, what: `${what}; done, but its message comes again` });

    function queuing(queued: number): World {
      return queued === saga.queued ? world : withSaga(world, index, { ...saga, queued });
    }
  }
}

/** Errors that a program makes, not the world. */
const isMistake = (name: string) =>
  name === "TypeError" || name === "ReferenceError" || name === "RangeError";
