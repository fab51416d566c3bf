// E10: a function publishes only as often as its deliveries justify; a schedule publishes ever less often.
import { type DomainEvent, type EventType, layerOf, subjectOf } from "@order-saga/contracts";
import { repeatsIn, SENDINGS } from "@order-saga/invariants/bounds";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import type { Checker, Delivery, Observed, Violation } from "./observed.ts";
import { isGenuine, newOf, violation } from "./records.ts";

const namesOf = (kind: "reactions" | "schedules"): ReadonlySet<string> =>
  new Set(services.flatMap((service) => service[kind].map(({ name }) => `${service.name}-${name}`)));
const reactions = namesOf("reactions");
const schedules = namesOf("schedules");
const taskReactions: ReadonlySet<string> = new Set(
  allReactions(services).flatMap(({ manifest, queue }) => (manifest.from === "tasks" ? queue.name : [])),
);

/** What one function was handed and has said of one order, bulk or feed. */
type Traffic = {
  /** Events, by their layer. */
  handed: Map<number, number>;
  /** Uploads and tasks, which are below all events. */
  asked: number;
  said: Map<EventType, number>;
};

/** In place of an order's id: all that a function was handed. */
const OF_ANY = "";

/**
 * A delivery leads to each event of a higher layer once, or a few times if the bus fails. What follows climbs
 * the layers and ends. An event published without such a delivery could repeat for ever.
 */
export function boundedChatter(): Checker {
  const traffics = new Map<string, Traffic>();

  function trafficOf(name: string, orderId: string): Traffic {
    const key = `${name}/${orderId}`;
    const traffic = traffics.get(key) ?? { handed: new Map(), asked: 0, said: new Map() };
    traffics.set(key, traffic);
    return traffic;
  }

  function judge(by: string, event: DomainEvent): Violation[] {
    const { type } = event;
    const orderId = subjectOf(event);
    const { said } = trafficOf(by, orderId);
    const isOfBulk = type === "BulkCompleted" || taskReactions.has(by);
    const { asked, handed } = trafficOf(by, isOfBulk ? OF_ANY : orderId);
    const count = (said.get(type) ?? 0) + 1;
    said.set(type, count);
    let reasons = asked;
    for (const [layer, times] of handed) if (layer < layerOf[type]) reasons += times;
    if (count <= reasons * SENDINGS) return [];
    return [violation("E10", `${by} said ${type} ${count} times, with ${reasons} reasons to`, orderId)];
  }

  function count({ eventType, orderId, poison, to }: Delivery): void {
    if (orderId === undefined || poison) return;
    // What ends a bulk is about one of its orders, and a task to place an order names its bulk.
    for (const traffic of [trafficOf(to, orderId), trafficOf(to, OF_ANY)]) {
      const layer = eventType && layerOf[eventType];
      if (layer === undefined) traffic.asked++;
      else traffic.handed.set(layer, (traffic.handed.get(layer) ?? 0) + 1);
    }
  }

  return {
    invariant: "E10",
    says: "bounded chatter",
    afterStep(observed, step) {
      for (const delivery of newOf(observed.deliveries, step.from.deliveries)) count(delivery);
      return [...newOf(observed.published, step.from.published)]
        .filter(isGenuine)
        .flatMap(({ by, event }) => (reactions.has(by) ? judge(by, event) : []));
    },
    atRest: restlessSchedules,
  };
}

/** What a schedule says once no fault acts any more is heard, and need hardly be said again. */
function restlessSchedules(observed: Observed): Violation[] {
  const since = observed.faultsStoppedAt ?? 0;
  const said = observed.published.filter(isGenuine).filter(({ at, by }) => at >= since && schedules.has(by));
  const repeated = Map.groupBy(said, ({ by, event }) => `${by}/${subjectOf(event)}/${event.type}`);
  return [...repeated.values()].flatMap((entries) => {
    const [first] = entries;
    const last = entries.at(-1);
    if (!first || !last || entries.length <= repeatsIn(last.at - first.at)) return [];
    const { by, event } = first;
    return [violation("E10", `${by} said ${event.type} ${entries.length} times`, subjectOf(event))];
  });
}
