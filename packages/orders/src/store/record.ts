// An order as an item of the table: each fact is one attribute, and nothing is stored twice.
import {
  type EventOf,
  eventId,
  type OrderEvent,
  type OrderEventType,
  type Recipient,
} from "@order-saga/contracts";
import { dueAttributes } from "@order-saga/messaging/due";
import type { Item } from "@order-saga/messaging/dynamodb";
import { compactRecipient, wholeRecipient } from "@order-saga/messaging/personal-data/compact";
import { orderRecord, principalIn, principalList } from "@order-saga/protocol/records";
import { typesInOrder } from "@order-saga/protocol/status";
import { type Heard, type Order, orderOf, type Recorded } from "../order.ts";
import { orderPlace } from "../paging.ts";

export function toItem(order: Order): Item {
  const { actionBy, cancelReason, disputes, dueAt, events, fingerprint, heard, looked, orderId, principal } =
    order;
  const { refunds, repeats, version } = order;
  const { OrderPlaced, ...answers } = events;
  // Its time is the order's place in the list; who placed it is the list and the fingerprint.
  const { at: _, data, ...placed } = toRecord(OrderPlaced);
  const { placedBy, ...rest } = data as EventOf<"OrderPlaced">["data"];
  return {
    ...orderRecord.key(orderId),
    listPk: principalList(principal),
    listSk: orderPlace(order),
    fingerprint,
    OrderPlaced: {
      ...placed,
      ...(placedBy && { placedBy: true }),
      data: compactRecipient(principal, rest as Recipient),
    },
    ...Object.fromEntries(Object.values(answers).map((event) => [event.type, toRecord(event)])),
    ...heard,
    ...(actionBy !== undefined && { actionBy }),
    ...(cancelReason !== undefined && { cancelReason }),
    ...(refunds && { refunds }),
    ...(disputes && { disputes }),
    ...(looked && { looked }),
    ...(repeats > 0 && { repeats }),
    version,
    ...dueAttributes(orderId, dueAt),
  };
}

export function toOrder(item: Item): Order {
  const { dueAt, fingerprint, listPk, listSk, looked = false, pk, repeats = 0, version } = item;
  const { actionBy, cancelReason, disputes, refunds } = item as Partial<Recorded>;
  const [placedAt] = String(listSk).split("#");
  const orderId = orderRecord.id(String(pk));
  const principal = principalIn(String(listPk));
  const placedBy = { principal, fingerprint: String(fingerprint) };
  const said: [OrderEventType, OrderEvent][] = [];
  const heard: [OrderEventType, string][] = [];
  for (const type of typesInOrder) {
    const record = item[type];
    if (typeof record === "string") heard.push([type, record]);
    else if (record !== undefined) {
      const { placedBy: isNamed, data: kept, ...event } = record as Item;
      const data = type === "OrderPlaced" ? wholeRecipient(principal, kept as object) : kept;
      const whole = { at: placedAt, ...event, data: isNamed ? { ...(data as object), placedBy } : data };
      said.push([type, fromRecord(orderId, type, whole)]);
    }
  }
  return orderOf({
    orderId,
    ...placedBy,
    events: Object.fromEntries(said) as Recorded["events"],
    heard: Object.fromEntries(heard) as Heard,
    ...(actionBy !== undefined && { actionBy }),
    ...(cancelReason !== undefined && { cancelReason }),
    ...(refunds && { refunds }),
    ...(disputes && { disputes }),
    looked: looked === true,
    repeats: Number(repeats),
    ...(dueAt !== undefined && { dueAt: String(dueAt) }),
    version: Number(version),
  });
}

/** An event without its id, type, order and producer, which follow from where it is recorded. */
export function toRecord(event: OrderEvent): Item {
  const {
    causationId,
    id: _id,
    occurredAt,
    orderId: _orderId,
    producer: _producer,
    type: _type,
    version,
    ...rest
  } = event;
  const { data, traceparent, ...unknown } = rest;
  return {
    v: version,
    at: occurredAt,
    ...(causationId !== null && { cause: causationId }),
    ...unknown,
    ...(traceparent !== undefined && { trace: traceparent }),
    data,
  };
}

/** The event as it was decided, byte for byte, with the fields that only another version knows. */
function fromRecord(orderId: string, type: OrderEventType, record: Item): OrderEvent {
  const { at, cause = null, data, trace, v, ...unknown } = record;
  return {
    id: eventId(orderId, type),
    type,
    version: v,
    orderId,
    causationId: cause,
    occurredAt: at,
    producer: "orders",
    ...unknown,
    ...(trace !== undefined && { traceparent: trace }),
    data,
  } as unknown as OrderEvent;
}
