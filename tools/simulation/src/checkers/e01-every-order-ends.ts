// E1: every order that was accepted is there, was said, and has come to an end that is allowed.
import { subjectOf } from "@order-saga/contracts";
import { statusOf, unconfirmedRootEvents } from "@order-saga/orders/order";
import { isEnd } from "@order-saga/protocol/ends";
import { isSettled } from "@order-saga/protocol/status";
import type { Checker, Observed } from "./observed.ts";
import { allOrders, isGenuine, orderOf, paymentOf, reservationOf, violation } from "./records.ts";

export function everyOrderEnds(): Checker {
  return {
    invariant: "E1",
    says: "every 202 has an order, a published OrderPlaced and an allowed end",
    atRest(observed) {
      const said = new Set(
        observed.published.filter(isGenuine).map(({ event }) => `${subjectOf(event)}/${event.type}`),
      );
      const promised = observed.calls
        .filter(({ answer, route }) => route === "orders-place-order" && answer?.status === 202)
        .map(({ answer }) => String((answer?.body as { orderId?: unknown } | undefined)?.orderId));
      // An order whose answer was lost is one all the same.
      const orderIds = new Set([...promised, ...[...allOrders(observed)].map(({ orderId }) => orderId)]);
      return [...orderIds].flatMap((orderId) => {
        const isSaid = said.has(`${orderId}/OrderPlaced`);
        const details = [
          ...(isSaid ? [] : ["OrderPlaced was not published"]),
          ...openEnds(observed, orderId),
        ];
        return details.map((detail) => violation("E1", detail, orderId));
      });
    },
  };
}

export function hasEnded(observed: Observed, orderId: string): boolean {
  const order = orderOf(observed, orderId);
  if (!order || unconfirmedRootEvents(order).length > 0 || !isSettled(order)) return false;
  return isEnd(paymentOf(observed, orderId)?.settlement, reservationOf(observed, orderId)?.state);
}

/** What keeps the order from having ended, in words. */
function openEnds(observed: Observed, orderId: string): string[] {
  const order = orderOf(observed, orderId);
  if (!order) return ["there is no such order"];
  const settlement = paymentOf(observed, orderId)?.settlement;
  const state = reservationOf(observed, orderId)?.state;
  return [
    ...unconfirmedRootEvents(order).map(({ type }) => `no service has confirmed ${type}`),
    ...(isSettled(order) ? [] : [`not settled: ${statusOf(order)}`]),
    ...(isEnd(settlement, state) ? [] : [`rests as ${settlement}/${state}`]),
  ];
}
