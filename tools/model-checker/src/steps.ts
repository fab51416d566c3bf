// Everything that may happen next in a state: a message, a timer, a customer, a fault, or time.
import { trackOrder } from "@order-saga/orders/service";
import { createAdvance } from "./advance.ts";
import type { SearchContext } from "./context.ts";
import type { Message } from "./messages.ts";
import type { Run } from "./runs.ts";
import type { Shop } from "./shop.ts";
import type { Step } from "./step.ts";
import { createTime } from "./time.ts";
import { createOutsidePublications, createTriggers, shopServiceOf } from "./triggers.ts";
import { type Saga, type World, withSaga } from "./world.ts";

export function createSteps(shop: Shop, context: SearchContext) {
  const { interner, messages, runs, scope } = context;
  const heard: (Message | undefined | null)[] = [];
  const messageOf = (run: Run): Message | undefined => {
    const known = heard[run.id];
    if (known !== undefined) return known ?? undefined;
    const type = interner.get("event", run.begin.event)?.type;
    const found = type && messages.all.find((each) => each.reaction === run.begin.name && each.type === type);
    heard[run.id] = found ?? null;
    return found;
  };
  const advance = createAdvance(messageOf, context);
  const triggers = createTriggers(shop, messageOf, advance, context);
  const timePasses = createTime((name) => shopServiceOf(shop, name), context);
  const ordersSays = createOutsidePublications(context);
  const commuting = createCommuting(context);

  return function stepsFrom(world: World): Step[] {
    const steps: Step[] = [];
    for (const [index, saga] of world.sagas.entries()) {
      const message = commuting(saga);
      if (!message) continue;
      triggers.delivery(world, index, message, "progress", steps);
      return steps.filter(({ kind }) => kind === "progress");
    }
    for (const [index, saga] of world.sagas.entries()) {
      triggers.requests(world, index, saga, steps);
      ordersSays(world, index, saga, steps);
      triggers.deliveries(world, index, saga, steps);
      triggers.timers(world, index, saga, steps);
      goingOn(world, index, saga, steps);
    }
    timePasses(world, steps);
    return steps;
  };

  /** Each running function goes on, or dies. */
  function goingOn(world: World, index: number, saga: Saga, steps: Step[]): void {
    for (const each of saga.underWay) {
      const run = runs.get(each.run);
      const others = saga.underWay.filter((other) => other !== each);
      const without = withSaga(world, index, { ...saga, underWay: others });
      advance({ ...triggers.placeOf(without, index, run, each.base), kind: "progress", what: "" }, steps);
      if (!scope.faults.crashes) continue;
      steps.push({ kind: "fault", world: without, index, who: run, what: "dies", violations: [] });
    }
  }
}

/**
 * Partial-order reduction: a message to orders is delivered before anything else if its write commutes with
 * every other step. Two kinds do not commute and wait as others do: a capture and its refund (the first one
 * decides what orders publishes), and an end after which the order can no longer be cancelled.
 */
function createCommuting({ messages, scope }: SearchContext) {
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
