// What must hold of each order once nothing is left to do: E1 and E3 to E8.
import type { OrderEventType } from "@order-saga/contracts";
import { orderMailKinds } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import { isEnd } from "@order-saga/protocol/ends";
import { isSettled } from "@order-saga/protocol/status";
import { rootEventBits, rootEvents } from "./effects/bus.ts";
import { mailBits } from "./effects/mail.ts";
import type { Interner } from "./interner.ts";
import { isSaidOutside } from "./outside-events.ts";
import type { Scope } from "./scopes.ts";
import type { Saga } from "./world.ts";

export function unfinished(interner: Interner, { services }: Scope, saga: Saga): string[] {
  return [
    ...(services.includes("payment") && saga.order !== 0 ? unsettled(interner, saga) : []),
    ...(services.includes("notification") ? unmailed(interner, saga) : []),
  ];
}

function unsettled(interner: Interner, saga: Saga): string[] {
  const order = interner.get("order", saga.order);
  const settlement = interner.get("payment", saga.payment)?.settlement;
  const state = interner.get("reservation", saga.reservation)?.state;
  const isCharged = saga.intent === "captured";
  // To its customer a capture that failed is a payment that was declined.
  const shown = settlement === "CAPTURE_FAILED" ? "DECLINED" : settlement;
  return [
    ...unless(isEnd(settlement, state), `E1: rests as ${settlement}/${state}`),
    ...unless(order !== undefined && isSettled(order), "E1: the order is not settled"),
    ...unless(isSaid(saga, order), "E1: an event of the order is not published"),
    ...unless(saga.intent !== "held", "E3: an authorisation is left"),
    ...unless(state !== "RESERVED", "E4: a reservation is left"),
    ...unless(order?.stock === state, `E5: the stock is ${state}, and shown as ${order?.stock}`),
    ...unless(order?.payment === shown, `E5: the payment is ${shown}, and shown as ${order?.payment}`),
    ...unless(!(isCharged && order?.cancelRequested), "E6: cancelled, and the money is kept"),
    ...unless(isCharged === (settlement === "CAPTURED"), `E7: ${saga.intent}, and recorded as ${settlement}`),
  ];
}

const isSaid = ({ rootsPublished }: Saga, order: Order | undefined) =>
  rootEvents.every((type) => !order?.events[type] || (rootsPublished & (rootEventBits[type] ?? 0)) !== 0);

/** E8: every mail that was due went out, or says why not. */
function unmailed(interner: Interner, saga: Saga): string[] {
  const mails = interner.get("notification", saga.notification)?.mails ?? {};
  const events: { [T in OrderEventType]?: unknown } = interner.get("order", saga.order)?.events ?? {};
  const isSaid = (type: OrderEventType) => events[type] !== undefined || isSaidOutside(saga, type);
  return orderMailKinds.flatMap((kind) => {
    const mail = mails[kind];
    const isDue = isSaid(causeOf[kind]) && isSaid("OrderPlaced");
    const wentOut = (saga.mailed & (mailBits[kind] ?? 0)) !== 0;
    const isOpen = mail?.state === "DUE" || mail?.state === "CLAIMED";
    return [
      ...unless(mail !== undefined || !isDue, `E8: the mail ${kind} is due and not recorded`),
      ...unless(!isOpen, `E8: the mail ${kind} is ${mail?.state}`),
      ...unless(mail?.state !== "SENT" || wentOut, `E8: the mail ${kind} is recorded as sent, and was not`),
    ];
  });
}

const causeOf = {
  received: "OrderPlaced",
  confirmed: "OrderConfirmed",
  rejected: "OrderRejected",
  cancelled: "OrderCancelled",
} as const;

const unless = (isKept: boolean, violation: string) => (isKept ? [] : [violation]);
