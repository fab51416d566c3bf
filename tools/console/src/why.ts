// Why an order is not finished: which reaction it awaits, at which attempt, and what its deadline brings.

import type { EventType } from "@order-saga/contracts";
import type { Refund } from "@order-saga/payment/ledger";
import type { Payment } from "@order-saga/payment/payment";
import type { Facts } from "@order-saga/protocol/facts";
import { inWords } from "./attention.ts";
import type { MailStanding, ReactionNode, Why } from "./console-api.ts";
import { isLeftover } from "./leftover.ts";
import { orderProgress } from "./order-progress.ts";

export type Awaited = Why["awaits"][number] & { errorName?: string };

export type WhyInput = {
  now: number;
  facts: Facts;
  awaits: readonly Awaited[];
  /** What a person must do, one sentence each. */
  attention?: readonly string[];
  /** Its mails by notification's record, and the outcome of which the customer was not told at all. */
  mails?: readonly MailStanding[];
  /** Events of the order that services recorded and the bus has not taken yet. */
  unheard?: readonly EventType[];
  /** Types of events that the bus took although they break their contract. */
  odd?: readonly string[];
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
    ...oddWords(input),
    ...wordsOf(input),
    ...mailWords(input),
    ...refundWords(input),
    ...attention,
    ...(deadline ? [`At ${clock(deadline.at, input.now)} ${deadline.happens}`] : []),
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

function wordsOf(input: WhyInput): string[] {
  const { awaits, facts, now, records, unheard = [] } = input;
  const progress = orderProgress(facts);
  const [first] = awaits.toSorted((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state));
  if (first && progress.isSettled) {
    const isLeft = (each: Awaited) => isParked(each) && isLeftover(facts, each);
    const left = awaits.filter(isLeft);
    const needed = awaits.find((each) => !isLeft(each));
    return [
      progress.words,
      ...(needed ? [awaitedWords(needed, now)] : []),
      ...(left.length > 0 ? [leftoverWords(left)] : []),
    ];
  }
  if (first) return [awaitedWords(first, now)];
  if (progress.isSettled) return [progress.words];
  if (unheard.length > 0)
    return [
      `${unheard.join(" and ")} is recorded, but the bus has not taken it; the sweep publishes it at its next run.`,
    ];
  const unconfirmed = records.order?.unconfirmed ?? [];
  if (unconfirmed.length > 0)
    return [
      `${unconfirmed.join(" and ")} is accepted, but no other service has confirmed it yet; the sweep publishes it again at its next run.`,
    ];
  // The customer's answer comes by the provider's ring, or is found by the timer at the deadline.
  if (isAsked(facts) && !records.payment?.decision) return [progress.words];
  const isDue = deadlineOf(input) !== undefined;
  return [
    progress.words,
    isDue
      ? "No message about it is under way, so a timer will ask again."
      : "No message about it is under way, and no record says when a timer will ask again.",
  ];
}

const isParked = ({ state }: Awaited) => state === "dead letter" || state === "undelivered";

function leftoverWords(left: readonly Awaited[]): string {
  const what = left.map(({ eventType, reaction }) => `${eventType} for ${reaction}`).join(", ");
  return left.length === 1
    ? `A message is left over (${what}): the order needs it no more, and it may be discarded.`
    : `${left.length} messages are left over (${what}): the order needs them no more, and they may be discarded.`;
}

function oddWords({ odd = [] }: WhyInput): string[] {
  return odd.map(
    (type) =>
      `${type} breaks its contract, so no service acts on it: its message is parked by each that hears it.`,
  );
}

/** Each mail that did not go out as it should have, with what becomes of it. */
function mailWords({ awaits, mails = [], now }: WhyInput): string[] {
  const isUnderWay = awaits.some(({ reaction }) => reaction === MAILER);
  return mails.flatMap((mail) => returnedWords(mail, now) ?? wordsOfMail(mail, now, isUnderWay) ?? []);
}

/** What came back went out, whatever its record says of its sending. */
function returnedWords({ kind, returned }: MailStanding, now: number): string | undefined {
  if (!returned) return undefined;
  const time = clock(returned.at, now);
  switch (returned.how) {
    case "bounced":
      return `The mail “${kind}” came back at ${time}: its address takes no mail, and no other is sent there.`;
    case "bounced_for_now":
      return `The mail “${kind}” came back at ${time} for a reason that may pass; later mails are sent all the same.`;
    case "complained":
      return `The customer complained about the mail “${kind}” at ${time}: no other is sent to its address.`;
  }
}

/** Why the shop itself did not send a mail, by the reason in its record. */
const withheld: Readonly<Record<string, string>> = {
  address_not_verified: "its address is not known to be the customer's, and nothing was paid",
  bounced: "an earlier mail to its address came back",
  complained: "the customer complained about an earlier mail to its address",
  forgotten: "its customer was forgotten",
  quota_exceeded: "its customer has had as many mails as this stage allows",
};

function wordsOfMail(mail: MailStanding, now: number, isUnderWay: boolean): string | undefined {
  const { at, kind, reason, state } = mail;
  const what = `the mail “${kind}”`;
  const time = clock(at, now);
  switch (state) {
    case "refused":
      if (withheld[reason ?? ""])
        return `${capital(what)} was not sent at ${time}: ${withheld[reason ?? ""]}. It is not sent unless you have it sent.`;
      return `The mail service refused ${what} at ${time} (${reason}); it is not sent again unless you have it sent.`;
    case "unknown":
      return `Whether ${what} went out is unknown: its sending ended without an answer, as recorded at ${time}. It is not sent again unless you have it sent.`;
    case "due":
      if (isUnderWay) return undefined;
      return `${capital(what)} has been due since ${time}, and no message is under way that would send it.`;
    case "missing":
      if (isUnderWay) return undefined;
      return `The customer was not told: ${what} was not sent, and no message is under way that would send it.`;
    case "sent":
    case "claimed":
    case "superseded":
      return undefined;
  }
}

const MAILER = "notify-customer";
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function awaitedWords(
  { attempt, errorName, eventType, nextAt, of, queue, reaction, state }: Awaited,
  now: number,
): string {
  const what = eventType === "" ? "a message" : eventType;
  const isOver = attempt > of;
  const nth = isOver ? `tried ${of} times` : `attempt ${attempt} of ${of}`;
  const failure = errorName === undefined ? "" : ` (${errorName})`;
  switch (state) {
    case "dead letter":
      return `${reaction} gave up on ${what} after ${times(attempt)}${failure}; it lies in ${queue} until it is redriven or discarded.`;
    case "undelivered":
      return `The bus could not put ${what} on the queue of ${reaction}${failure}; it lies in ${queue} until it is redriven or discarded.`;
    case "retrying":
      return `The bus could not put ${what} on ${queue}${failure} and tries again${until(nextAt, now)}.`;
    case "delayed":
      return `${capital(what)} reaches ${reaction}${until(nextAt, now) || " later"}.`;
    case "ready":
      return isOver
        ? `${reaction} failed at ${what}${failure}, ${nth}; it is parked in the dead-letter queue when it is next received.`
        : `${capital(what)} waits in ${queue} for ${reaction}, ${nth}.`;
    case "in flight":
      if (nextAt === undefined) return `${reaction} is working on ${what}, ${nth}.`;
      return attempt >= of
        ? `${reaction} failed at ${what}${failure}, ${nth}, the last one: it is parked in the dead-letter queue${until(nextAt, now)}.`
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
      happens: payment?.decision
        ? "inventory asks payment once more what becomes of the reserved stock."
        : "inventory asks payment to give the reservation up.",
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

/** To the second, by the clock and time zone that the page shows; with its day if it is not today's. */
function clock(at: string, now: number): string {
  const time = `${at.slice(11, 19)} UTC`;
  return at.slice(0, 10) === new Date(now).toISOString().slice(0, 10) ? time : `${at.slice(0, 10)} ${time}`;
}

/** A moment and not a span: words that are a few seconds old stay true. */
function until(at: string | undefined, now: number): string {
  if (at === undefined) return "";
  return Date.parse(at) <= now ? " at once" : ` at ${clock(at, now)}`;
}
