// The rules of an order's mails: which are due, who may send one, and why one is never sent.
import { type EventOf, type OrderLine, type Recipient, recipientIn } from "@order-saga/contracts";
import { invariantViolation } from "@order-saga/messaging";
import type { MailReturn } from "@order-saga/messaging/returned-mail";

/** What an order is mailed about without its customer or the shop doing more. */
export const orderMailKinds = ["received", "confirmed", "rejected", "cancelled"] as const;
/** In the order a customer should read them; with the one about a bulk of orders. */
export const mailKinds = ["received", "action", "confirmed", "rejected", "cancelled", "completed"] as const;
/** Each refund has a mail of its own, which comes after these. */
export type MailKind = (typeof mailKinds)[number] | `refund:${string}`;

/** Times are ISO 8601. `by` names the one delivery that holds the claim. */
export type Mail =
  | { state: "DUE"; at: string }
  | { state: "CLAIMED"; at: string; by: string }
  | { state: "SENT"; at: string; providerMessageId: string }
  /** A claim was left behind: the mail may have gone out or not. Never sent again; an operator looks. */
  | { state: "UNKNOWN"; at: string; by: string; claimedAt: string }
  | { state: "SUPERSEDED"; at: string }
  | { state: "REFUSED"; at: string; reason: string };

/** What a mail tells its reader about the order, or about the bulk of so many orders. */
export type Placed = Recipient & {
  lines: OrderLine[];
  amount: number;
  currency: string;
  bulkOf?: number;
};

export type Outcomes = {
  confirmed?: EventOf<"OrderConfirmed">["data"];
  rejected?: EventOf<"OrderRejected">["data"];
  cancelled?: EventOf<"OrderCancelled">["data"];
  completed?: EventOf<"BulkCompleted">["data"];
};

export type Notification = {
  /** The order, or the bulk of orders. */
  orderId: string;
  /** Absent while an outcome waits for its OrderPlaced. */
  placed?: Placed;
  outcomes: Outcomes;
  /** Until when the customer may answer the bank (ISO); absent if the customer was not to be told. */
  actionBy?: string;
  /** What the shop gave back without a cancellation, by refund. */
  refunds?: { readonly [refundId: string]: { readonly amount: number } };
  mails: { [K in (typeof mailKinds)[number]]?: Mail } & { [refund: `refund:${string}`]: Mail };
  /** Of the mails that came back, how and when (ISO), by kind. */
  returned?: { readonly [kind: string]: { readonly how: MailReturn; readonly at: string } };
  /** How often an operator had a mail sent again, by kind. */
  sentAgain?: { readonly [kind: string]: number };
  /** 0 for a record that was never written. */
  version: number;
};

export type Heard = EventOf<
  | "OrderPlaced"
  | "PaymentActionRequired"
  | "OrderConfirmed"
  | "OrderRejected"
  | "OrderCancelled"
  | "RefundMade"
  | "BulkPlaced"
  | "BulkCompleted"
>;

export function blank(orderId: string): Notification {
  return { orderId, outcomes: {}, mails: {}, version: 0 };
}

/** Adds the event's fact; a fact already known changes nothing and returns the same object. */
export function hear(notification: Notification, event: Heard, now: number): Notification {
  switch (event.type) {
    case "OrderPlaced": {
      if (notification.placed) return notification;
      return withOrder(notification, event, now);
    }
    case "BulkPlaced": {
      if (notification.placed) return notification;
      const { count: bulkOf, currency } = event.data;
      const placed = { ...recipientIn(event.data), lines: [], amount: 0, currency, bulkOf };
      return withDueMails({ ...notification, placed }, now);
    }
    case "BulkCompleted":
      return withOutcome(notification, { completed: event.data }, now);
    case "OrderConfirmed":
      return withOutcome(notification, { confirmed: event.data }, now);
    case "OrderRejected":
      return withOutcome(notification, { rejected: event.data }, now);
    case "OrderCancelled":
      return withOutcome(notification, { cancelled: event.data }, now);
    case "PaymentActionRequired": {
      if (notification.actionBy !== undefined || hasEnded(notification)) return notification;
      return withDueMails({ ...notification, actionBy: event.data.actionBy }, now);
    }
    case "RefundMade":
      return withRefund(notification, event, now);
  }
}

