// What may begin in a state: a delivery, a timer, an event of a service out of scope.
import { reconcilePayments } from "@order-saga/payment/service";
import type { createAdvance } from "./advance.ts";
import type { SearchContext } from "./context.ts";
import type { Place } from "./effects/outcome.ts";
import type { Message } from "./messages.ts";
import { isSaidOutside, outsideEvent, outsideEvents, saidOutside } from "./outside-events.ts";
import { recordKindOf, recordKindWith } from "./record-kinds.ts";
import type { Begin, Run } from "./runs.ts";
import type { ServiceName, Shop } from "./shop.ts";
import type { Step } from "./step.ts";
import { isDown, type Saga, type World, withSaga } from "./world.ts";

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
  function eventOf(saga: Saga, { key, type }: Message) {
    // A task tells nothing but the intent.
    if (!type) return 0;
    const kind = recordKindWith(type);
    const found = history.recordedEvent(kind, saga[kind], key);
    if (found) return found;
    if (isSaidOutside(saga, type)) return interner.idOf("event", outsideEvent(type));
    throw new Error(`${key} is on a queue and its producer has not recorded it.`);
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
    const { bit, reaction, service, type } = message;
    const given = { name: reaction, event: eventOf(saga, message), claim: claimFor(saga, service) };
    // Another task may be sent meanwhile, and must not pass for this one's copy.
    const taken = type ? world : withSaga(world, index, { ...saga, queued: saga.queued & ~bit });
    begin(taken, index, kind, given, steps);
  }

  /** The daily run goes only where it finds what no webhook told: otherwise it changes nothing. */
  function isDue(name: string, service: ServiceName, saga: Saga): boolean {
    if (name === reconcilePayments.name) return interner.get("intent", saga.intent)?.isUnheard === true;
    const kind = recordKindOf[service];
    return interner.isDue(kind, saga[kind]);
  }

  return {
    placeOf,
    begin,
    delivery,

    /** Any message on a queue, in any order; or it is lost for good. */
    deliveries(world: World, index: number, saga: Saga, steps: Step[]): void {
      for (const message of messages.all) {
        if ((saga.queued & message.bit) === 0 || isPutOff(message, world)) continue;
        const isAgain = isUnderWay(saga, (run) => messageOf(run) === message);
        if (!isAgain || faults.twice) delivery(world, index, message, isAgain ? "fault" : "progress", steps);
        if (isAgain || world.losses === 0) continue;
        const without = withSaga(world, index, { ...saga, queued: saga.queued & ~message.bit });
        const lost = { ...without, losses: world.losses - 1 };
        const what = `${message.reaction} never hears ${message.key}`;
        steps.push({ kind: "fault", world: lost, index, who: undefined, what, violations: [] });
      }
    },

    timers(world: World, index: number, saga: Saga, steps: Step[]): void {
      for (const [name, { service }] of schedules) {
        if (!isDue(name, service, saga)) continue;
        const isAgain = isUnderWay(saga, (run) => run.begin.name === name);
        if (!isAgain || faults.twice) begin(world, index, isAgain ? "fault" : "timer", { name }, steps);
      }
    },
  };
}

/** The doorbell of a provider that is down rings again later, until the provider is back. */
const isPutOff = ({ type }: Message, world: World) => type === undefined && isDown(world);

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
      if (!messages.isHeard(type) || [type, ...unless].some((each) => isSaidOutside(saga, each))) continue;
      if (type === "OrderCancelRequested" && (scope.cancels === 0 || !isSaidOutside(saga, "OrderPlaced")))
        continue;
      const queued = saga.queued | messages.heardBy(type, type);
      const next = withSaga(world, index, { ...saga, outside: saidOutside(saga, type), queued });
      const step = { index, who: undefined, what: `orders says ${type}`, violations: [] };
      steps.push({ ...step, kind: "customer", world: next });
    }
  };
}
