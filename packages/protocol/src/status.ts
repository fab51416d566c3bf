// An order's status, whether it is settled, and how it ended, from the facts heard of it.
import type { EventOf, OrderEventType, OrderStatus } from "@order-saga/contracts";
import type { Facts } from "./facts.ts";

/** The events by which an order is settled. Those of another service change neither its payment nor stock. */
type SettlingEvent = {
  [T in OrderEventType]: EventOf<T>["producer"] extends "orders" | "inventory" | "payment" ? T : never;
}[OrderEventType];

/**
 * What each event says of its order's payment or stock, in the order of `eventTypes`. A later facet outranks
 * an earlier one.
 */
const facets = {
  OrderPlaced: undefined,
  OrderCancelRequested: undefined,
  ReservationExpired: undefined,
  StockReserved: { stock: "RESERVED" },
  StockRejected: { stock: "REJECTED" },
  PaymentAuthorized: { payment: "AUTHORIZED" },
  PaymentDeclined: { payment: "DECLINED" },
  PaymentVoided: { payment: "VOIDED" },
  PaymentCaptured: { payment: "CAPTURED" },
  PaymentRefunded: { payment: "REFUNDED" },
  StockCommitted: { stock: "COMMITTED" },
  StockReleased: { stock: "RELEASED" },
  OrderConfirmed: undefined,
  OrderRejected: undefined,
  OrderCancelled: undefined,
} as const satisfies Record<SettlingEvent, { payment: string } | { stock: string } | undefined>;

/** Those of `eventTypes`, without the schemas: a function that only reads orders bundles none. */
export const typesInOrder = Object.keys(facets) as readonly OrderEventType[];

type Known = (typeof facets)[SettlingEvent];
export type PaymentFacet = Extract<Known, { payment: string }>["payment"];
export type StockFacet = Extract<Known, { stock: string }>["stock"];
export type Facets = { payment?: PaymentFacet; stock?: StockFacet };

/** The events that say how an order's payment or stock stands. */
export type FacetFact = {
  [T in SettlingEvent]: (typeof facets)[T] extends undefined ? never : T;
}[SettlingEvent];

/** How payment and stock stand. A facet only moves up, so the order of arrival cannot matter. */
export function facetsOf(heard: { readonly [T in FacetFact]?: unknown }): Facets {
  const known: { readonly [type: string]: unknown } = heard;
  return Object.assign({}, ...ranked.map(([type, facet]) => known[type] !== undefined && facet));
}

const ranked = Object.entries(facets);

/** The status that the API shows. A voided payment cancels or rejects the order, by why it was voided. */
export function statusOf({ isCancelled, payment, stock }: Facets & { isCancelled: boolean }): OrderStatus {
  if (payment === undefined) return stock === "RESERVED" ? "RESERVED" : "PLACED";
  switch (payment) {
    case "CAPTURED":
      return "CONFIRMED";
    case "DECLINED":
      return "REJECTED";
    case "REFUNDED":
      return "CANCELLED";
    case "VOIDED":
      return isCancelled ? "CANCELLED" : "REJECTED";
    case "AUTHORIZED":
      return "AUTHORIZED";
  }
}

/** True if money and stock are at rest and no request to cancel is open. */
export function isSettled({
  cancelRequested,
  payment,
  stock,
}: Facets & { cancelRequested: boolean }): boolean {
  if (payment === undefined) return false;
  switch (payment) {
    case "CAPTURED":
      return stock === "COMMITTED" && !cancelRequested;
    case "DECLINED":
    case "VOIDED":
      return stock === "RELEASED" || stock === "REJECTED";
    case "REFUNDED":
      return stock === "RELEASED";
    case "AUTHORIZED":
      return false;
  }
}

/** The status of an order of which these events were said. */
export function statusBy(facts: Facts): OrderStatus {
  return statusOf({ ...facetsOf(facts), isCancelled: facts.PaymentVoided?.data.reason === "cancelled" });
}

export type Ending = {
  status: "CONFIRMED" | "REJECTED" | "CANCELLED";
  /** What ended it, in a few words. */
  reason: string;
  /** The same as a sentence. */
  sentence: string;
};

/** How the order ended; undefined until it is settled and orders has said its outcome. */
export function endingOf(facts: Facts): Ending | undefined {
  const cancelRequested = facts.OrderCancelRequested !== undefined;
  if (!isSettled({ ...facetsOf(facts), cancelRequested })) return undefined;
  const ending = endingBy(facts);
  return facts[outcomes[ending.status]] && ending;
}

const outcomes = {
  CONFIRMED: "OrderConfirmed",
  REJECTED: "OrderRejected",
  CANCELLED: "OrderCancelled",
} as const;

function endingBy({ PaymentDeclined, PaymentRefunded, PaymentVoided }: Facts): Ending {
  if (PaymentRefunded)
    return {
      status: "CANCELLED",
      reason: "money refunded",
      sentence: "Cancelled; the money was refunded and the stock is back.",
    };
  if (PaymentVoided) return voided[PaymentVoided.data.reason];
  if (PaymentDeclined) {
    const { code } = PaymentDeclined.data;
    return {
      status: "REJECTED",
      reason: `payment declined (${code})`,
      sentence: `Rejected; the card was declined (${code.replaceAll("_", " ")}).`,
    };
  }
  return {
    status: "CONFIRMED",
    reason: "captured, stock committed",
    sentence: "Confirmed; the money is captured and the stock is sold.",
  };
}

const voided = {
  out_of_stock: {
    status: "REJECTED",
    reason: "out of stock",
    sentence: "Rejected; the stock did not suffice.",
  },
  cancelled: {
    status: "CANCELLED",
    reason: "authorisation voided",
    sentence: "Cancelled; nothing was charged.",
  },
  expired: {
    status: "REJECTED",
    reason: "expired",
    sentence: "Rejected; not decided in time.",
  },
} as const;
