// PutEvents: each entry is checked by itself, given to every rule it matches, and archived where an archive wants it.
// Source: EventBridge API reference, "PutEvents"; user guide, "Calculating PutEvents event entry size".
import type { Deliveries } from "./deliveries.ts";
import { invalid } from "./errors.ts";
import { targetInput } from "./input.ts";
import type { BusEvent, LiveRule } from "./model.ts";
import { parsePattern, type State } from "./state.ts";

type Entry = {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
  Resources?: string[];
  Time?: number | string;
};

type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

const MAXIMUM_ENTRIES = 10;
const MAXIMUM_BYTES = 1024 * 1024;

export type Put = {
  state: State;
  deliveries: Deliveries;
  now: () => number;
  newId: () => string;
  onEvent: (event: BusEvent, matchedRules: readonly string[]) => void;
};

export async function putEvents(put: Put, input: { Entries?: unknown }): Promise<object> {
  const entries = input.Entries;
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > MAXIMUM_ENTRIES) {
    throw invalid(`1 validation error detected: Entries must hold 1 to ${MAXIMUM_ENTRIES} entries.`);
  }
  const bytes = entries.reduce((sum: number, entry: Entry) => sum + sizeOf(entry), 0);
  if (bytes > MAXIMUM_BYTES) throw invalid(`Total size of the entries in the request is over the limit.`);
  const results = await Promise.all(entries.map((entry: Entry) => putOne(put, entry)));
  return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
}

async function putOne(put: Put, entry: Entry): Promise<EntryResult> {
  const refused = refusal(entry, put.state);
  if (refused) return refused;
  const now = put.now();
  const { name } = put.state.bus(entry.EventBusName);
  const event: BusEvent = {
    version: "0",
    id: put.newId(),
    "detail-type": entry.DetailType ?? "",
    source: entry.Source ?? "",
    account: put.state.accountId,
    time: timeOf(entry.Time, now),
    region: put.state.region,
    resources: entry.Resources ?? [],
    detail: JSON.parse(entry.Detail ?? "{}"),
  };
  for (const archive of put.state.archives.values()) {
    if (archive.busName !== name) continue;
    if (archive.eventPattern !== undefined && !parsePattern(archive.eventPattern).matches(event)) continue;
    put.state.storage.archive(archive.name, event, Date.parse(event.time));
  }
  await deliverEvent(put, name, event);
  return { EventId: event.id };
}

/** Gives the event to every target of every matching rule; `only` restricts the rules by ARN, for a replay. */
export async function deliverEvent(
  put: Put,
  busName: string,
  event: BusEvent,
  only?: readonly string[],
): Promise<void> {
  const rules = put.state
    .index(busName)
    .matching(event)
    .filter((rule) => !only || only.includes(rule.arn));
  await Promise.all(rules.flatMap((rule) => rule.targets.map((target) => send(put, rule, target, event))));
  put.onEvent(
    event,
    rules.map((rule) => rule.name),
  );
}

function send(put: Put, rule: LiveRule, target: LiveRule["targets"][number], event: BusEvent): Promise<void> {
  return put.deliveries.send(target, targetInput(target, event, rule, put.now()), rule.arn);
}

function refusal(entry: Entry, state: State): EntryResult | undefined {
  const missing = (field: string) => ({
    ErrorCode: "InvalidArgument",
    ErrorMessage: `Parameter ${field} is not valid. Reason: ${field} is a required argument.`,
  });
  if (!entry.Source) return missing("Source");
  if (!entry.DetailType) return missing("DetailType");
  if (!entry.Detail) return missing("Detail");
  if (entry.Source.startsWith("aws.")) {
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  }
  if (!isJsonObject(entry.Detail))
    return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  try {
    state.bus(entry.EventBusName);
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    return { ErrorCode: name, ErrorMessage: message };
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Seconds since 1970 or ISO 8601; delivered with whole seconds, as AWS does. */
function timeOf(time: Entry["Time"], now: number): string {
  const milliseconds = typeof time === "number" ? time * 1000 : time === undefined ? now : Date.parse(time);
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, "Z");
}

function sizeOf(entry: Entry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), entry.Time === undefined ? 0 : 14);
}
