// What must hold of each order once nothing is left to do: E1 and E3 to E8.
import type { OrderEventType } from "@order-saga/contracts";
import { orderMailKinds } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import type { Payment } from "@order-saga/payment/payment";
import { isEnd } from "@order-saga/protocol/ends";
import { isSettled } from "@order-saga/protocol/status";
import { rootEventBits, rootEvents } from "./effects/bus.ts";
import { mailBits } from "./effects/mail.ts";
import { givenBack, type Intent, noIntent } from "./intent.ts";
import type { Interner } from "./interner.ts";
import { isSaidOutside } from "./outside-events.ts";
import type { Scope } from "./scopes.ts";
import type { Saga } from "./world.ts";

export function unfinished(interner: Interner, { services }: Scope, saga: Saga): string[] {
  return [
    ...(services.includes("payment") && saga.payment !== 0 ? unsettled(interner, saga) : []),
    ...(services.includes("orders") && saga.order !== 0 ? untold(interner, saga) : []),
    ...(services.includes("notification") ? unmailed(interner, saga) : []),
    ...unless(!isForgotten(services, saga), "E1: the order was placed, and no stock is reserved or refused"),
  ];
}

/** Where stock is searched alone. */
const isForgotten = (services: Scope["services"], saga: Saga) =>
  services.includes("inventory") && isSaidOutside(saga, "OrderPlaced") && saga.reservation === 0;

/** While the provider is down: an order that will not be charged holds no stock, and its customer knows. */
export function stuck(interner: Interner, { services }: Scope, saga: Saga): string[] {
  const payment = interner.get("payment", saga.payment);
  if (!payment?.charge || payment.decision === "CAPTURE") return [];
  const isStockHeld = interner.get("reservation", saga.reservation)?.state === "RESERVED";
  const order = interner.get("order", saga.order);
  const isTold = !services.includes("orders") || (order !== undefined && isToldIn(order));
  return [
    ...unless(payment.decision === "ABORT", "E2: the order is undecided for want of the provider"),
    ...unless(!isStockHeld, "E2: stock is held for want of the provider"),
    ...unless(isTold, "E2: the order has no outcome for want of the provider"),
  ];
}

const isToldIn = ({ events }: Order) =>
  [events.OrderConfirmed, events.OrderRejected, events.OrderCancelled].some((event) => event !== undefined);

function unsettled(interner: Interner, saga: Saga): string[] {
  const payment = interner.get("payment", saga.payment);
  const intent = interner.get("intent", saga.intent) ?? noIntent;
  const settlement = payment?.settlement;
  const state = interner.get("reservation", saga.reservation)?.state;
  const isKept = payment?.cancelled && !isGivenBack(intent);
  return [
    ...unless(isEnd(settlement, state), `E1: rests as ${settlement}/${state}`),
    ...unless(!open.includes(intent.status), `E3: an authorisation is left, ${intent.status}`),
    ...unless(state !== "RESERVED", "E4: a reservation is left"),
    ...(payment ? misrecorded(payment, intent) : []),
    ...unless(!isKept, "E6: cancelled, and the money is kept"),
  ];
}

/** What the order's customer sees is how it ended. */
function untold(interner: Interner, saga: Saga): string[] {
  const order = interner.get("order", saga.order);
  const payment = interner.get("payment", saga.payment);
  if (!order || !payment) return ["E1: nothing was done about the order"];
  const state = interner.get("reservation", saga.reservation)?.state;
  return [
    ...unless(isSettled(order), "E1: the order is not settled"),
    ...unless(isSaid(saga, order), "E1: an event of the order is not published"),
    ...unless(isToldIn(order), "E1: the order has no outcome"),
    ...unless(order.stock === state, `E5: the stock is ${state}, and shown as ${order.stock}`),
    ...shownOtherwise(payment, order),
  ];
}

const open: readonly Intent["status"][] = ["held", "asked", "refused"];

/** Nothing that was taken is kept, but where a refund failed: that is a person's work. */
const isGivenBack = (intent: Intent) =>
  intent.status !== "captured" ||
  givenBack(intent) >= (intent.taken ?? 0) ||
  intent.refunds.some(({ status }) => status === "failed" || status === "returned");

/** E5: the order shows how its payment stands, and each of its refunds and disputes. */
function shownOtherwise({ disputes, events, refunds, settlement }: Payment, order: Order): string[] {
  const shown = {
    CAPTURED: "CAPTURED",
    VOIDED: events.PaymentVoided ? "VOIDED" : "ABORTED",
    DECLINED: "DECLINED",
    // To its customer a capture that failed is a payment that was declined.
    CAPTURE_FAILED: "DECLINED",
    REFUNDED: "REFUNDED",
    REFUND_FAILED: events.PaymentAborted ? "ABORTED" : "REFUND_FAILED",
  } as const;
  const payment = settlement && shown[settlement];
  return [
    ...unless(order.payment === payment, `E5: the payment is ${payment}, and shown as ${order.payment}`),
    ...refunds.flatMap(({ id, source, status }) => {
      // Those of a cancellation and of an abort are told as the order's end.
      const isTold = status === "FAILED" || source === "shop" || source === "provider";
      const wanted = isTold ? { SUCCEEDED: "made", FAILED: "failed" }[status as string] : undefined;
      const entry = order.refunds?.[id]?.status;
      return unless(entry === wanted, `E5: refund ${id} is ${status}, and shown as ${entry}`);
    }),
    ...disputes.flatMap(({ id, status }) => {
      const entry = order.disputes?.[id]?.status;
      return unless(entry === status.toLowerCase(), `E5: dispute ${id} is ${status}, and shown as ${entry}`);
    }),
  ];
}

/** E7: the record's ledger is the provider's, entry by entry. */
function misrecorded({ disputes, refunds, settlement, taken = 0 }: Payment, intent: Intent): string[] {
  const isOurs = settlement === "CAPTURED" || settlement === "REFUNDED" || settlement === "REFUND_FAILED";
  const isTaken = intent.status === "captured";
  return [
    ...unless(!isOurs || isTaken, `E7: ${settlement}, and the intent is ${intent.status}`),
    ...unless(!isTaken || taken === intent.taken, `E7: ${intent.taken} taken, recorded as ${taken}`),
    ...intent.refunds.flatMap((refund) => {
      const entry = refunds.find(({ id, providerId }) => id === refund.id || providerId === refund.id);
      const wanted = { pending: "PENDING", succeeded: "SUCCEEDED", failed: "FAILED", returned: "FAILED" }[
        refund.status
      ];
      return unless(
        entry?.status === wanted && entry.amount === refund.amount,
        `E7: refund ${refund.id} is ${refund.status}, recorded as ${entry?.status}`,
      );
    }),
    ...intent.disputes.flatMap(({ id, status }) => {
      const entry = disputes.find((each) => each.id === id);
      return unless(
        entry?.status.toLowerCase() === status,
        `E7: dispute ${id} is ${status}, recorded as ${entry?.status}`,
      );
    }),
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
