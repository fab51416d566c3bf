// E8: a customer was told of every outcome, or the record says why not.
import type { EventType } from "@order-saga/contracts";
import type { MailKind } from "@order-saga/notification/notification";
import type { Checker, Observed } from "./observed.ts";
import { allOrders, isGenuine, notificationOf, violation } from "./records.ts";

const mailOf: { readonly [T in EventType]?: MailKind } = {
  OrderPlaced: "received",
  OrderConfirmed: "confirmed",
  OrderRejected: "rejected",
  OrderCancelled: "cancelled",
};

/** States in which a mail is not sent and never will be, each for a reason that an operator can see. */
const explained: ReadonlySet<string> = new Set(["UNKNOWN", "REFUSED", "SUPERSEDED"]);

export function everyOutcomeHasItsMail(): Checker {
  return {
    invariant: "E8",
    says: "every outcome has its mail, or a visible reason",
    atRest(observed) {
      const sent = new Set(observed.mails.map(({ kind, orderId }) => `${orderId}/${kind}`));
      const said = new Set(observed.published.filter(isGenuine).map(({ event }) => event.id));
      const isPurged = (to: string, id: string) =>
        observed.lost.some((each) => each.to === to && each.orderId === id);
      return [...allOrders(observed)].flatMap(({ events, orderId }) => {
        // No sweep repeats a mail or an unpublished outcome, so purging its message loses the mail.
        if (isPurged("notification-notify-customer", orderId)) return [];
        // The bulk has a mail instead.
        if (events.OrderPlaced?.data.bulkId !== undefined) return [];
        return Object.values(events).flatMap(({ id, type }) => {
          const kind = mailOf[type];
          if (!kind || (!said.has(id) && isPurged("orders-track-order", orderId))) return [];
          const why = missing(observed, orderId, kind, sent.has(`${orderId}/${kind}`));
          return why ? [violation("E8", `the mail ${kind} ${why}`, orderId)] : [];
        });
      });
    },
  };
}

function missing(observed: Observed, orderId: string, kind: MailKind, isSent: boolean): string | undefined {
  const state = notificationOf(observed, orderId)?.mails[kind]?.state;
  if (state === undefined) return "was never due";
  if (explained.has(state)) return undefined;
  if (state === "SENT") return isSent ? undefined : "is said to be sent, and was not";
  return `is left ${state}`;
}
