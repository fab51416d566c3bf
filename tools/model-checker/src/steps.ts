// Everything that may happen next in a state: a message, a timer, a customer, a fault, or time.

import { type EventType, entryOf } from "@order-saga/contracts";
import { trackOrder } from "@order-saga/orders/service";
import { createAdvance } from "./advance.ts";
import type { SearchContext } from "./context.ts";
import { createHands } from "./hands.ts";
import { keyOf, type Message, TASK } from "./messages.ts";
import { createRequests } from "./requests.ts";
import type { Run } from "./runs.ts";
import { createShelves } from "./shelves.ts";
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
    const event = interner.get("event", run.begin.event);
    const key = event ? keyOf(event.type, entryOf(event)) : TASK;
    const found = messages.of(run.begin.name).find((each) => each.key === key);
    heard[run.id] = found ?? null;
    return found;
  };
  const advance = createAdvance(messageOf, context);
  const triggers = createTriggers(shop, messageOf, advance, context);
  const timePasses = createTime((name) => shopServiceOf(shop, name), context);
  const requests = createRequests(triggers, context);
  const ordersSays = createOutsidePublications(context);
  const handsAct = createHands(context);
  const othersMove = createShelves(context);
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
      requests(world, index, saga, steps);
      ordersSays(world, index, saga, steps);
      triggers.deliveries(world, index, saga, steps);
      triggers.timers(world, index, saga, steps);
      goingOn(world, index, saga, steps);
      handsAct(world, index, saga, steps);
    }
    othersMove(world, steps);
    providerTurns(world, steps);
    return steps;
  };

  /** It goes down at any moment, and comes back when nothing is left to do without it. */
  function providerTurns(world: World, steps: Step[]): void {
    const step = { index: 0, who: undefined, violations: [] };
    if (scope.outage && world.provider === "up") {
      const down = { ...world, provider: "down" as const };
      steps.push({ ...step, kind: "fault", world: down, what: "the provider goes down" });
    }
    if (world.provider !== "long down") timePasses(world, steps);
    else {
      const back = { ...world, provider: "back" as const };
      steps.push({ ...step, kind: "rest", world: back, what: "the provider is back" });
    }
  }

  /** Each running function goes on, or dies. */
  function goingOn(world: World, index: number, saga: Saga, steps: Step[]): void {
    for (const each of saga.underWay) {
      const run = runs.get(each.run);
      const others = saga.underWay.filter((other) => other !== each);
      const without = withSaga(world, index, { ...saga, underWay: others });
      const message = messageOf(run);
      const queued = saga.queued | (message?.bit ?? 0);
      advance({ ...triggers.placeOf(without, index, run, each), kind: "progress", what: "" }, steps);
      if (!scope.faults.crashes) continue;
      const died = withSaga(world, index, { ...saga, queued, underWay: others });
      steps.push({ kind: "fault", world: died, index, who: run, what: "dies", violations: [] });
    }
  }
}

/**
 * Partial-order reduction: a message to orders is delivered before anything else if its write commutes with
 * every other step. Two kinds do not commute and wait as others do: a capture and its refund (the first one
 * decides what orders publishes), and an end after which the order can no longer be cancelled.
 */
function createCommuting({ messages, scope }: SearchContext) {
  return ({ cancelled, queued }: Saga): Message | undefined => {
    if (!scope.eager || queued === 0) return undefined;
    const mayCancel = cancelled < scope.cancels;
    return messages
      .of(trackOrder.name)
      .find(
        ({ bit, type = "OrderPlaced" }) =>
          (queued & bit) !== 0 && !ofCapture.includes(type) && !(mayCancel && ofAbort.includes(type)),
      );
  };
}

const ofCapture: readonly EventType[] = ["PaymentCaptured", "PaymentRefunded", "RefundFailed"];
const ofAbort: readonly EventType[] = ["PaymentDeclined", "PaymentAborted", "PaymentVoided"];
