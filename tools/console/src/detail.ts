// One order with everything that is known of it: what happened, what each service holds, what it waits for.

import { EXHAUSTED } from "@order-saga/dead-letters/letters";
import { mask } from "@order-saga/dead-letters/masking";
import { factsOf, type OrderRecords, readRecords } from "@order-saga/dead-letters/records";
import { subjectOf } from "@order-saga/dead-letters/subject";
import { messagesIn } from "@order-saga/emulator";
import { iso } from "@order-saga/invariants/bounded";
import { targetRetryPolicy } from "@order-saga/messaging/topology";
import { type Order, unconfirmedRootEvents } from "@order-saga/orders/order";
import { toOrder } from "@order-saga/orders/store/record";
import { openAttempts } from "./summary.ts";
import type { WatchedRuntime } from "./watched.ts";
import { type Awaited, awaitedIn, whyOf } from "./why.ts";
import type { DeadLetter, MailRow, Moment, OrderDetail, ReactionNode } from "./wire.ts";

/** Undefined if the recorder knows no such order. */
export async function orderDetail(
  runtime: WatchedRuntime,
  orderId: string,
  seen: { reactions: readonly ReactionNode[]; letters: readonly DeadLetter[]; mails: readonly MailRow[] },
): Promise<OrderDetail | undefined> {
  const records = await readRecords(runtime.clients.dynamodb, orderId);
  const order = runtime.recorder.order(orderId);
  const summary = runtime.recorder.summary(orderId);
  if (!order || !summary) return undefined;
  const deadLetters = seen.letters.filter((letter) => letter.orderId === orderId);
  const awaits = awaitsOf(runtime, orderId, seen.reactions, deadLetters);
  const why = whyOf({ now: runtime.now(), heard: order.heard, awaits, records: whyRecords(records) });
  return {
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
    mails: seen.mails.filter((mail) => mail.orderId === orderId),
    deadLetters,
  };
}

/** By time; what happened in one millisecond, an event before its messages and those before the attempts at them. */
export function causeFirst(moments: readonly Moment[]): Moment[] {
  const rank = ({ kind }: Moment) => (kind === "event" ? 0 : kind === "delivered" ? 1 : 2);
  return moments.toSorted((a, b) => a.at.localeCompare(b.at) || rank(a) - rank(b));
}

function awaitsOf(
  { aws, recorder }: WatchedRuntime,
  orderId: string,
  reactions: readonly ReactionNode[],
  letters: readonly DeadLetter[],
): Awaited[] {
  const open = openAttempts(recorder.order(orderId)?.moments ?? []);
  const attemptAt = (reaction: string, eventId: string) =>
    open.find((each) => each.reaction === reaction && each.eventId === eventId);
  const queued = reactions.flatMap((reaction) => {
    if (messagesIn(aws.queues.count(reaction.queue)) === 0) return [];
    return aws.queues
      .messages(reaction.queue)
      .filter(({ body }) => body.includes(orderId))
      .map((message) => {
        const { eventId, eventType } = subjectOf(message.body);
        const attempt = attemptAt(reaction.name, eventId);
        const isRunning = attempt !== undefined && attempt.endedAt === undefined;
        const { errorName } = attempt ?? {};
        return {
          ...awaitedIn({ ...message, eventType }, reaction, isRunning),
          ...(errorName !== undefined && { errorName }),
        };
      });
  });
  const pending = aws
    .pendingDeliveries()
    .filter(({ body }) => body.includes(orderId))
    .flatMap(({ attempts, body, errorCode, nextTryAt, target }): Awaited[] => {
      const reaction = reactions.find(({ queue }) => target.Arn.endsWith(`:${queue}`));
      if (!reaction) return [];
      return [
        {
          reaction: reaction.name,
          queue: reaction.queue,
          eventType: subjectOf(body).eventType,
          attempt: attempts,
          of: targetRetryPolicy.maximumAttempts,
          state: "retrying",
          nextAt: iso(nextTryAt),
          errorName: errorCode,
        },
      ];
    });
  const parked = letters.map(
    ({ attempts, cause, eventType = "", queue, reaction }): Awaited => ({
      reaction,
      queue,
      eventType,
      attempt: attempts,
      of: attempts,
      state: queue.endsWith("-undelivered") ? "undelivered" : "dead letter",
      ...(cause !== EXHAUSTED && { errorName: cause }),
    }),
  );
  return [...parked, ...pending, ...queued];
}

function whyRecords({ inventory, orders, payment }: OrderRecords): Parameters<typeof whyOf>[0]["records"] {
  type Known = Parameters<typeof whyOf>[0]["records"];
  return {
    payment: payment as Known["payment"],
    reservation: inventory as Known["reservation"],
    order: orders && whyOrder(toOrder(orders)),
  };
}

/** The sweep's first look says only what nobody is known to have heard; every later one says it all again. */
function whyOrder(order: Order) {
  const events = unconfirmedRootEvents(order).map(({ type }) => type);
  const says = order.looked || events.length > 0;
  return { unheard: events, ...(says && order.dueAt !== undefined && { dueAt: order.dueAt }) };
}
