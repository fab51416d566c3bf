// An order as the list shows it, from its events and the attempts at its messages.

import type { DomainEvent, EventType } from "@order-saga/contracts";
import type { MailOutcome } from "@order-saga/emulator";
import type { Facts } from "@order-saga/protocol/facts";
import { statusBy } from "@order-saga/protocol/status";
import { attentionOf, refundedOf } from "./attention.ts";
import type { Moment, OrderSummary } from "./console-api.ts";
import { isLeftover } from "./leftover.ts";
import { orderProgress } from "./order-progress.ts";

type Attempt = Extract<Moment, { kind: "attempt" }>;

export type OrderRecord = {
  orderId: string;
  facts: Facts;
  moments: Moment[];
  events: { number: number; event: DomainEvent }[];
  /** Those about refunds and disputes, each once, by their ids. */
  entries: ReadonlyMap<string, DomainEvent>;
  /** Types of events that a service recorded, and that the bus has not taken. */
  unheard: Set<EventType>;
  /** Types of events that the bus took although they break their contract. */
  odd: Set<string>;
  changedAt: number;
  deadLetters: readonly ParkedMessage[];
  isPartial: boolean;
  /** As its facts say; kept, because all orders are asked for it twice a second. */
  isSettled: boolean;
  /** Open long after its decision was due. */
  isLate: boolean;
  /** How the last sending of each of its mails ended. */
  mails: Map<string, MailOutcome>;
};

export type ParkedMessage = { reaction: string; eventType?: string };

/** Undefined before OrderPlaced, unless one came that no service can take. */
export function summaryOf(order: OrderRecord): OrderSummary | undefined {
  const { changedAt, deadLetters, facts, moments, orderId } = order;
  const placed = facts.OrderPlaced;
  if (!placed) return order.odd.size > 0 ? oddSummary(order) : undefined;
  const { isCompensating, isSettled, words } = orderProgress(facts);
  const open = openAttempts(moments);
  return {
    orderId,
    status: statusBy(facts),
    isSettled,
    isStuck: isStuck(order),
    currency: placed.data.currency,
    amount: placed.data.amount,
    lines: placed.data.lines.map(({ quantity, sku, unitPrice }) => ({ sku, quantity, unitPrice })),
    placedAt: placed.occurredAt,
    decideBy: placed.data.decideBy,
    changedAt: new Date(changedAt).toISOString(),
    standing: inWords(order, words, open),
    attempts: open.map(({ attempt, reaction }) => ({ reaction, attempt })),
    deadLetters: deadLetters.length,
    isCompensating,
    ...moneyOf(order),
  };
}

/** An order of which no service has taken the first event: nothing in it may be relied upon. */
function oddSummary(order: OrderRecord): OrderSummary {
  const at = new Date(order.changedAt).toISOString();
  return {
    orderId: order.orderId,
    status: "UNKNOWN",
    isSettled: false,
    isStuck: true,
    currency: "",
    amount: 0,
    lines: [],
    placedAt: at,
    decideBy: at,
    changedAt: at,
    standing: `${[...order.odd].join(", ")} breaks its contract: no service acts on it.`,
    attempts: [],
    deadLetters: order.deadLetters.length,
    isCompensating: false,
  };
}

/** True if a person must look. */
export function isStuck(order: OrderRecord): boolean {
  const { deadLetters, facts, isLate, isSettled, mails, odd } = order;
  const isParked = deadLetters.some((letter) => !isLeftover(facts, letter));
  return isParked || odd.size > 0 || untold(mails).length > 0 || (isLate && !isSettled);
}

const untold = (mails: OrderRecord["mails"]) =>
  [...mails].filter(([, outcome]) => outcome === "refused" || outcome === "unknown");

/** Only what is there, because most orders have none of it. */
function moneyOf({ entries, facts }: OrderRecord): Partial<OrderSummary> {
  const { OrderCancelled, OrderRejected, PaymentActionRequired } = facts;
  const attention = attentionOf({ entries, facts });
  const refunded = refundedOf({ entries, facts });
  const reason = OrderRejected?.data.reason ?? (OrderCancelled && "cancelled");
  const isAsked = statusBy(facts) === "ACTION_REQUIRED";
  return {
    ...(refunded > 0 && { refunded }),
    ...(attention.length > 0 && { attention: attention.join(" ") }),
    ...(isAsked && PaymentActionRequired && { actionBy: PaymentActionRequired.data.actionBy }),
    ...(reason && { reason }),
  };
}

function inWords(
  { deadLetters, facts, mails, unheard }: OrderRecord,
  words: string,
  open: readonly Attempt[],
) {
  const left = deadLetters.filter((letter) => isLeftover(facts, letter)).length;
  const parked = deadLetters.length - left;
  if (parked > 0)
    return `${parked === 1 ? "A message of it is" : `${parked} messages of it are`} parked. ${words}`;
  const [mail] = untold(mails);
  if (mail)
    return mail[1] === "refused"
      ? `The mail “${mail[0]}” was refused. ${words}`
      : `Whether the mail “${mail[0]}” went out is unknown. ${words}`;
  if (left > 0) return `${words} ${left === 1 ? "A message is" : `${left} messages are`} left over.`;
  if (unheard.size > 0) return `${[...unheard].join(" and ")} is recorded, but the bus has not taken it.`;
  const [failed] = open.filter(({ outcome }) => outcome !== undefined);
  if (!failed) return words;
  const then = failed.isLast ? "for the last time, and is parked" : "and tries again";
  return `${failed.reaction} failed ${times(failed.attempt)} ${then}. ${words}`;
}

const times = (count: number) => (count === 1 ? "once" : `${count} times`);

/** The last attempt at each message that has not settled. */
export function openAttempts(moments: readonly Moment[]): Attempt[] {
  const last = new Map<string, Attempt>();
  for (const moment of moments)
    if (moment.kind === "attempt") last.set(`${moment.reaction}/${moment.eventId}`, moment);
  return [...last.values()].filter(({ outcome }) => outcome !== "settled" && outcome !== "parked");
}
