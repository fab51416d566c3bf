// The event bus: takes entries, keeps an archive, and brings every event to the queues whose rule it matches.
import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import { type DomainEvent, isEventType, parseEvent, subjectOf } from "@order-saga/contracts";
import { groupedTarget } from "@order-saga/emulator/eventbridge/input";
import { compilePattern } from "@order-saga/emulator/eventbridge/pattern";
import type { EventPattern, ReactionResources } from "@order-saga/messaging/topology";
import type { Call, Caller } from "./calls.ts";
import type { PublishedEntry } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { type Dispatch, deliver } from "./deliveries.ts";
import { awsError, unanswered } from "./dynamodb/errors.ts";
import type { Queues } from "./queue.ts";

export type Bus = {
  client(caller: Caller): EventBridgeClient;
  /** Every entry of every PutEvents, in order. */
  readonly published: readonly PublishedEntry[];
  /** Puts an event on the bus that no service has said. */
  forge(entry: { source: string; detailType: string; detail: string }): void;
  /** Delivers again what was accepted between two moments, as an archive's replay does. */
  replay(from: number, until: number): void;
};

export function createBus(
  context: RunContext,
  call: Call,
  options: {
    reactions: readonly ReactionResources[];
    queues: Queues;
    onEntry: (entry: PublishedEntry) => void;
  },
): Bus {
  const { scheduler } = context;
  const published: PublishedEntry[] = [];
  const rules = options.reactions.flatMap((target) =>
    target.rule?.bus === "saga" ? { rule: target.rule, target } : [],
  );

  function accept(by: string, entry: PutEventsRequestEntry, accepted: boolean): void {
    const { Source: source = "", DetailType: detailType = "", Detail: detail = "" } = entry;
    const sent = { source, detailType, detail, resources: entry.Resources ?? [] };
    const record = { at: scheduler.now(), by, ...sent, event: asEvent(detail), accepted };
    published.push(record);
    options.onEntry(record);
    if (accepted) route(record, published.length);
  }

  function route(entry: PublishedEntry, index: number, replay?: string): void {
    const dispatch: Dispatch = {
      detailType: entry.detailType,
      body: envelopeOf(entry, index, replay),
      orderId: entry.event && subjectOf(entry.event),
      eventType: entry.event?.type,
      poison: entry.event === undefined,
    };
    for (const { rule, target } of rules)
      if (matches(rule.pattern, entry))
        deliver(context, options.queues, { ...dispatch, group: groupOf(rule.groupPath, entry) }, target);
  }

  function putEvents(caller: Caller, entries: readonly PutEventsRequestEntry[]) {
    const [first] = entries;
    const all = (isAccepted: (index: number) => boolean) => {
      for (const [index, entry] of entries.entries()) accept(caller.name, entry, isAccepted(index));
      const Entries = entries.map((_, index) =>
        isAccepted(index)
          ? { EventId: `event-${published.length}-${index}` }
          : { ErrorCode: "InternalFailure", ErrorMessage: "Unexpected error occurred" },
      );
      return { FailedEntryCount: entries.filter((_, index) => !isAccepted(index)).length, Entries };
    };
    const effect = () => all(() => true);
    const refuse = () => {
      for (const entry of entries) accept(caller.name, entry, false);
      throw awsError("ThrottlingException", "Rate exceeded", 400);
    };
    return call(caller, {
      category: "publish",
      what: () => `publish ${entries.map((entry) => entry.DetailType).join(", ")}`,
      // The subject is the last; before it stands its customer's group.
      orderId: first?.Resources?.at(-1),
      effect,
      faults: {
        // The last entry is refused, so that of a single one nothing is left.
        "bus-half-failed": () => all((index) => index < entries.length - 1),
        "bus-throttled": refuse,
        "publish-answer-lost": () => {
          effect();
          throw unanswered();
        },
        "published-twice": () => {
          effect();
          return effect();
        },
      },
    });
  }

  return {
    client(caller) {
      const send = (command: unknown) => {
        if (!(command instanceof PutEventsCommand))
          throw new TypeError("The simulated bus knows PutEvents only.");
        return putEvents(caller, command.input.Entries ?? []);
      };
      return { send } as unknown as EventBridgeClient;
    },
    published,
    forge: ({ source, detailType, detail }) =>
      accept("world", { Source: source, DetailType: detailType, Detail: detail }, true),
    replay(from, until) {
      for (const [index, entry] of [...published.entries()]) {
        if (entry.accepted && entry.event && entry.at >= from && entry.at < until)
          route(entry, index + 1, "replay");
      }
    },
  };
}

/** The message group of a rule's target, as EventBridge finds it in the event. */
function groupOf(groupPath: string | undefined, { resources }: PublishedEntry): string | undefined {
  if (groupPath === undefined) return undefined;
  const target = { Id: "queue", Arn: "", SqsParameters: { MessageGroupId: groupPath } };
  return groupedTarget(target, { resources: [...resources] }).SqsParameters?.MessageGroupId;
}

/** The looks into a detail are few and the events many, so a pattern is compiled once. */
const compiled = new WeakMap<EventPattern, (event: unknown) => boolean>();

function matches(pattern: EventPattern, { detail, detailType, source }: PublishedEntry): boolean {
  if (!pattern.source.includes(source) || !pattern["detail-type"].includes(detailType)) return false;
  if (pattern.detail === undefined) return true;
  const look = compiled.get(pattern) ?? compilePattern({ detail: pattern.detail });
  compiled.set(pattern, look);
  return look({ detail: parse(detail) });
}

/** The event in a detail; undefined if it breaks its contract. */
function asEvent(detail: string): DomainEvent | undefined {
  const given = parse(detail) as { type?: unknown } | undefined;
  if (!isEventType(given?.type)) return undefined;
  const event = parseEvent(given.type, given);
  if (!event.success) return undefined;
  // Of an earlier version it is as it was said, as its record has it.
  const isNewest = event.data.version === (given as DomainEvent).version;
  return isNewest ? event.data : (given as DomainEvent);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What EventBridge puts on a queue; a replayed event names its replay. */
function envelopeOf(entry: PublishedEntry, index: number, replay: string | undefined): string {
  const head = {
    version: "0",
    id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    "detail-type": entry.detailType,
    source: entry.source,
    account: "000000000000",
    time: new Date(Math.floor(entry.at / 1000) * 1000).toISOString(),
    region: "eu-west-1",
    resources: entry.resources,
    ...(replay !== undefined && { "replay-name": replay }),
  };
  const text = JSON.stringify(head);
  // A detail that is not JSON cannot be put on a bus, but a forged message may hold one.
  return `${text.slice(0, -1)},"detail":${entry.detail}}`;
}
