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
  PaymentActionRequired: { payment: "ACTION_REQUIRED" },
  PaymentAuthorized: { payment: "AUTHORIZED" },
  PaymentDeclined: { payment: "DECLINED" },
  PaymentAborted: { payment: "ABORTED" },
  PaymentVoided: { payment: "VOIDED" },
  PaymentCaptured: { payment: "CAPTURED" },
  RefundMade: undefined,
  // Heard here only of a cancellation's refund; any other leaves the order as it is.
  RefundFailed: { payment: "REFUND_FAILED" },
  DisputeOpened: undefined,
  DisputeClosed: undefined,
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

/**
 * How payment and stock stand. A facet only moves up, so the order of arrival cannot matter. A void settles
 * nothing before its abort is heard, which alone says how the order ends.
 */
export function facetsOf({ PaymentVoided, ...rest }: { readonly [T in FacetFact]?: unknown }): Facets {
  const isAborted = rest.PaymentAborted !== undefined;
  const known: { readonly [type: string]: unknown } = isAborted ? { PaymentVoided, ...rest } : rest;
  return Object.assign({}, ...ranked.map(([type, facet]) => known[type] !== undefined && facet));
}

const ranked = Object.entries(facets);

/** The status that the API shows. An aborted payment cancels or rejects the order, by why it was aborted. */
export function statusOf({ isCancelled, payment, stock }: Facets & { isCancelled: boolean }): OrderStatus {
  if (payment === undefined) return stock === "RESERVED" ? "RESERVED" : "PLACED";
  switch (payment) {
    case "CAPTURED":
    case "REFUND_FAILED":
      return "CONFIRMED";
    case "DECLINED":
      return "REJECTED";
    case "REFUNDED":
      return "CANCELLED";
    case "ABORTED":
    case "VOIDED":
      return isCancelled ? "CANCELLED" : "REJECTED";
    case "ACTION_REQUIRED":
    case "AUTHORIZED":
      return payment;
  }
}

/** What of an order's settlement is not in its facets. */
export type Open = {
  cancelRequested: boolean;
  /** True while an aborted payment may still hold money. */
  isHeld: boolean;
};

/** True if money and stock are at rest and no request to cancel is open. */
export function isSettled({ cancelRequested, isHeld, payment, stock }: Facets & Open): boolean {
  if (payment === undefined) return false;
  switch (payment) {
    case "CAPTURED":
      return stock === "COMMITTED" && !cancelRequested;
    case "REFUND_FAILED":
      return stock === "COMMITTED";
    case "ABORTED":
      return !isHeld && isGivenBack(stock);
    case "DECLINED":
    case "VOIDED":
      return isGivenBack(stock);
    case "REFUNDED":
      return stock === "RELEASED";
    case "ACTION_REQUIRED":
    case "AUTHORIZED":
      return false;
  }
}

const isGivenBack = (stock: StockFacet | undefined) => stock === "RELEASED" || stock === "REJECTED";

/** The status of an order of which these events were said. */
export function statusBy(facts: Facts): OrderStatus {
  return statusOf({ ...facetsBy(facts), isCancelled: facts.PaymentAborted?.data.reason === "cancelled" });
}

/** The facets that these events say. */
export function facetsBy({ RefundFailed, ...facts }: Facts): Facets {
  const ends = RefundFailed?.data.source === "cancellation";
  return facetsOf({ ...facts, ...(ends && { RefundFailed }) });
}

/** True while an aborted payment may still hold money: until it is voided, or giving it back has failed. */
export function isHeldBy({ PaymentAborted, RefundFailed }: Facts): boolean {
  return PaymentAborted?.data.held === true && RefundFailed?.data.source !== "abort";
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
  if (!isSettled({ ...facetsBy(facts), cancelRequested, isHeld: isHeldBy(facts) })) return undefined;
  const ending = endingBy(facts);
  return facts[outcomes[ending.status]] && ending;
}

const outcomes = {
  CONFIRMED: "OrderConfirmed",
  REJECTED: "OrderRejected",
  CANCELLED: "OrderCancelled",
} as const;

function endingBy({ PaymentAborted, PaymentDeclined, PaymentRefunded, RefundFailed }: Facts): Ending {
  if (PaymentRefunded)
    return {
      status: "CANCELLED",
      reason: "money refunded",
      sentence: "Cancelled; the money was refunded and the stock is back.",
    };
  if (PaymentAborted) return aborted[PaymentAborted.data.reason];
  if (PaymentDeclined) {
    const { code } = PaymentDeclined.data;
    return {
      status: "REJECTED",
      reason: `payment declined (${code})`,
      sentence:
        code === "resource_missing"
          ? "Rejected; the provider does not know the payment method."
          : `Rejected; the card was declined (${code.replaceAll("_", " ")}).`,
    };
  }
  if (RefundFailed?.data.source === "cancellation")
    return {
      status: "CONFIRMED",
      reason: "refund failed",
      sentence: "To be cancelled; the refund failed, and a person must give the money back.",
    };
  return {
    status: "CONFIRMED",
    reason: "captured, stock committed",
    sentence: "Confirmed; the money is captured and the stock is sold.",
  };
}

const aborted = {
  out_of_stock: {
    status: "REJECTED",
    reason: "out of stock",
    sentence: "Rejected; the stock did not suffice.",
  },
  cancelled: {
    status: "CANCELLED",
    reason: "nothing was charged",
    sentence: "Cancelled; nothing was charged.",
  },
  expired: {
    status: "REJECTED",
    reason: "expired",
    sentence: "Rejected; not decided in time.",
  },
} as const;
