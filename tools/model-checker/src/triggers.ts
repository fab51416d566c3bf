// What may begin in a state: a delivery, a timer, a customer's request, an event of a service out of scope.
import type { EventType } from "@order-saga/contracts";
import { anEvent } from "@order-saga/messaging/testing";
import type { createAdvance } from "./advance.ts";
import type { SearchContext } from "./context.ts";
import type { Place } from "./effects/outcome.ts";
import type { Message } from "./messages.ts";
import { isSaidOutside, outsideEvents, saidOutside } from "./outside-events.ts";
import { recordKindOf, recordKindWith } from "./record-kinds.ts";
import type { Begin, Run } from "./runs.ts";
import type { ServiceName, Shop } from "./shop.ts";
import type { Step } from "./step.ts";
import { type Saga, type World, withSaga } from "./world.ts";

type Given = Omit<Begin, "moment" | "event" | "claim"> & Partial<Pick<Begin, "event" | "claim">>;

export type Triggers = ReturnType<typeof createTriggers>;

export function createTriggers(
  shop: Shop,
  messageOf: (run: Run) => Message | undefined,
  advance: ReturnType<typeof createAdvance>,
  context: SearchContext,
) {
  const { interner, history, messages, runs, scope } = context;
  const { faults, services } = scope;
  const schedules = Object.entries(shop.schedules).filter(([, { service }]) => services.includes(service));

  function placeOf(world: World, index: number, run: Run, base = 0): Place {
    const service = shopServiceOf(shop, run.begin.name);
    return { world, index, saga: world.sagas[index] as Saga, run, base, service };
  }

  function begin(world: World, index: number, kind: Step["kind"], given: Given, steps: Step[]): void {
    const run = runs.begin({ event: 0, claim: "", ...given, moment: world.moment });
    advance({ ...placeOf(world, index, run), kind, what: "" }, steps);
  }

  const isUnderWay = (saga: Saga, is: (run: Run) => boolean) =>
    saga.underWay.some(({ run }) => is(runs.get(run)));

  /** A message's body is the recorded event: the same id always has the same bytes. */
  function eventOf(saga: Saga, type: EventType) {
    const kind = recordKindWith(type);
    const found = history.recordedEvent(kind, saga[kind], type);
    if (found) return found;
    if (isSaidOutside(saga, type)) return interner.idOf("event", anEvent(type));
    throw new Error(`${type} is on a queue and its producer has not recorded it.`);
  }

  /** A name that no delivery under way has, and that is not recorded. */
  function claimFor(saga: Saga, service: ServiceName): string {
    if (service !== "notification") return "";
    const record = JSON.stringify(interner.get("notification", saga.notification) ?? {});
    for (let number = 1; ; number++) {
      const claim = `claim-${number}`;
      const isTaken = isUnderWay(saga, (run) => run.begin.claim === claim);
      if (!isTaken && !record.includes(`"${claim}"`)) return claim;
    }
  }

  function delivery(world: World, index: number, message: Message, kind: Step["kind"], steps: Step[]): void {
    const saga = world.sagas[index] as Saga;
    const { reaction, service, type } = message;
    const given = { name: reaction, event: eventOf(saga, type), claim: claimFor(saga, service) };
    begin(world, index, kind, given, steps);
  }

  return {
    placeOf,
    delivery,

    /** The customer places the order or asks to cancel it, as often as the scope allows. */
    requests(world: World, index: number, saga: Saga, steps: Step[]): void {
      if (!services.includes("orders")) return;
      if (saga.placed < scope.places) {
        const asked = withSaga(world, index, { ...saga, placed: saga.placed + 1 });
        begin(asked, index, "customer", { name: "place-order" }, steps);
      }
      if (saga.order !== 0 && saga.cancelled < scope.cancels) {
        const asked = withSaga(world, index, { ...saga, cancelled: saga.cancelled + 1 });
        begin(asked, index, "customer", { name: "cancel-order" }, steps);
      }
    },

    /** Any message on a queue, in any order; or it is lost for good. */
    deliveries(world: World, index: number, saga: Saga, steps: Step[]): void {
      for (const message of messages.all) {
        if ((saga.queued & message.bit) === 0) continue;
        const isAgain = isUnderWay(saga, (run) => messageOf(run) === message);
        if (!isAgain || faults.twice) delivery(world, index, message, isAgain ? "fault" : "progress", steps);
        if (isAgain || world.losses === 0) continue;
        const without = withSaga(world, index, { ...saga, queued: saga.queued & ~message.bit });
        const lost = { ...without, losses: world.losses - 1 };
        const what = `${message.reaction} never hears ${message.type}`;
        steps.push({ kind: "fault", world: lost, index, who: undefined, what, violations: [] });
      }
    },

    timers(world: World, index: number, saga: Saga, steps: Step[]): void {
      for (const [name, { service }] of schedules) {
        const kind = recordKindOf[service];
        if (!interner.isDue(kind, saga[kind])) continue;
        const isAgain = isUnderWay(saga, (run) => run.begin.name === name);
        if (!isAgain || faults.twice) begin(world, index, isAgain ? "fault" : "timer", { name }, steps);
      }
    },
  };
}

/** The service a function belongs to. */
export function shopServiceOf(shop: Shop, name: string): ServiceName {
  const found = shop.reactions[name] ?? shop.schedules[name] ?? shop.routes[name];
  if (!found) throw new Error(`There is no function ${name}.`);
  return found.service;
}

/** In a scope without orders: orders publishes an event. */
export function createOutsidePublications({ messages, scope }: SearchContext) {
  const isSearched = scope.services.includes("orders");

  return (world: World, index: number, saga: Saga, steps: Step[]): void => {
    if (isSearched) return;
    for (const { type, unless } of outsideEvents) {
      if ([type, ...unless].some((each) => isSaidOutside(saga, each))) continue;
      const queued = saga.queued | (messages.heardBy[type] ?? 0);
      const next = withSaga(world, index, { ...saga, outside: saidOutside(saga, type), queued });
      const step = { index, who: undefined, what: `orders says ${type}`, violations: [] };
      steps.push({ ...step, kind: "customer", world: next });
    }
  };
}
