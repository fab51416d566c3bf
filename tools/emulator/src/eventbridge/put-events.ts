// PutEvents: each entry is validated, archived and delivered to the rules it matches.
// Source: EventBridge API reference, "PutEvents"; user guide, "Calculating PutEvents event entry size".
import type { Deliveries } from "./deliveries.ts";
import { EventBridgeError, invalid, malformed } from "./errors.ts";
import { groupedTarget, targetInput } from "./input.ts";
import { isJsonObject, parseExactly } from "./lossless-json.ts";
import type { Bus, BusEvent } from "./model.ts";
import { asObject, type Input, list, optionalList, optionalText, refuseUnserved } from "./request-fields.ts";
import type { State } from "./state.ts";

export type Put = {
  state: State;
  deliveries: Deliveries;
  now: () => number;
  newId: () => string;
  onEvent: (event: BusEvent, matchedRules: readonly string[], receivedAt: number) => void;
};

type Entry = {
  source: string | undefined;
  detailType: string | undefined;
  detail: string | undefined;
  busName: string | undefined;
  resources: string[];
  /** Milliseconds. */
  time: number | undefined;
  traceHeader: string | undefined;
};
type Refusal = { ErrorCode: string; ErrorMessage: string };
/** Without a bus where there is none of that name: AWS takes such an event, and it is gone. */
type Accepted = { bus: Bus | undefined; event: BusEvent; at: number; traceHeader?: string | undefined };

/** EventBridge quotas, "PutEvents entries" and "PutEvents request size". */
export const MAXIMUM_ENTRIES = 10;
const MAXIMUM_BYTES = 1024 * 1024;

/** Resolves when every matched target was attempted, and failures are recorded for a retry. */
export async function putEvents(put: Put, input: Input): Promise<object> {
  refuseUnserved(input, ["EndpointId"]);
  const entries = list(input, "Entries", MAXIMUM_ENTRIES).map(readEntry);
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > MAXIMUM_BYTES) throw invalid("Total size of the entries in the request is over the limit.");
  const results = await Promise.all(entries.map((entry) => putOne(put, entry)));
  return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
}

async function putOne(put: Put, entry: Entry): Promise<{ EventId: string } | Refusal> {
  try {
    const accepted = accept(put, entry);
    if ("ErrorCode" in accepted) return accepted;
    await takeIn(put, accepted);
    return { EventId: accepted.event.id };
  } catch (error) {
    // One entry's failure, such as a full disk, must not hide the results of the others.
    const { message } = error as Error;
    const ErrorCode = error instanceof EventBridgeError ? error.name : "InternalFailure";
    return { ErrorCode, ErrorMessage: message };
  }
}

/** The event as JSON, made once and only if it is needed. */
function jsonOf(event: BusEvent): () => string {
  let json: string | undefined;
  return () => {
    json ??= JSON.stringify(event);
    return json;
  };
}

async function takeIn(put: Put, { at, bus, event, traceHeader }: Accepted): Promise<void> {
  if (!bus) return;
  const eventJson = jsonOf(event);
  await Promise.all([
    archive(put.state, bus, { event, eventJson, at }),
    deliverEvent(put, bus.name, event, { eventJson, traceHeader }),
  ]);
}

/** An event of an AWS service, which goes to the default bus; resolves as PutEvents does. */
export function putServiceEvent(put: Put, event: BusEvent): Promise<void> {
  return takeIn(put, { bus: put.state.bus("default"), event, at: Date.parse(event.time) });
}

