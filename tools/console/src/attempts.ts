// The attempts that functions make at messages, and the runs of schedules: when each began and ended, what it said, and why it failed.

import { type DomainEvent, producerOf, type ServiceName } from "@order-saga/contracts";
import type { Input } from "@order-saga/dead-letters/inputs";
import { forgetOldest, iso } from "@order-saga/invariants/bounded";
import type { Moment } from "./wire.ts";

type Attempt = Extract<Moment, { kind: "attempt" }>;
type Run = Extract<Moment, { kind: "schedule" }>;

export type Speakers = {
  reactions: readonly {
    name: string;
    service: ServiceName;
    says: readonly string[];
    visibilityTimeoutSeconds: number;
  }[];
  schedules: readonly { name: string; service: ServiceName; says: readonly string[] }[];
};

/** Attempts whose log line may still come. */
const RECENT_ATTEMPTS = 5000;

export function createAttempts({
  add,
  momentsOf,
  reactions,
  schedules,
  touch,
}: Speakers & {
  add: (orderId: string, at: number, moment: Moment) => void;
  momentsOf: (orderId: string) => readonly Moment[];
  /** The order has changed at that time. */
  touch: (orderId: string, at: number) => void;
}) {
  const attempts = new Map<string, { moment: Attempt; orderId: string }>();
  const running = new Map<string, Set<Attempt>>();
  const runs = new Map<string, number>();
  const reactionOf = new Map(reactions.map((each) => [each.name, each]));

  /** Who says it is not in the event: of the attempts of its order that run, the one that may say it, or a schedule. */
  function attribute(event: DomainEvent, at: number): void {
    const may = [...(running.get(event.orderId) ?? [])].filter(({ reaction, service }) => {
      return service === producerOf(event.type) && reactionOf.get(reaction)?.says.includes(event.type);
    });
    const speaker = may.find(({ eventId }) => eventId === event.causationId) ?? may[0];
    if (speaker) {
      if (!speaker.says.includes(event.type)) speaker.says.push(event.type);
      return;
    }
    const schedule = schedules.find(
      ({ name, says, service }) =>
        runs.has(name) && service === producerOf(event.type) && says.includes(event.type),
    );
    if (!schedule) return;
    const begun = iso(runs.get(schedule.name) ?? at);
    const last = momentsOf(event.orderId).findLast((each): each is Run => each.kind === "schedule");
    if (last?.name === schedule.name && last.at === begun) last.says.push(event.type);
    else
      add(event.orderId, at, {
        kind: "schedule",
        at: begun,
        service: schedule.service,
        name: schedule.name,
        says: [event.type],
      });
  }

  function begin({ at, attempt, messageId, reaction, subject }: Extract<Input, { kind: "attempt" }>): void {
    const { orderId } = subject;
    const service = reactionOf.get(reaction)?.service;
    if (!orderId || !service) return;
    const moment: Attempt = {
      kind: "attempt",
      at: iso(at),
      reaction,
      service,
      eventId: subject.eventId,
      eventType: subject.eventType,
      attempt,
      says: [],
    };
    attempts.set(`${messageId}/${attempt}`, { moment, orderId });
    forgetOldest(attempts, RECENT_ATTEMPTS);
    const ofOrder = running.get(orderId) ?? new Set();
    running.set(orderId, ofOrder.add(moment));
    add(orderId, at, moment);
  }

  function end(input: Extract<Input, { kind: "attempt-ended" }>): void {
    const known = attempts.get(`${input.messageId}/${input.attempt}`);
    if (!known) return;
    const { moment, orderId } = known;
    moment.endedAt = iso(input.at);
    // A log line that came first knows more.
    if (moment.outcome !== "parked") moment.outcome = input.outcome;
    if (input.errorName !== undefined) moment.errorName ??= input.errorName;
    if (moment.outcome !== "settled" && moment.outcome !== "parked") {
      const hidden = (reactionOf.get(input.reaction)?.visibilityTimeoutSeconds ?? 0) * 1000;
      moment.nextAt = iso(Date.parse(moment.at) + hidden);
    }
    const ofOrder = running.get(orderId);
    ofOrder?.delete(moment);
    if (ofOrder?.size === 0) running.delete(orderId);
    touch(orderId, input.at);
  }

  function explain({ attempt, errorName, isParked, messageId }: Extract<Input, { kind: "reason" }>): void {
    const known = attempts.get(`${messageId}/${attempt}`);
    if (!known) return;
    known.moment.errorName = errorName;
    if (isParked) known.moment.outcome = "parked";
    touch(known.orderId, 0);
  }

  function run({ at, kind, name }: Extract<Input, { kind: "schedule" | "schedule-ended" }>): void {
    if (kind === "schedule") runs.set(name, at);
    else runs.delete(name);
  }

  return { attribute, begin, end, explain, run };
}
