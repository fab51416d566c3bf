// Publishes events on the bus, reads every answer, and fails loudly when one event was refused.
import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import { type DomainEvent, groupOf, parseEvent, sourceOfEvent, subjectOf } from "@order-saga/contracts";
import { PublishError } from "./errors.ts";
import { again, retry } from "./retry.ts";

/** Resolves once the bus has accepted all. PublishError: it refused one; TypeError: one is invalid. */
export type Publish = (events: readonly DomainEvent[]) => Promise<void>;

/** EventBridge's limits per PutEvents request (EventBridge user guide, "PutEvents event entry size"). */
const MAXIMUM_ENTRIES = 10;
const MAXIMUM_BYTES = 1_000_000;
const ATTEMPTS = 3;
/** Before the second attempt; twice as much before the third. */
const LONGEST_PAUSE_MILLISECONDS = 100;

export function createPublisher(options: {
  client: Pick<EventBridgeClient, "send">;
  busName: string;
  pause: (longestMilliseconds: number) => Promise<void>;
}): Publish {
  return async (events) => {
    assertPublishable(events);
    const entries = events.map((event) => toEntry(event, options.busName));
    let count = 0;
    const batches = split(entries).map((batch) => batch.map((entry) => ({ entry, place: count++ })));
    const results = await Promise.allSettled(batches.map((batch) => putAll(options, batch)));
    const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    if (reasons.length === 0) return;
    const refusals = reasons.filter((reason) => reason instanceof PublishError);
    if (refusals.length < reasons.length) throw reasons.find((reason) => !refusals.includes(reason));
    throw new PublishError(
      refusals.flatMap(({ codes }) => codes),
      refusals.flatMap(({ refused }) => refused),
    );
  };
}

type Placed = { readonly entry: PutEventsRequestEntry; readonly place: number };

/**
 * Throws TypeError for an event that its own schema refuses, because every consumer would park it. The check
 * runs in AWS too: it costs microseconds, and the schemas are in the bundle anyway. Values are never quoted.
 */
export function assertPublishable(events: readonly DomainEvent[]): void {
  for (const event of events) {
    const read = parseEvent(event.type, event);
    if (read.success) continue;
    const [issue] = read.error.issues;
    throw new TypeError(
      `${event.type} breaks its contract at /${issue?.path.map(String).join("/")}: ${issue?.code}; it is not published.`,
    );
  }
}

async function putAll(
  { client, pause }: Pick<Parameters<typeof createPublisher>[0], "client" | "pause">,
  batch: readonly Placed[],
): Promise<void> {
  let left = batch;
  let codes: string[] = [];
  const exhausted = () =>
    new PublishError(
      codes,
      left.map(({ place }) => place),
    );
  await retry<void>({ attempts: ATTEMPTS, exhausted }, async (attempt) => {
    const answer = await client.send(new PutEventsCommand({ Entries: left.map(({ entry }) => entry) }));
    if ((answer.FailedEntryCount ?? 0) === 0) return;
    const refused = left.flatMap((each, index) => {
      const code = answer.Entries?.[index]?.ErrorCode;
      return code ? [{ each, code }] : [];
    });
    // A count without a named entry says that something was lost, not which: treat all as refused.
    codes = refused.length > 0 ? refused.map(({ code }) => code) : left.map(() => "UnnamedFailure");
    left = refused.length > 0 ? refused.map(({ each }) => each) : left;
    // By chance, so that those who were refused together do not come again together.
    if (attempt < ATTEMPTS) await pause(LONGEST_PAUSE_MILLISECONDS * 2 ** (attempt - 1));
    return again;
  });
}

function toEntry(event: DomainEvent, busName: string): PutEventsRequestEntry {
  const subject = subjectOf(event);
  return {
    EventBusName: busName,
    Source: sourceOfEvent(event.type),
    DetailType: event.type,
    Time: new Date(event.occurredAt),
    // Rules read the first one: events of before groups had one resource, their subject (see topology.ts).
    Resources: [groupOf(subject), subject],
    Detail: JSON.stringify(event),
  };
}

/** Splits entries into requests of at most ten entries and one megabyte, in order. */
export function split(entries: readonly PutEventsRequestEntry[]): PutEventsRequestEntry[][] {
  const batches: PutEventsRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = sizeOf(entry);
    const batch = batches.at(-1);
    if (batch && batch.length < MAXIMUM_ENTRIES && bytes + size <= MAXIMUM_BYTES) {
      batch.push(entry);
      bytes += size;
    } else {
      batches.push([entry]);
      bytes = size;
    }
  }
  return batches;
}

/** Bytes as EventBridge counts them: 14 for a time, and the UTF-8 length of the texts. */
function sizeOf(entry: PutEventsRequestEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), entry.Time ? 14 : 0);
}