/** Delivers to every target of every matching rule; a replay restricts the rules to the ARNs in `only`. */
export async function deliverEvent(
  put: Put,
  busName: string,
  event: BusEvent,
  {
    eventJson = jsonOf(event),
    only,
    traceHeader,
  }: {
    eventJson?: () => string;
    only?: readonly string[] | undefined;
    traceHeader?: string | undefined;
  } = {},
): Promise<void> {
  const matching = put.state.index(busName).matching(event);
  const rules = only ? matching.filter((rule) => only.includes(rule.arn)) : matching;
  const receivedAt = put.now();
  const sent = await Promise.allSettled(
    rules.flatMap((rule) =>
      rule.targets.map((target) => {
        const body = targetInput(target, { event, eventJson, rule, receivedAt });
        const to = { target: groupedTarget(target, event), ruleArn: rule.arn, traceHeader };
        return body === undefined ? put.deliveries.unfit(to) : put.deliveries.send({ ...to, body });
      }),
    ),
  );
  const failed = sent.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
  put.onEvent(
    event,
    rules.map((rule) => rule.name),
    receivedAt,
  );
}

function accept({ state, now, newId }: Put, entry: Entry): Accepted | Refusal {
  const { source, detailType, detail, resources } = entry;
  if (!source) return required("Source");
  if (!detailType) return required("DetailType");
  if (!detail) return required("Detail");
  if (detailType.length > MAXIMUM_DETAIL_TYPE) return tooLong("DetailType", MAXIMUM_DETAIL_TYPE);
  if (source.startsWith("aws.")) {
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  }
  const parsed = parseDetail(detail);
  if (!parsed) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  const at = entry.time ?? now();
  const event: BusEvent = {
    version: "0",
    id: newId(),
    "detail-type": detailType,
    source,
    account: state.accountId,
    // Whole seconds, as AWS delivers it.
    time: new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z"),
    region: state.region,
    resources,
    detail: parsed,
  };
  return { bus: state.busIfAny(entry.busName), event, at, traceHeader: entry.traceHeader };
}

type ToArchive = { event: BusEvent; eventJson: () => string; at: number };

async function archive(state: State, bus: Bus, { at, event, eventJson }: ToArchive): Promise<void> {
  const archives = [...state.archives.values()].filter(
    ({ busName, compiled }) => busName === bus.name && (!compiled || compiled.matches(event)),
  );
  await Promise.all(archives.map(({ name }) => state.storage.archive(name, eventJson(), at)));
}

/** In characters (API reference, "PutEventsRequestEntry"). */
const MAXIMUM_DETAIL_TYPE = 128;

function tooLong(field: string, most: number): Refusal {
  const ErrorMessage = `Parameter ${field} is not valid. Reason: it has more than ${most} characters.`;
  return { ErrorCode: "InvalidArgument", ErrorMessage };
}

function required(field: string): Refusal {
  const ErrorMessage = `Parameter ${field} is not valid. Reason: ${field} is a required argument.`;
  return { ErrorCode: "InvalidArgument", ErrorMessage };
}

function parseDetail(text: string): Record<string, unknown> | undefined {
  try {
    const value = parseExactly(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readEntry(given: unknown): Entry {
  const fields = asObject(given, "An entry");
  return {
    source: optionalText(fields, "Source"),
    detailType: optionalText(fields, "DetailType"),
    detail: optionalText(fields, "Detail"),
    busName: optionalText(fields, "EventBusName", /^.{1,1600}$/s),
    traceHeader: optionalText(fields, "TraceHeader", /^.{1,500}$/s),
    resources: (optionalList(fields, "Resources") ?? []).map(String),
    time: timeOf(fields.Time ?? undefined),
  };
}

/** Seconds since 1970, as SDKs send it, or ISO 8601; in milliseconds. */
function timeOf(time: unknown): number | undefined {
  if (time === undefined) return undefined;
  const milliseconds = typeof time === "number" ? time * 1000 : Date.parse(String(time));
  if (Number.isNaN(new Date(milliseconds).getTime())) throw malformed("Time is not a timestamp.");
  return milliseconds;
}

/** 14 bytes for a time, and the UTF-8 length of all texts (user guide, "Calculating event size"). */
function sizeOf({ source, detailType, detail, resources, time }: Entry): number {
  const texts = [source, detailType, detail, ...resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), time === undefined ? 0 : 14);
}
