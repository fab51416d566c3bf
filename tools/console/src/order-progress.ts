// What an open order waits for, and whether it is being undone, from the events that were published of it.

import type { Facts } from "@order-saga/protocol/facts";
import { endingOf, isHeldBy } from "@order-saga/protocol/status";

type OrderProgress = {
  isSettled: boolean;
  /** Something that was done is being undone. */
  isCompensating: boolean;
  /** How it ended, or what it waits for: one sentence. */
  words: string;
};

export function orderProgress(facts: Facts): OrderProgress {
  const ending = endingOf(facts);
  if (ending) return { isSettled: true, isCompensating: false, words: ending.sentence };
  return { isSettled: false, isCompensating: undoes(facts), words: waitsFor(facts) };
}

function undoes(facts: Facts): boolean {
  const isGivenUp = facts.PaymentDeclined ?? facts.PaymentAborted ?? facts.PaymentRefunded;
  return Boolean(isGivenUp ?? facts.StockRejected ?? facts.ReservationExpired ?? facts.OrderCancelRequested);
}

function waitsFor(facts: Facts): string {
  if (facts.PaymentRefunded || facts.PaymentAborted || facts.PaymentDeclined) {
    if (!facts.StockReleased && !facts.StockRejected) return "The stock is to go back.";
    if (isHeldBy(facts) && !facts.PaymentVoided)
      return "The order is given up and its stock is free; the hold on the card is to be voided.";
    return "The order waits to be told how it ended.";
  }
  if (facts.PaymentCaptured && facts.OrderCancelRequested) return "The money is to be refunded.";
  if (facts.PaymentCaptured)
    return facts.StockCommitted ? "The order waits to be confirmed." : "The reserved stock is to be sold.";
  if (facts.OrderCancelRequested) return "Payment is to give the order up.";
  if (facts.StockRejected) return "The stock did not suffice; payment is to give the order up.";
  if (facts.ReservationExpired) return "The reservation is over; payment is to decide.";
  if (facts.PaymentActionRequired && !facts.PaymentAuthorized)
    return "The stock is held; the bank waits for the customer's yes.";
  if (facts.PaymentAuthorized && facts.StockReserved)
    return "Stock and card are held; the money is to be captured.";
  if (facts.PaymentAuthorized) return "The card is held; the stock is to be reserved.";
  if (facts.StockReserved) return "The stock is held; the card is to be authorised.";
  return "Stock and card are to be asked.";
}
