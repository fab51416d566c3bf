// An order as the list shows it, from its events and the attempts at its messages.

import type { DomainEvent } from "@order-saga/contracts";
import type { MailOutcome } from "@order-saga/emulator";
import type { Facts } from "@order-saga/protocol/facts";
import { statusBy } from "@order-saga/protocol/status";
import { attentionOf, refundedOf } from "./attention.ts";
import type { Moment, OrderSummary } from "./console-api.ts";
import { orderProgress } from "./order-progress.ts";

type Attempt = Extract<Moment, { kind: "attempt" }>;

export type OrderRecord = {
  orderId: string;
  facts: Facts;
  moments: Moment[];
  events: { number: number; event: DomainEvent }[];
  /** Those about refunds and disputes, each once, by their ids. */
  entries: ReadonlyMap<string, DomainEvent>;
  changedAt: number;
  deadLetters: number;
  isPartial: boolean;
  /** As its facts say; kept, because all orders are asked for it twice a second. */
  isSettled: boolean;
  /** Open long after its decision was due. */
  isLate: boolean;
  /** How the last sending of each of its mails ended. */
  mails: Map<string, MailOutcome>;
};

/** Undefined before OrderPlaced. */
export function summaryOf(order: OrderRecord): OrderSummary | undefined {
  const { changedAt, deadLetters, facts, moments, orderId } = order;
  const placed = facts.OrderPlaced;
  if (!placed) return undefined;
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
    standing: inWords(words, open, deadLetters),
    attempts: open.map(({ attempt, reaction }) => ({ reaction, attempt })),
    deadLetters,
    isCompensating,
    ...moneyOf(order),
  };
}

/** True if a person must look. */
export function isStuck({ deadLetters, isLate, isSettled, mails }: OrderRecord): boolean {
  const isUntold = [...mails.values()].some((outcome) => outcome === "refused" || outcome === "unknown");
  return deadLetters > 0 || isUntold || (isLate && !isSettled);
}

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

function inWords(words: string, open: readonly Attempt[], deadLetters: number): string {
  if (deadLetters > 0)
    return `${deadLetters === 1 ? "A message of it is" : `${deadLetters} messages of it are`} parked. ${words}`;
  const [failed] = open.filter(({ outcome }) => outcome !== undefined);
  return failed ? `${failed.reaction} failed ${times(failed.attempt)} and tries again. ${words}` : words;
}

const times = (count: number) => (count === 1 ? "once" : `${count} times`);

/** The last attempt at each message that has not settled. */
export function openAttempts(moments: readonly Moment[]): Attempt[] {
  const last = new Map<string, Attempt>();
  for (const moment of moments)
    if (moment.kind === "attempt") last.set(`${moment.reaction}/${moment.eventId}`, moment);
  return [...last.values()].filter(({ outcome }) => outcome !== "settled" && outcome !== "parked");
}
