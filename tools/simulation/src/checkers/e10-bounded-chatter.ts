// E10: a function publishes only as often as its deliveries justify; a schedule publishes ever less often.
import { type DomainEvent, type EventType, layerOf, subjectOf } from "@order-saga/contracts";
import { repeatsIn, SENDINGS } from "@order-saga/invariants/bounds";
import { services } from "@order-saga/services";
import type { Checker, Observed, Violation } from "./observed.ts";
import { isGenuine, newOf, violation } from "./records.ts";

const namesOf = (kind: "reactions" | "schedules"): ReadonlySet<string> =>
  new Set(services.flatMap((service) => service[kind].map(({ name }) => `${service.name}-${name}`)));
const reactions = namesOf("reactions");
const schedules = namesOf("schedules");

/** What one function was handed and has said of one order. */
type Traffic = { handed: number[]; said: Map<EventType, number> };

/**
 * A delivery leads to each event of a higher layer once, or a few times if the bus fails. What follows climbs
 * the layers and ends. An event published without such a delivery could repeat for ever.
 */
export function boundedChatter(): Checker {
  const traffics = new Map<string, Traffic>();

  function trafficOf(name: string, orderId: string): Traffic {
    const key = `${name}/${orderId}`;
    const traffic = traffics.get(key) ?? { handed: [], said: new Map() };
    traffics.set(key, traffic);
    return traffic;
  }

  function judge(by: string, event: DomainEvent): Violation[] {
    const { type } = event;
    const orderId = subjectOf(event);
    const { handed, said } = trafficOf(by, orderId);
    const count = (said.get(type) ?? 0) + 1;
    said.set(type, count);
    const reasons = handed.slice(0, layerOf[type]).reduce((sum, each) => sum + (each ?? 0), 0);
    if (count <= reasons * SENDINGS) return [];
    return [violation("E10", `${by} said ${type} ${count} times, with ${reasons} reasons to`, orderId)];
  }

  return {
    invariant: "E10",
    says: "bounded chatter",
    afterStep(observed, step) {
      for (const { eventType, orderId, to } of newOf(observed.deliveries, step.from.deliveries)) {
        if (orderId === undefined || eventType === undefined) continue;
        const { handed } = trafficOf(to, orderId);
        handed[layerOf[eventType]] = (handed[layerOf[eventType]] ?? 0) + 1;
      }
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
