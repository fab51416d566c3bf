// One order in full: what happened, the record of each service, what it waits for.

import { EXHAUSTED } from "@order-saga/dead-letters/dead-letters";
import { eventHeaderOf } from "@order-saga/dead-letters/event-header";
import { mask } from "@order-saga/dead-letters/masking";
import { factsOf, type OrderRecords, readRecords } from "@order-saga/dead-letters/records";
import { messagesIn, type PendingDelivery, type QueuedMessage } from "@order-saga/emulator";
import { createSlices, type Slices } from "@order-saga/emulator/slices";
import { recordsIn } from "@order-saga/invariants/books";
import type { Runtime } from "@order-saga/local/runtime";
import { targetRetryPolicy } from "@order-saga/messaging/topology";
import type { Notification } from "@order-saga/notification/notification";
import { type Order, unconfirmedRootEvents } from "@order-saga/orders/order";
import { toOrder } from "@order-saga/orders/store/record";
import { toPayment } from "@order-saga/payment/store/record";
import { attentionOf } from "./attention.ts";
import type {
  DeadLetter,
  MailRow,
  MailStanding,
  Moment,
  OrderDetail,
  ReactionNode,
  RingRow,
} from "./console-api.ts";
import { iso } from "./iso.ts";
import { mailStandings } from "./mail-standings.ts";
import { actsOf } from "./order-acts.ts";
import { type OrderRecord, openAttempts } from "./order-summary.ts";
import type { Recorder } from "./recorder.ts";
import { type Awaited, awaitedIn, whyOf } from "./why.ts";

/** Undefined if the recorder knows no such order. */
export async function orderDetail(
  runtime: Runtime,
  orderId: string,
  known: {
    recorder: Recorder;
    reactions: readonly ReactionNode[];
    letters: readonly DeadLetter[];
    mails: readonly MailRow[];
  },
): Promise<OrderDetail | undefined> {
  const { recorder } = known;
  const records = await readRecords(runtime.clients.dynamodb, orderId);
  if (!recorder.order(orderId)?.facts.OrderPlaced) learnFrom(recorder, records);
  const order = recorder.order(orderId);
  const summary = recorder.summary(orderId);
  if (!order || !summary) return undefined;
  const deadLetters = [...known.letters];
  const awaits = await awaitsOf(runtime, order, known.reactions, deadLetters);
  const now = runtime.now();
  const mails = mailStandings(records.notification as Notification | undefined, order.facts, now);
  const why = whyOf({
    now,
    facts: order.facts,
    awaits,
    attention: attentionOf(order),
    mails,
    unheard: [...order.unheard],
    odd: [...order.odd],
    records: whyRecords(records),
  });
  return {
    at: iso(now),
    acts: actsOf(order, deadLetters, mails.filter(hasNoMessage(awaits))),
    mailStandings: mails,
    summary,
    moments: causeFirst(order.moments),
    isPartial: order.isPartial,
    why,
    facts: Object.fromEntries(
      Object.entries(records).map(([service, item]) => [service, mask(factsOf(item))]),
    ),
    events: order.events.map(({ event, number }) => ({
      number,
      event: mask(event) as Record<string, unknown>,
    })),
    mails: [...known.mails],
    deadLetters,
    rings: ringsOf(runtime, records),
  };
}

/** A mail that is due or missing may only be late while a message is under way that would send it. */
function hasNoMessage(awaits: readonly Awaited[]): (mail: MailStanding) => boolean {
  const isUnderWay = awaits.some(({ reaction }) => reaction === "notify-customer");
  return ({ state }) => !isUnderWay || (state !== "due" && state !== "missing");
}

/** Of an order that the bus has not told of: what its services recorded. */
export function learnFrom(recorder: Recorder, { orders: item, ...others }: OrderRecords): void {
  if (item)
    recorder.recall(
      recordsIn([item, ...Object.values(others)]).flatMap(({ events }) => Object.values(events)),
    );
}

/** Of the webhooks that the provider remembers, so many are looked through. */
const MOST_RINGS = 1000;

