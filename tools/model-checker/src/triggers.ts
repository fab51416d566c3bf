// What may begin in a state: a delivery, a timer, an event of a service out of scope.
import { type EventType, producerOf } from "@order-saga/contracts";
import { reserveStock } from "@order-saga/inventory/service";
import { reconcilePayments } from "@order-saga/payment/service";
import type { createAdvance } from "./advance.ts";
import type { SearchContext } from "./context.ts";
import type { Place } from "./effects/outcome.ts";
import type { Message } from "./messages.ts";
import { isSaidOutside, mayCome, outsideEvent, outsideEvents, saidOutside } from "./outside-events.ts";
import { recordKindOf, recordKindWith } from "./record-kinds.ts";
import type { Begin, Run } from "./runs.ts";
import type { ServiceName, Shop } from "./shop.ts";
import type { Step } from "./step.ts";
import { firstWatch } from "./watch.ts";
import { isDown, type Saga, type UnderWay, type World, withSaga } from "./world.ts";

type Given = Pick<Begin, "name"> & Partial<Omit<Begin, "name" | "moment">>;

const neverLooked: Begin["sighting"] = [];
/** What a run holds as it begins. */
const nothingHeld: Pick<UnderWay, "base"> & Partial<UnderWay> = { base: 0 };

export type Triggers = ReturnType<typeof createTriggers>;

export function createTriggers(
  shop: Shop,
  messageOf: (run: Run) => Message | undefined,
  advance: ReturnType<typeof createAdvance>,
  context: SearchContext,
) {
  const { interner, messages, runs, scope } = context;
  const { faults, services } = scope;
  const schedules = Object.entries(shop.schedules).filter(([, { service }]) => services.includes(service));

  function placeOf(world: World, index: number, run: Run, { base, watch } = nothingHeld): Place {
    const service = shopServiceOf(shop, run.begin.name);
    const saga = world.sagas[index] as Saga;
    return { world, index, saga, run, base, watch: watch ?? firstWatch(run, world, saga, context), service };
  }

  function begin(world: World, index: number, kind: Step["kind"], given: Given, steps: Step[]): void {
    const run = runs.begin({ event: 0, claim: "", sighting: neverLooked, ...given, moment: world.moment });
    advance({ ...placeOf(world, index, run), kind, what: "" }, steps);
  }

  const isUnderWay = (saga: Saga, is: (run: Run) => boolean) =>
    saga.underWay.some(({ run }) => is(runs.get(run)));

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
    const given = { name: reaction, event: eventOf(saga, message, context), claim: claimFor(saga, service) };
    // Another task may be sent meanwhile, and must not pass for this one's copy.
    const taken = type ? world : withSaga(world, index, { ...saga, queued: saga.queued & ~bit });
    begin(taken, index, kind, given, steps);
    for (const sighting of guessesOf(reaction, scope))
      begin(taken, index, "fault", { ...given, sighting }, steps);
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

/** A message's body is the recorded event: the same id always has the same bytes. */
function eventOf(saga: Saga, { key, type }: Message, { history, interner, scope }: SearchContext) {
  // A task tells nothing but the intent.
  if (!type) return 0;
  const kind = recordKindWith(type);
  const found = history.recordedEvent(kind, saga[kind], key);
  if (found) return found;
  if (isSaidOutside(saga, type)) return interner.idOf("event", outsideEvent(type, saga, scope));
  throw new Error(`${key} is on a queue and its producer has not recorded it.`);
}

/** What a process that reserves stock may believe of it. */
const guessesOf = (reaction: string, { hot }: SearchContext["scope"]) =>
  reaction === reserveStock.name ? (hot?.sightings ?? []) : [];

/** The doorbell of a provider that is down rings again later, until the provider is back. */
const isPutOff = ({ type }: Message, world: World) => type === undefined && isDown(world);

/** The service a function belongs to. */
export function shopServiceOf(shop: Shop, name: string): ServiceName {
  const found = shop.reactions[name] ?? shop.schedules[name] ?? shop.routes[name];
  if (!found) throw new Error(`There is no function ${name}.`);
  return found.service;
}

/** In a scope without orders or payment: one of them publishes an event. */
export function createOutsidePublications({ interner, messages, scope }: SearchContext) {
  const services: readonly string[] = scope.services;
  const isOutside = ({ type }: { type: EventType }) => !services.includes(producerOf(type));
  const heard = outsideEvents.filter(isOutside).filter(({ type }) => messages.isHeard(type));

  return (world: World, index: number, saga: Saga, steps: Step[]): void => {
    if (heard.length === 0) return;
    const stock = interner.get("reservation", saga.reservation)?.state;
    for (const { type, unless } of heard) {
      if ([type, ...unless].some((each) => isSaidOutside(saga, each))) continue;
      if (!mayCome(type, saga, stock, scope)) continue;
      const queued = saga.queued | messages.heardBy(type, type);
      const next = withSaga(world, index, { ...saga, outside: saidOutside(saga, type), queued });
      const step = { index, who: undefined, what: `${producerOf(type)} says ${type}`, violations: [] };
      steps.push({ ...step, kind: "customer", world: next });
    }
  };
}
