// A11: the decision is written once, and every state only moves up.
import {
  notificationSetbacks,
  orderSetbacks,
  paymentSetbacks,
  reservationSetbacks,
} from "@order-saga/invariants/transitions";
import type { Checker, Item } from "./observed.ts";
import { asNotification, asOrder, asPayment, asReservation, violation } from "./records.ts";

export function onlyUpwards(): Checker {
  const watches = [
    watch(asOrder, orderSetbacks),
    watch(asReservation, reservationSetbacks),
    watch(asPayment, paymentSetbacks),
    watch(asNotification, notificationSetbacks),
  ];

  return {
    invariant: "A11",
    says: "the decision is written once; states only move up",
    afterStep(_, step) {
      return step.written.flatMap((item) =>
        watches.flatMap((look) => look(item).map((detail) => violation("A11", detail, String(item.orderId)))),
      );
    },
  };
}

/** Compares each record of a kind with what it was when it was last written. */
function watch<T extends { orderId: string }>(
  read: (item: Item) => T | undefined,
  setbacks: (before: T | undefined, after: T) => string[],
) {
  const seen = new Map<string, T>();
  return (item: Item): string[] => {
    const after = read(item);
    if (!after) return [];
    const before = seen.get(after.orderId);
    seen.set(after.orderId, after);
    return setbacks(before, after);
  };
}
