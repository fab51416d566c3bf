// A9: what a service publishes is recorded by it, word for word, before the bus has it.
import { isDeepStrictEqual } from "node:util";
import {
  type DomainEvent,
  type EventType,
  isEntryEventType,
  type ServiceName,
  subjectOf,
} from "@order-saga/contracts";
import { bulkRecord, feedRecord, recordOfOrder } from "@order-saga/protocol/records";
import type { Checker, Observed, PublishedEntry, Violation } from "./observed.ts";
import { isGenuine, newOf, orderOf, paymentOf, reader, reservationOf, violation } from "./records.ts";

export function publishedIsRecorded(): Checker {
  return {
    invariant: "A9",
    says: "every published event is recorded by its producer",
    afterStep: (observed, step) =>
      [...newOf(observed.published, step.from.published)].flatMap((entry) => judge(observed, entry)),
    // A record that was overwritten later may have lost its event.
    atRest(observed) {
      const saidOnce = new Map(observed.published.map((entry) => [`${entry.by}/${entry.detail}`, entry]));
      return [...saidOnce.values()].flatMap((entry) => judge(observed, entry));
    },
  };
}

function judge(observed: Observed, entry: PublishedEntry): Violation[] {
  if (!entry.accepted || entry.by === "world") return [];
  const { by, detail, detailType, event, source } = entry;
  const orderId = event && subjectOf(event);
  if (!isGenuine(entry)) return [violation("A9", `${by} said ${detailType} as ${source}`, orderId)];
  const record = recordOf(observed, entry.event);
  const { id, type } = entry.event;
  const recorded = isEntryEventType(type)
    ? record?.ledgerEvents?.find((each) => each.id === id)
    : record?.events[type];
  if (recorded && isDeepStrictEqual(recorded, JSON.parse(detail))) return [];
  const why = recorded ? "is recorded in other words" : "is not recorded";
  return [violation("A9", `${detailType} of ${by} ${why}`, orderId)];
}

type Recorded = {
  events: { [T in EventType]?: DomainEvent };
  /** Of a payment: what was said of each refund and dispute. */
  ledgerEvents?: readonly DomainEvent[];
};

function recordOf(observed: Observed, event: DomainEvent): Recorded | undefined {
  const orderId = subjectOf(event);
  if (orderId.startsWith("bulk_")) return reader<Recorded>(bulkRecord)(observed, orderId);
  if (orderId.startsWith("feed_")) return reader<Recorded>(feedRecord)(observed, orderId);
  const producer = event.producer as ServiceName;
  switch (producer) {
    case "orders":
      return orderOf(observed, orderId);
    case "inventory":
      return reservationOf(observed, orderId);
    case "payment":
      return paymentOf(observed, orderId);
    default:
      return reader<Recorded>(recordOfOrder(producer))(observed, orderId);
  }
}
