// The attempts of functions at messages and the runs of schedules: begin, end, events published, error.
import { type DomainEvent, producerOf, type ServiceName, subjectOf } from "@order-saga/contracts";
import { forgetOldest } from "@order-saga/invariants/forget-oldest";
import type { Moment } from "./console-api.ts";
import { iso } from "./iso.ts";
import type { RecorderInput } from "./recorder-input.ts";

type Attempt = Extract<Moment, { kind: "attempt" }>;
type Run = Extract<Moment, { kind: "schedule" }>;

/** What may publish events. */
export type Speakers = {
  reactions: readonly {
    name: string;
    service: ServiceName;
    says: readonly string[];
    visibilityTimeoutSeconds: number;
    maxReceiveCount: number;
  }[];
  schedules: readonly { name: string; service: ServiceName; says: readonly string[] }[];
};

type Histories = {
  add: (orderId: string, at: number, moment: Moment) => void;
  momentsOf: (orderId: string) => readonly Moment[];
  /** The order has changed at that time. */
  touch: (orderId: string, at: number) => void;
};

/** Attempts whose log line may still come. */
const RECENT_ATTEMPTS = 5000;

export function createAttempts({ add, momentsOf, reactions, schedules, touch }: Speakers & Histories) {
  const attempts = new Map<string, { moment: Attempt; orderId: string }>();
  const running = createRunningAttempts();
  /** When the schedules that run began. */
  const runs = new Map<string, number>();
  const reactionOf = new Map(reactions.map((each) => [each.name, each]));
  const keyOf = ({ attempt, messageId }: { attempt: number; messageId: string }) => `${messageId}/${attempt}`;

  /**
   * An event does not name its function: it is the running attempt at a message of its order that may publish
   * it, or else a running schedule.
   */
  function attribute(event: DomainEvent, at: number): void {
    const may = running.of(subjectOf(event)).filter(({ reaction, service }) => {
      return service === producerOf(event.type) && reactionOf.get(reaction)?.says.includes(event.type);
    });
    const speaker = may.find(({ eventId }) => eventId === event.causationId) ?? may[0];
    if (!speaker) attributeToSchedule(event, at);
    else if (!speaker.says.includes(event.type)) speaker.says.push(event.type);
  }

  function attributeToSchedule(event: DomainEvent, at: number): void {
    const { type } = event;
    const orderId = subjectOf(event);
    const schedule = schedules.find(
      ({ name, says, service }) => runs.has(name) && service === producerOf(type) && says.includes(type),
    );
    if (!schedule) return;
    const { name, service } = schedule;
    const begun = iso(runs.get(name) ?? at);
    const last = momentsOf(orderId).findLast((each): each is Run => each.kind === "schedule");
    if (last?.name === name && last.at === begun) last.says.push(type);
    else add(orderId, at, { kind: "schedule", at: begun, service, name, says: [type] });
  }

  function begin(input: Extract<RecorderInput, { kind: "attempt" }>): void {
    const { at, attempt, header, reaction } = input;
    const { eventId, eventType, orderId } = header;
    const service = reactionOf.get(reaction)?.service;
    if (!orderId || !service) return;
    const about = { reaction, service, eventId, eventType, attempt };
    const moment: Attempt = { kind: "attempt", at: iso(at), ...about, says: [] };
    attempts.set(keyOf(input), { moment, orderId });
    forgetOldest(attempts, RECENT_ATTEMPTS);
    running.add(orderId, moment);
    add(orderId, at, moment);
  }

  function end(input: Extract<RecorderInput, { kind: "attempt-ended" }>): void {
    const known = attempts.get(keyOf(input));
    if (!known) return;
    const { moment, orderId } = known;
    moment.endedAt = iso(input.at);
    // A log line that came first knows more.
    if (moment.outcome !== "parked") moment.outcome = input.outcome;
    if (input.errorName !== undefined) moment.errorName ??= input.errorName;
    if (moment.outcome !== "settled" && moment.outcome !== "parked") {
      const hidden = (reactionOf.get(input.reaction)?.visibilityTimeoutSeconds ?? 0) * 1000;
      moment.nextAt = iso(Date.parse(moment.at) + hidden);
      if (moment.attempt >= (reactionOf.get(input.reaction)?.maxReceiveCount ?? Number.POSITIVE_INFINITY))
        moment.isLast = true;
    }
    running.remove(orderId, moment);
    touch(orderId, input.at);
  }

  function explain(input: Extract<RecorderInput, { kind: "reason" }>): void {
    const known = attempts.get(keyOf(input));
    if (!known) return;
    known.moment.errorName = input.errorName;
    if (input.isParked) known.moment.outcome = "parked";
    touch(known.orderId, 0);
  }

  function run({ at, kind, name }: Extract<RecorderInput, { kind: "schedule" | "schedule-ended" }>): void {
    if (kind === "schedule") runs.set(name, at);
    else runs.delete(name);
  }

  return { attribute, begin, end, explain, run };
}

/** By order. */
function createRunningAttempts() {
  const running = new Map<string, Set<Attempt>>();
  return {
    of: (orderId: string) => [...(running.get(orderId) ?? [])],
    add(orderId: string, attempt: Attempt): void {
      const ofOrder = running.get(orderId) ?? new Set();
      running.set(orderId, ofOrder.add(attempt));
    },
    remove(orderId: string, attempt: Attempt): void {
      const ofOrder = running.get(orderId);
      ofOrder?.delete(attempt);
      if (ofOrder?.size === 0) running.delete(orderId);
    },
  };
}
