// Everything that may happen next in a state: a message, a timer, a customer, a fault, or time.
import { trackOrder } from "@order-saga/orders/service";
import { createBeginnings, shopServiceOf } from "./beginnings.ts";
import type { Surroundings } from "./effects/outcome.ts";
import { createElsewhere } from "./elsewhere.ts";
import { createGoing, type Step } from "./going.ts";
import type { Message } from "./messages.ts";
import type { Run } from "./runs.ts";
import type { Shop } from "./shop.ts";
import { createTime } from "./time.ts";
import { type Saga, type World, withSaga } from "./world.ts";

export function createSteps(shop: Shop, around: Surroundings) {
  const { contents, messages, runs, scope } = around;
  const heard: (Message | undefined | null)[] = [];
  const messageOf = (run: Run): Message | undefined => {
    const known = heard[run.id];
    if (known !== undefined) return known ?? undefined;
    const type = contents.get("event", run.begin.event)?.type;
    const found = type && messages.all.find((each) => each.reaction === run.begin.name && each.type === type);
    heard[run.id] = found ?? null;
    return found;
  };
  const goOn = createGoing(messageOf, around);
  const beginnings = createBeginnings(shop, messageOf, goOn, around);
  const timePasses = createTime((name) => shopServiceOf(shop, name), around);
  const ordersSays = createElsewhere(around);
  const observed = createObserved(around);

  return function stepsFrom(world: World): Step[] {
    const steps: Step[] = [];
    for (const [index, saga] of world.sagas.entries()) {
      const message = observed(saga);
      if (!message) continue;
      beginnings.delivery(world, index, message, "progress", steps);
      return steps.filter(({ kind }) => kind === "progress");
    }
    for (const [index, saga] of world.sagas.entries()) {
      beginnings.requests(world, index, saga, steps);
      ordersSays(world, index, saga, steps);
      beginnings.deliveries(world, index, saga, steps);
      beginnings.timers(world, index, saga, steps);
      goingOn(world, index, saga, steps);
    }
    timePasses(world, steps);
    return steps;
  };

  /** Whoever is in the middle of something goes on, or dies. */
  function goingOn(world: World, index: number, saga: Saga, steps: Step[]): void {
    for (const each of saga.underWay) {
      const run = runs.get(each.run);
      const others = saga.underWay.filter((other) => other !== each);
      const without = withSaga(world, index, { ...saga, underWay: others });
      goOn({ ...beginnings.placeOf(without, index, run, each.base), kind: "progress", what: "" }, steps);
      if (!scope.faults.crashes) continue;
      steps.push({ kind: "fault", world: without, index, who: run, what: "dies", violations: [] });
    }
  }
}

/**
 * A message to orders that is delivered before anything else, because nobody can tell it from a later delivery: what it
 * writes commutes with every other step. Where it does not, it waits as others do: a capture and its refund (whichever
 * comes first decides what is said), and an end that would close the door to a cancellation.
 */
function createObserved({ messages, scope }: Surroundings) {
  const own = messages.all.filter(({ reaction }) => reaction === trackOrder.name);
  const bits = own.reduce((sum, { bit }) => sum | bit, 0);

  return ({ cancelled, queued }: Saga): Message | undefined => {
    if (!scope.eager || (queued & bits) === 0) return undefined;
    const mayCancel = cancelled < scope.cancels;
    return own.find(({ bit, type }) => {
      if ((queued & bit) === 0 || type === "PaymentCaptured" || type === "PaymentRefunded") return false;
      return !(mayCancel && (type === "PaymentDeclined" || type === "PaymentVoided"));
    });
  };
}
