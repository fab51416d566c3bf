// Time goes on from one moment to the next; after the last, every timer is due whenever time passes.
import { hearProvider } from "@order-saga/payment/service";
import type { SearchContext } from "./context.ts";
import { recordKindOf } from "./record-kinds.ts";
import type { ServiceName } from "./shop.ts";
import type { Step } from "./step.ts";
import type { Saga, UnderWay, World } from "./world.ts";

export function createTime(serviceOf: (name: string) => ServiceName, context: SearchContext) {
  const { interner, messages, moments, runs, scope } = context;
  const last = moments.length - 1;

  function agedRun({ base, run, watch }: UnderWay, now: number): UnderWay {
    const kind = recordKindOf[serviceOf(runs.get(run).begin.name)];
    return { run, base: interner.later(kind, base, now), watch };
  }

  /** A task whose function dies of its timeout comes again: it is not on the queue while it is handled. */
  function tasksOf({ underWay }: Saga): number {
    return underWay.some(({ run }) => runs.get(run).begin.name === hearProvider.name)
      ? messages.taskOf(hearProvider.name)
      : 0;
  }

  /** Every record as it is then; so is what a function holds that is in the middle of something. */
  function aged(saga: Saga, now: number): Saga {
    return {
      ...saga,
      payment: interner.later("payment", saga.payment, now),
      reservation: interner.later("reservation", saga.reservation, now),
      order: interner.later("order", saga.order, now),
      notification: interner.later("notification", saga.notification, now),
      queued: scope.faults.timeouts ? saga.queued | tasksOf(saga) : saga.queued,
      underWay: scope.faults.timeouts ? [] : saga.underWay.map((each) => agedRun(each, now)),
    };
  }

  return function timePasses(world: World, steps: Step[]): void {
    if (last === 0 || world.sagas.every(({ outside, order }) => order === 0 && outside === 0)) return;
    const step = { index: 0, who: undefined, violations: [] };
    const at = (now: number) => world.sagas.map((saga) => aged(saga, now));
    if (world.moment < last) {
      const moment = world.moment + 1;
      const next = { ...world, moment, sagas: at(moments[moment] ?? 0) };
      steps.push({ ...step, kind: "time", world: next, what: `it is minute ${scope.minutes[moment]}` });
      return;
    }
    const kind = scope.watchdog === "at rest" ? "rest" : "time";
    steps.push({
      ...step,
      kind,
      world: {
        ...world,
        sagas: at(Number.POSITIVE_INFINITY),
        provider: world.provider === "down" ? "long down" : world.provider,
      },
      what: "time passes",
    });
  };
}