/** Past its deadline an order has ended, or is about to: its customer is told of that alone. */
function withOrder(notification: Notification, { data }: EventOf<"OrderPlaced">, now: number): Notification {
  const { amount, currency, decideBy, lines } = data;
  const placed = { ...recipientIn(data), lines, amount, currency };
  const received: Mail = { state: "SUPERSEDED", at: new Date(now).toISOString() };
  const mails = { ...notification.mails, ...(now >= Date.parse(decideBy) && { received }) };
  return withDueMails({ ...notification, placed, mails }, now);
}

/** A customer who is asked finds it on the page; one who has not answered for so long is written to. */
const ACTION_GRACE_MILLISECONDS = 2 * 60_000;

/** How long the mail of this event is to wait (seconds): most are due at once. */
export function secondsUntilDue({ occurredAt, type }: Heard, now: number): number {
  if (type !== "PaymentActionRequired") return 0;
  return Math.max(0, Math.ceil((Date.parse(occurredAt) + ACTION_GRACE_MILLISECONDS - now) / 1000));
}

/** Then its mail has its turn like any other: SQS keeps no message for longer than a few days. */
const LONGEST_ASIDE_MILLISECONDS = 24 * 3600_000;

/**
 * True for the end of an order that an outage has left behind: its customer has waited for a quarter of an
 * hour, so that fresh mails come first.
 */
export function isLateNews(event: Heard, now: number): boolean {
  const isLate = event.type === "OrderRejected" && event.data.reason === "expired";
  return isLate && now - Date.parse(event.occurredAt) < LONGEST_ASIDE_MILLISECONDS;
}

/** How long such a mail gives way: of each order another time, so that they do not come together. */
export function secondsAside(orderId: string): number {
  return 120 + (Number.parseInt(orderId.slice(-4), 16) % 480);
}

const hasEnded = ({ outcomes }: Notification) => Object.keys(outcomes).length > 0;

/** A refund of a cancellation is told with the cancellation; one after an abort was never charged. */
function withRefund(
  notification: Notification,
  { data: { amount, refundId, source } }: EventOf<"RefundMade">,
  now: number,
): Notification {
  const isTold = source === "shop" || source === "provider";
  if (!isTold || notification.refunds?.[refundId]) return notification;
  return withDueMails({ ...notification, refunds: { ...notification.refunds, [refundId]: { amount } } }, now);
}

function withOutcome(notification: Notification, outcome: Outcomes, now: number): Notification {
  const [kind] = Object.keys(outcome) as (keyof Outcomes)[];
  if (!kind || notification.outcomes[kind]) return notification;
  const outcomes = { ...notification.outcomes, ...outcome };
  if (outcomes.rejected && (outcomes.confirmed || outcomes.cancelled)) {
    throw invariantViolation("an order was rejected and also confirmed or cancelled");
  }
  return withDueMails({ ...notification, outcomes }, now);
}

/** Why no mail goes to an address that is not known to be the customer's. */
const UNVERIFIED = "address_not_verified";

/**
 * True once money was taken: a stranger's address is written to only by who pays for it, so that the shop is
 * no relay of mails. An authorisation that was given up may have cost nothing.
 */
function isPaid({ outcomes, refunds }: Notification): boolean {
  const { cancelled, completed, confirmed } = outcomes;
  return (
    confirmed !== undefined ||
    cancelled?.refunded === true ||
    (completed?.confirmed ?? 0) > 0 ||
    refunds !== undefined
  );
}

/**
 * Nothing is due without a contact; then every outcome and refund is, `received` of a single order too. A
 * cancel overtakes `confirmed`, and any end overtakes `action`. To an address that is not verified nothing is
 * due before money was taken; an end without it refuses the mails, and says why.
 */
function withDueMails(notification: Notification, now: number): Notification {
  const { placed } = notification;
  if (!placed) return notification;
  const at = new Date(now).toISOString();
  const mails = { ...notification.mails };
  const isWithheld = placed.addressVerified === false && !isPaid(notification);
  if (isWithheld && !hasEnded(notification)) return notification;
  for (const kind of kindsOf(notification)) {
    if (!isDue(notification, placed, kind, at)) continue;
    mails[kind] ??= isWithheld ? { state: "REFUSED", at, reason: UNVERIFIED } : { state: "DUE", at };
  }
  const overtaken = [
    ...(notification.outcomes.cancelled ? (["confirmed"] as const) : []),
    ...(hasEnded(notification) ? (["action"] as const) : []),
  ];
  for (const kind of overtaken) if (mails[kind]?.state === "DUE") mails[kind] = { state: "SUPERSEDED", at };
  return { ...notification, mails };
}

