// A10: an event's cause was published before it, is consumed by its producer, and is of a lower layer.
import { type DomainEvent, type EventType, layerOf, subjectOf } from "@order-saga/contracts";
import { services } from "@order-saga/services";
import type { Checker, Violation } from "./observed.ts";
import { isGenuine, newOf, violation } from "./records.ts";

/** What begins by itself: with a customer, a timer, an upload or a task. */
const begun: ReadonlySet<EventType> = new Set(
  services.flatMap(({ reactions, routes, schedules }) =>
    [...routes, ...schedules, ...reactions.filter(({ from }) => from !== "bus")].flatMap(({ says }) => says),
  ),
);

export function causesAreKnown(): Checker {
  const said = new Map<string, EventType>();

  function judge(event: DomainEvent): Violation[] {
    const { causationId, producer, type } = event;
    const orderId = subjectOf(event);
    const wrong = (why: string) => [violation("A10", `${type} ${why}`, orderId)];
    if (causationId === null) return begun.has(type) ? [] : wrong("has no cause");
    const cause = said.get(causationId);
    if (!cause) return wrong("answers an event that was never published");
    if (!hears(producer, cause)) return wrong(`answers ${cause}, which ${producer} does not hear`);
    if (layerOf[cause] >= layerOf[type]) return wrong(`answers ${cause}, which is of no lower layer`);
    return [];
  }

  return {
    invariant: "A10",
    says: "causation chains are closed",
    afterStep(observed, step) {
      return [...newOf(observed.published, step.from.published)].filter(isGenuine).flatMap(({ event }) => {
        const found = said.has(event.id) ? [] : judge(event);
        said.set(event.id, event.type);
        return found;
      });
    },
    atRest(observed) {
      // Any service's record keeps the events that the service said under `events`.
      const items = services.flatMap(({ name }) => [...observed.items(name)]);
      return items.flatMap(({ events = {}, ledgerEvents = [] }) =>
        [...(Object.values(events as object) as DomainEvent[]), ...(ledgerEvents as DomainEvent[])].flatMap(
          judge,
        ),
      );
    },
  };
}

function hears(service: string, type: EventType): boolean {
  return services.some(
    ({ name, reactions }) => name === service && reactions.some((each) => each.hears.includes(type)),
  );
}
