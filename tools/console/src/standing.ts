// How an order stands by the events that were said of it: its status as the API shows it, whether it is at rest, in words.
import type { OrderStatus } from "@order-saga/contracts";
import type { Facts } from "@order-saga/protocol/facts";
import { endingOf, statusBy } from "@order-saga/protocol/status";

export type Heard = Facts;

export type Standing = {
  status: OrderStatus;
  /** Money and stock are at rest. */
  isSettled: boolean;
  /** Something that was done is being undone. */
  isCompensating: boolean;
  words: string;
};

export function standingOf(heard: Heard): Standing {
  const ending = endingOf(heard);
  return {
    status: statusBy(heard),
    isSettled: ending !== undefined,
    isCompensating: ending === undefined && undoes(heard),
    words: ending?.sentence ?? waitsFor(heard),
  };
}

function undoes(heard: Heard): boolean {
  const isGivenUp = heard.PaymentDeclined ?? heard.PaymentVoided ?? heard.PaymentRefunded;
  return Boolean(isGivenUp ?? heard.StockRejected ?? heard.ReservationExpired ?? heard.OrderCancelRequested);
}

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