/** In the order of sending. */
const kindsOf = ({ refunds = {} }: Notification): MailKind[] => [
  ...mailKinds,
  ...Object.keys(refunds).map((id): MailKind => `refund:${id}`),
];

function isDue(notification: Notification, placed: Placed, kind: MailKind, at: string): boolean {
  const { actionBy, outcomes } = notification;
  switch (kind) {
    case "received":
      return placed.bulkOf === undefined;
    case "action":
      return actionBy !== undefined && at < actionBy && !hasEnded(notification);
    case "confirmed":
    case "rejected":
    case "cancelled":
    case "completed":
      return outcomes[kind] !== undefined;
    default:
      return true;
  }
}

/**
 * A delivery that would send the next mail: its name, the time, and how long a claim holds (both
 * milliseconds).
 */
export type Claimant = { by: string; now: number; claimLife: number };

export type Next =
  /** The mail is claimed by the claimant, who sends it as soon as the claim is stored. */
  | { do: "send"; kind: MailKind }
  /** Another delivery may be sending this mail right now. */
  | { do: "wait"; kind: MailKind }
  | { do: "rest" };

export type Claimed = { notification: Notification; next: Next; becameUnknown: MailKind[] };

/**
 * Claims the next mail that is due. A mail waits for those before it, so that no customer reads "confirmed"
 * after "cancelled". A claim older than its life becomes UNKNOWN, and no longer holds up the rest.
 */
export function claimNextMail(notification: Notification, claimant: Claimant): Claimed {
  const at = new Date(claimant.now).toISOString();
  const mails = { ...notification.mails };
  const becameUnknown: MailKind[] = [];
  const claimed = (next: Next, changed = becameUnknown.length > 0): Claimed => ({
    notification: changed ? { ...notification, mails } : notification,
    next,
    becameUnknown,
  });
  for (const kind of kindsOf(notification)) {
    const mail = mails[kind];
    if (mail?.state === "DUE") {
      mails[kind] = { state: "CLAIMED", at, by: claimant.by };
      return claimed({ do: "send", kind }, true);
    }
    if (mail?.state !== "CLAIMED") continue;
    // Our own claim, stored by a write whose answer was lost: nothing was sent under it yet.
    if (mail.by === claimant.by) return claimed({ do: "send", kind });
    if (claimant.now - Date.parse(mail.at) < claimant.claimLife) return claimed({ do: "wait", kind });
    mails[kind] = { state: "UNKNOWN", at, by: mail.by, claimedAt: mail.at };
    becameUnknown.push(kind);
  }
  return claimed({ do: "rest" });
}

/** An operator has a mail sent again that was refused or whose outcome is unknown; another stays as it is. */
export function sentAgain(notification: Notification, kind: MailKind, now: number): Notification {
  const { mails, version } = notification;
  const mail = mails[kind];
  if (mail?.state !== "REFUSED" && mail?.state !== "UNKNOWN") return notification;
  return {
    ...notification,
    mails: { ...mails, [kind]: { state: "DUE", at: new Date(now).toISOString() } },
    sentAgain: { ...notification.sentAgain, [kind]: (notification.sentAgain?.[kind] ?? 0) + 1 },
    version: version + 1,
  };
}

/** How a claimed mail ended; `NOT_SENT` gives the claim back. */
export type Sending =
  | { state: "SENT"; providerMessageId: string }
  | { state: "REFUSED"; reason: string }
  | { state: "NOT_SENT" };

/** Records how a sending ended. Only the holder of the claim knows, even if others gave it up as UNKNOWN. */
export function settle(
  notification: Notification,
  kind: MailKind,
  sending: Sending,
  claimant: Pick<Claimant, "by" | "now">,
): Notification {
  const mail = notification.mails[kind];
  if (mail?.state !== "CLAIMED" && mail?.state !== "UNKNOWN") return notification;
  if (mail.by !== claimant.by) return notification;
  const at = new Date(claimant.now).toISOString();
  const settled: Mail = sending.state === "NOT_SENT" ? { state: "DUE", at } : { ...sending, at };
  const next = withDueMails(
    { ...notification, mails: { ...notification.mails, [kind]: settled } },
    claimant.now,
  );
  // Others gave the claim up and acknowledged their messages: no delivery is left to send what would be due.
  const isAbandoned = mail.state === "UNKNOWN" && next.mails[kind]?.state === "DUE";
  return isAbandoned ? notification : next;
}
