// How an order's mails stand by notification's record, and which one its customer should have had.
import type { Mail, Notification } from "@order-saga/notification/notification";
import type { Facts } from "@order-saga/protocol/facts";
import type { MailStanding } from "./console-api.ts";

/** An event is heard within this time, unless a message waits; before it nothing is missing. */
const HEARD_MILLISECONDS = 5000;

export function mailStandings(
  record: Pick<Notification, "mails" | "returned"> | undefined,
  facts: Facts,
  now: number,
): MailStanding[] {
  const known = Object.entries(record?.mails ?? {}).flatMap(([kind, mail]) => {
    const returned = record?.returned?.[kind];
    return mail ? [{ ...standing(kind, mail), ...(returned && { returned }) }] : [];
  });
  const missing = expected(facts).filter(
    ({ at, kind }) => !record?.mails[kind] && now - Date.parse(at) > HEARD_MILLISECONDS,
  );
  return [...known, ...missing.map(({ at, kind }): MailStanding => ({ kind, state: "missing", at }))];
}

/** An order of a bulk has no mail of its own. */
function expected({ OrderCancelled, OrderConfirmed, OrderPlaced, OrderRejected }: Facts) {
  if (!OrderPlaced || OrderPlaced.data.bulkId !== undefined) return [];
  const due = [
    { kind: "confirmed" as const, event: OrderCancelled ? undefined : OrderConfirmed },
    { kind: "rejected" as const, event: OrderRejected },
    { kind: "cancelled" as const, event: OrderCancelled },
  ];
  return due.flatMap(({ event, kind }) => (event ? [{ kind, at: event.occurredAt }] : []));
}

function standing(kind: string, mail: Mail): MailStanding {
  const { at } = mail;
  switch (mail.state) {
    case "REFUSED":
      return { kind, state: "refused", at, reason: mail.reason };
    case "DUE":
      return { kind, state: "due", at };
    case "CLAIMED":
      return { kind, state: "claimed", at };
    case "SENT":
      return { kind, state: "sent", at };
    case "UNKNOWN":
      return { kind, state: "unknown", at };
    case "SUPERSEDED":
      return { kind, state: "superseded", at };
  }
}