function ringsOf({ aws }: Runtime, { payment }: OrderRecords): RingRow[] {
  const authorization = payment && toPayment(payment).authorization;
  const intentId = authorization && "intentId" in authorization ? authorization.intentId : undefined;
  if (intentId === undefined) return [];
  const own = aws.payments.webhooks.latest(MOST_RINGS).filter(({ intent }) => intent === intentId);
  return own.map(({ attempts, dueAt, fault, forgery, id, type }) => ({
    id,
    type,
    intentId,
    ...((forgery ?? fault) && { fault: forgery ? `forged (${forgery})` : fault }),
    attempts: attempts.map(({ at, status }) => ({ at: iso(at), ...(status !== undefined && { status }) })),
    ...(dueAt !== undefined && { nextAt: iso(dueAt) }),
  }));
}

/** By time; within a millisecond events first, then their messages, then attempts. */
export function causeFirst(moments: readonly Moment[]): Moment[] {
  const rank = ({ kind }: Moment) => (kind === "event" ? 0 : kind === "delivered" ? 1 : 2);
  return moments.toSorted((a, b) => a.at.localeCompare(b.at) || rank(a) - rank(b));
}

/** The order's unsettled messages: in dead-letter queues, at the bus, in the reactions' queues. */
async function awaitsOf(
  { aws }: Runtime,
  order: OrderRecord,
  reactions: readonly ReactionNode[],
  letters: readonly DeadLetter[],
): Promise<Awaited[]> {
  const slices = createSlices();
  const queued: Awaited[] = [];
  for (const reaction of reactions) queued.push(...(await awaitedInQueue(aws, order, reaction, slices)));
  const pending = aws
    .pendingDeliveries()
    .filter(({ body }) => body.includes(order.orderId))
    .flatMap((delivery) => {
      const reaction = reactions.find(({ queue }) => delivery.target.Arn.endsWith(`:${queue}`));
      return reaction ? [awaitedAtBus(delivery, reaction)] : [];
    });
  return [...letters.map(awaitedAsDeadLetter), ...pending, ...queued];
}

async function awaitedInQueue(
  aws: Runtime["aws"],
  { moments, orderId }: OrderRecord,
  reaction: ReactionNode,
  slices: Slices,
): Promise<Awaited[]> {
  if (messagesIn(aws.queues.count(reaction.queue)) === 0) return [];
  const open = openAttempts(moments).filter((each) => each.reaction === reaction.name);
  const own: QueuedMessage[] = [];
  for (const message of aws.queues.walk(reaction.queue)) {
    if (message.body.includes(orderId)) own.push(message);
    const rest = slices();
    if (rest) await rest;
  }
  return own.map((message) => {
    const { eventId, eventType } = eventHeaderOf(message.body);
    const attempt = open.find((each) => each.eventId === eventId);
    const isRunning = attempt !== undefined && attempt.endedAt === undefined;
    const { errorName } = attempt ?? {};
    return {
      ...awaitedIn({ ...message, eventType }, reaction, isRunning),
      ...(errorName !== undefined && { errorName }),
    };
  });
}

function awaitedAtBus(
  { attempts, body, errorCode, nextTryAt }: PendingDelivery,
  { name, queue }: ReactionNode,
): Awaited {
  return {
    reaction: name,
    queue,
    eventType: eventHeaderOf(body).eventType,
    attempt: attempts,
    of: targetRetryPolicy.maximumAttempts,
    state: "retrying",
    nextAt: iso(nextTryAt),
    errorName: errorCode,
  };
}

function awaitedAsDeadLetter({ attempts, cause, eventType = "", queue, reaction }: DeadLetter): Awaited {
  return {
    reaction,
    queue,
    eventType,
    attempt: attempts,
    of: attempts,
    state: queue.endsWith("-undelivered") ? "undelivered" : "dead letter",
    ...(cause !== EXHAUSTED && { errorName: cause }),
  };
}

function whyRecords({ inventory, orders, payment }: OrderRecords): Parameters<typeof whyOf>[0]["records"] {
  type Known = Parameters<typeof whyOf>[0]["records"];
  return {
    payment: payment && toPayment(payment),
    reservation: inventory as Known["reservation"],
    order: orders && whyOrder(toOrder(orders)),
  };
}

/** The sweep's first run publishes only unconfirmed events; every later one publishes all of them again. */
function whyOrder(order: Order) {
  const events = unconfirmedRootEvents(order).map(({ type }) => type);
  const says = order.looked || events.length > 0;
  return { unconfirmed: events, ...(says && order.dueAt !== undefined && { dueAt: order.dueAt }) };
}
