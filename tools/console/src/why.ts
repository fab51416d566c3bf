// Why an order is not finished: which reaction it awaits, at which attempt, and what its deadline brings.

import type { EventType } from "@order-saga/contracts";
import type { Refund } from "@order-saga/payment/ledger";
import type { Payment } from "@order-saga/payment/payment";
import type { Facts } from "@order-saga/protocol/facts";
import { inWords } from "./attention.ts";
import type { ReactionNode, Why } from "./console-api.ts";
import { orderProgress } from "./order-progress.ts";

export type Awaited = Why["awaits"][number] & { errorName?: string };

export type WhyInput = {
  now: number;
  facts: Facts;
  awaits: readonly Awaited[];
  /** What a person must do, one sentence each. */
  attention?: readonly string[];
  /** Of the services' records: what tells when a timer acts on the order. */
  records: {
    payment?: Partial<Pick<Payment, "decision" | "dueAt" | "refunds">> | undefined;
    reservation?: { state: string; reservedUntil?: string; dueAt?: string } | undefined;
    /** `unconfirmed` has its root events that no other service has confirmed yet. */
    order?: { dueAt?: string; unconfirmed: readonly EventType[] } | undefined;
  };
};

export function whyOf(input: WhyInput): Why {
  const awaits = input.awaits.map(({ errorName: _, ...rest }) => rest);
  const deadline = deadlineOf(input);
  const { attention = [] } = input;
  const words = [
    ...wordsOf(input),
    ...refundWords(input),
    ...attention,
    ...(deadline ? [`At ${clock(deadline.at)} ${deadline.happens}`] : []),
  ];
  if (!deadline) return { words: words.join(" "), awaits };
  const { at, happens } = deadline;
  // biome-ignore lint/suspicious/noThenProperty: a text; a deadline is never awaited.
  return { words: words.join(" "), awaits, deadline: { at, then: happens } };
}

const isOpen = ({ status }: Refund) => status === "REQUESTED" || status === "PENDING";

/** Refunds that are on their way, whether or not the order has ended. */
function refundWords({ facts, records }: WhyInput): string[] {
  const currency = facts.OrderPlaced?.data.currency ?? "";
  return (records.payment?.refunds ?? []).filter(isOpen).map(({ amount, id, source, status }) => {
    const what = `A refund of ${inWords({ amount, currency })} (${id}${source === "provider" ? ", made at the provider" : ""})`;
    return status === "REQUESTED"
      ? `${what} is asked for, and not yet made.`
      : `${what} is pending at the provider, and not told as made.`;
  });
}

/** What explains the delay best comes first: what an operator must do, what waits, what runs. */
const urgency = ["dead letter", "undelivered", "retrying", "delayed", "ready", "in flight"] as const;

function wordsOf({ awaits, facts, now, records }: WhyInput): string[] {
  const progress = orderProgress(facts);
  const [first] = awaits.toSorted((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state));
  if (first) return [...(progress.isSettled ? [progress.words] : []), awaitedWords(first, now)];
  if (progress.isSettled) return [progress.words];
  const unconfirmed = records.order?.unconfirmed ?? [];
  if (unconfirmed.length > 0)
    return [
      `${unconfirmed.join(" and ")} is accepted, but no other service has confirmed it yet; the sweep publishes it again at its next run.`,
    ];
  // The customer's answer comes by the provider's ring, or is found by the timer at the deadline.
  if (isAsked(facts) && !records.payment?.decision) return [progress.words];
  return [progress.words, "No message about it is under way, so a timer will ask again."];
}

