// A22: a mail that came back is shown on its order, no other goes to its address, nothing else stops mail.
import type { MailReturn } from "@order-saga/messaging/returned-mail";
import { notifyCustomer } from "@order-saga/notification/service";
import { notificationRecord } from "@order-saga/protocol/records";
import type { Checker, Item, Observed, SentMail, Violation } from "./observed.ts";
import { asNotification, newOf, notificationOf, orderOf, violation } from "./records.ts";

const weight: Record<MailReturn, number> = { bounced_for_now: 0, bounced: 1, complained: 2 };

export function returnedMailsStopMail(): Checker {
  /** Since when an order has shown that a mail to the address came back for good. */
  const stoppedAt = new Map<string, number>();

  function learn(observed: Observed, item: Item): void {
    const { orderId, returned = {} } = asNotification(item) ?? {};
    for (const [kind, { how }] of Object.entries(returned)) {
      if (how === "bounced_for_now") continue;
      const { to } = observed.mails.find((each) => each.orderId === orderId && each.kind === kind) ?? {};
      if (to !== undefined && !stoppedAt.has(to)) stoppedAt.set(to, observed.now);
    }
  }

  return {
    invariant: "A22",
    says: "a mail that came back is shown on its order; for good, no other goes to its address; nothing else stops one",
    afterStep(observed, step) {
      const late = newOf(observed.mails, step.from.mails).filter((mail) => isLate(observed, mail));
      for (const item of step.written) learn(observed, item);
      return late.map(({ kind, orderId }) =>
        violation("A22", `the mail ${kind} went to an address from which one had come back`, orderId),
      );
    },
    atRest: (observed) => [...hidden(observed), ...stoppedForNothing(observed)],
  };

  /** A sender that had looked before may send until its function's timeout, and wait for its turn. */
  function isLate({ clocksAheadMilliseconds, clocksBehindMilliseconds }: Observed, { at, to }: SentMail) {
    const patience =
      2 * notifyCustomer.timeoutSeconds * 1000 + clocksAheadMilliseconds + clocksBehindMilliseconds;
    return at > (stoppedAt.get(to) ?? Number.POSITIVE_INFINITY) + patience;
  }
}

/** What came back and is not on its order, or as less than it was. */
function hidden(observed: Observed): Violation[] {
  return observed.returns.flatMap(({ how, mail: { kind, orderId } }) => {
    // Its message may be what an operator purged.
    if (observed.lost.some((each) => each.orderId === orderId && each.to.startsWith("notification-")))
      return [];
    const shown = notificationOf(observed, orderId)?.returned?.[kind]?.how;
    if (shown !== undefined && weight[shown] >= weight[how]) return [];
    return [violation("A22", `the mail ${kind} ${how}, and its order shows ${shown ?? "nothing"}`, orderId)];
  });
}

function stoppedForNothing(observed: Observed): Violation[] {
  const came = new Set(observed.returns.map(({ how, mail: { to } }) => `${how} ${to.split("@")[0]}`));
  return [...observed.items(notificationRecord.service)].flatMap((item) => {
    const { mails = {}, orderId = "" } = asNotification(item) ?? {};
    const principal = orderOf(observed, orderId)?.events.OrderPlaced?.data.placedBy?.principal;
    return Object.entries(mails).flatMap(([kind, mail]) => {
      if (mail?.state !== "REFUSED" || !/^(bounced|complained)$/.test(mail.reason)) return [];
      if (principal === undefined || came.has(`${mail.reason} ${principal}`)) return [];
      return [violation("A22", `the mail ${kind} is withheld as ${mail.reason}, and none was`, orderId)];
    });
  });
}
