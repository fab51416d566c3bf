// A11: the decision is written once, and every state only moves up.
import {
  notificationSetbacks,
  orderSetbacks,
  paymentSetbacks,
  reservationSetbacks,
} from "@order-saga/local/books/progress";
import type { Checker } from "./observed.ts";
import { notificationOf, orderOf, paymentOf, reservationOf, violation } from "./records.ts";

export function onlyUpwards(): Checker {
  const watches = [
    watch("order", orderOf, orderSetbacks),
    watch("reservation", reservationOf, reservationSetbacks),
    watch("payment", paymentOf, paymentSetbacks),
    watch("notification", notificationOf, notificationSetbacks),
  ];

  return {
    invariant: "A11",
    says: "the decision is written once; states only move up",
    afterStep(observed, step) {
      const found = [];
      for (const orderId of step.orderIds)
        for (const look of watches)
          for (const detail of look(observed, orderId)) found.push(violation("A11", detail, orderId));
      return found;
    },
  };
}

/** Compares each record with what it was when it was last looked at. */
function watch<O, T>(
  what: string,
  read: (observed: O, orderId: string) => T | undefined,
  setbacks: (before: T | undefined, after: T) => string[],
) {
  const seen = new Map<string, T>();
  return (observed: O, orderId: string): string[] => {
    const before = seen.get(orderId);
    const after = read(observed, orderId);
    if (after === before) return [];
    if (!after) return [`the ${what} is gone`];
    seen.set(orderId, after);
    return setbacks(before, after);
  };
}
