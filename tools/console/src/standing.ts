// How an order stands by the events that were said of it: its status as the API shows it, whether it is at rest, in words.
import type { DomainEvent, EventType } from "@order-saga/contracts";

export type Heard = { readonly [T in EventType]?: Extract<DomainEvent, { type: T }> };

export type Standing = {
  status: "PLACED" | "RESERVED" | "AUTHORIZED" | "CONFIRMED" | "REJECTED" | "CANCELLED";
  /** Money and stock are at rest. */
  isSettled: boolean;
  /** Something that was done is being undone. */
  isCompensating: boolean;
  words: string;
};

export function standingOf(heard: Heard): Standing {
  const isSettled = isAtRest(heard);
  return {
    status: statusOf(heard),
    isSettled,
    isCompensating: !isSettled && undoes(heard),
    words: isSettled ? endOf(heard) : waitsFor(heard),
  };
}

/** The same ranks as in an order's record: a facet only moves up. */
function statusOf(heard: Heard): Standing["status"] {
  if (heard.PaymentRefunded) return "CANCELLED";
  if (heard.PaymentVoided) return heard.PaymentVoided.data.reason === "cancelled" ? "CANCELLED" : "REJECTED";
  if (heard.PaymentDeclined) return "REJECTED";
  if (heard.PaymentCaptured) return "CONFIRMED";
  if (heard.PaymentAuthorized) return "AUTHORIZED";
  return heard.StockReserved ? "RESERVED" : "PLACED";
}

function isAtRest(heard: Heard): boolean {
  const isStockGone = Boolean(heard.StockReleased ?? heard.StockRejected);
  if (heard.PaymentRefunded) return Boolean(heard.StockReleased && heard.OrderCancelled);
  if (heard.PaymentVoided || heard.PaymentDeclined)
    return isStockGone && Boolean(heard.OrderRejected ?? heard.OrderCancelled);
  if (heard.OrderCancelRequested) return false;
  return Boolean(heard.PaymentCaptured && heard.StockCommitted && heard.OrderConfirmed);
}

function undoes(heard: Heard): boolean {
  const isGivenUp = heard.PaymentDeclined ?? heard.PaymentVoided ?? heard.PaymentRefunded;
  return Boolean(isGivenUp ?? heard.StockRejected ?? heard.ReservationExpired ?? heard.OrderCancelRequested);
}

function endOf(heard: Heard): string {
  if (heard.PaymentRefunded) return "Cancelled; the money was refunded and the stock is back.";
  if (heard.PaymentDeclined)
    return `Rejected; the card was declined (${heard.PaymentDeclined.data.code.replaceAll("_", " ")}).`;
  if (heard.PaymentVoided) return voidedWords[heard.PaymentVoided.data.reason];
  return "Confirmed; the money is captured and the stock is sold.";
}

const voidedWords = {
  out_of_stock: "Rejected; the stock did not suffice.",
  cancelled: "Cancelled; nothing was charged.",
  expired: "Rejected; nobody decided in time.",
} as const;

function waitsFor(heard: Heard): string {
  if (heard.PaymentRefunded || heard.PaymentVoided || heard.PaymentDeclined) {
    const isStockGone = heard.StockReleased ?? heard.StockRejected;
    return isStockGone ? "The order waits to be told how it ended." : "The stock is to go back.";
  }
  if (heard.PaymentCaptured && heard.OrderCancelRequested) return "The money is to be refunded.";
  if (heard.PaymentCaptured)
    return heard.StockCommitted ? "The order waits to be confirmed." : "The reserved stock is to be sold.";
  if (heard.OrderCancelRequested) return "Payment is to give the order up.";
  if (heard.StockRejected) return "The stock did not suffice; payment is to give the order up.";
  if (heard.ReservationExpired) return "The reservation is over; payment is to decide.";
  if (heard.PaymentAuthorized && heard.StockReserved)
    return "Stock and card are held; the money is to be captured.";
  if (heard.PaymentAuthorized) return "The card is held; the stock is to be reserved.";
  if (heard.StockReserved) return "The stock is held; the card is to be authorised.";
  return "Stock and card are to be asked.";
}