function awaitedWords(
  { attempt, errorName, eventType, nextAt, of, queue, reaction, state }: Awaited,
  now: number,
): string {
  const what = eventType === "" ? "a message" : eventType;
  const nth = `attempt ${attempt} of ${of}`;
  const failure = errorName === undefined ? "" : ` (${errorName})`;
  switch (state) {
    case "dead letter":
      return `${reaction} gave up on ${what} after ${times(attempt)}${failure}; it lies in ${queue} until it is redriven.`;
    case "undelivered":
      return `The bus could not put ${what} on the queue of ${reaction}${failure}; it lies in ${queue} until it is redriven.`;
    case "retrying":
      return `The bus could not put ${what} on ${queue}${failure} and tries again${until(nextAt, now)}.`;
    case "delayed":
      return `${what} reaches ${reaction}${until(nextAt, now) || " later"}.`;
    case "ready":
      return `${what} waits in ${queue} for ${reaction}, ${nth}.`;
    case "in flight":
      return nextAt === undefined
        ? `${reaction} is working on ${what}, ${nth}.`
        : `${reaction} failed at ${what}${failure}, ${nth}, and tries again${until(nextAt, now)}.`;
  }
}

/** The next time at which a timer acts on the order. */
function deadlineOf(input: WhyInput): { at: string; happens: string } | undefined {
  const {
    facts,
    now,
    records: { payment },
  } = input;
  const refundDue = payment?.refunds?.some(isOpen) ? payment.dueAt : undefined;
  const candidates: { at: string | undefined; happens: string }[] = orderProgress(facts).isSettled
    ? [{ at: refundDue, happens: "resume-payments looks at the refund again." }]
    : openDeadlines(input);
  const known = candidates.filter((each): each is { at: string; happens: string } => each.at !== undefined);
  const [next] = known.toSorted((a, b) => a.at.localeCompare(b.at));
  if (!next) return undefined;
  // What is due already happens with the next run of its schedule.
  const at = Date.parse(next.at) < now ? new Date(now).toISOString() : next.at;
  return { at, happens: next.happens };
}

/** The bank waits for the customer. */
const isAsked = ({ PaymentActionRequired, PaymentAuthorized }: Facts) =>
  PaymentActionRequired !== undefined && PaymentAuthorized === undefined;

function openDeadlines({ facts, records: { order, payment, reservation } }: WhyInput) {
  return [
    {
      at: payment?.decision || !isAsked(facts) ? undefined : facts.PaymentActionRequired?.data.actionBy,
      happens:
        "payment looks at the provider once more; without the customer's yes the order is given up and its stock is free.",
    },
    {
      at: payment?.decision ? undefined : facts.OrderPlaced?.data.decideBy,
      happens: "payment stops waiting: nothing is charged, the stock goes back and the customer is told.",
    },
    {
      at: payment?.decision && payment.dueAt ? payment.dueAt : undefined,
      happens: "resume-payments asks the provider again.",
    },
    {
      at: reservation?.state === "RESERVED" ? reservation.dueAt : undefined,
      happens: "inventory asks payment to give the reservation up.",
    },
    { at: order?.dueAt, happens: "sweep-orders says the order's first events again." },
  ];
}

/** A message in a reaction's queue, as one that the order awaits. */
export function awaitedIn(
  message: {
    state: "ready" | "delayed" | "in flight";
    receiveCount: number;
    visibleAt?: number;
    eventType: string;
  },
  reaction: Pick<ReactionNode, "name" | "queue" | "maxReceiveCount">,
  isRunning: boolean,
): Awaited {
  const { eventType, receiveCount, state, visibleAt } = message;
  const nextAt =
    visibleAt === undefined || (state === "in flight" && isRunning)
      ? undefined
      : new Date(visibleAt).toISOString();
  return {
    reaction: reaction.name,
    queue: reaction.queue,
    eventType,
    attempt: state === "in flight" ? Math.max(1, receiveCount) : receiveCount + 1,
    of: reaction.maxReceiveCount,
    state,
    ...(nextAt !== undefined && { nextAt }),
  };
}

const times = (count: number) => (count === 1 ? "one attempt" : `${count} attempts`);

/** To the second, by the clock that the page shows. */
const clock = (at: string) => at.slice(11, 19);

function until(at: string | undefined, now: number): string {
  if (at === undefined) return "";
  const seconds = Math.ceil((Date.parse(at) - now) / 1000);
  if (seconds <= 0) return " now";
  return seconds < 120 ? ` in ${seconds} s` : ` in ${Math.round(seconds / 60)} min`;
}
