// Parses one SQS record: EventBridge's envelope around one of our events, from the service that owns it.
import {
  type EventOf,
  type EventType,
  entryOf,
  eventId,
  isEventType,
  OrderId,
  parseEvent,
  ServiceName,
  sourceOf,
  sourceOfEvent,
  subjectOf,
  versionOf,
} from "@order-saga/contracts";
import * as z from "zod/mini";
import { PermanentError } from "./errors.ts";

const Envelope = z.object({ source: z.string(), "detail-type": z.string(), detail: z.looseObject({}) });
type Envelope = z.infer<typeof Envelope>;

/**
 * The event in a record's body, checked: heard by this reaction, of a version we know, from its owner.
 * Throws PermanentError with the reason and, for a broken field, its JSON pointer; values are never quoted.
 */
export function parseMessage<T extends EventType>(body: string, hears: readonly T[]): EventOf<T> {
  const { detail, source, "detail-type": detailType } = asEnvelope(parseJson(body));
  const type = hears.find((each) => each === detailType);
  if (type === undefined) {
    throw new PermanentError(
      "ContractViolation",
      isEventType(detailType)
        ? `this reaction does not hear the event type ${detailType}`
        : "this reaction does not hear the message's detail-type, which is no event of the saga",
    );
  }
  if (source !== sourceOfEvent(type)) {
    throw new PermanentError(
      "ForeignSource",
      `${type} came from ${isOurs(source) ? source : "a foreign source"}, not ${sourceOfEvent(type)}`,
    );
  }
  if (typeof detail.version === "number" && detail.version > versionOf(type)) {
    const version = isSmall(detail.version) ? detail.version : "unknown";
    throw new PermanentError(
      "UnknownVersion",
      `${type} version ${version}; this code knows version ${versionOf(type)}`,
    );
  }
  const event = parseEvent(type, detail);
  if (!event.success) throw violation(type, event.error);
  if (event.data.id !== eventId(subjectOf(event.data), type, entryOf(event.data))) {
    throw new PermanentError("ContractViolation", `the id of ${type} is not derived from its order and type`);
  }
  return event.data;
}

/** One version of an object that was uploaded into the service's bucket. */
export type Upload = {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly bytes: number;
  /** Of two uploads under one key the later has the greater one, both padded to one length with zeros. */
  readonly sequencer: string;
  readonly uploadedAt: string;
  /** Who uploaded it: an account or a principal of AWS. */
  readonly requester: string;
};

/** S3 user guide, "EventBridge event message structure"; the bucket is versioned, so there is a version. */
const ObjectCreated = z.object({
  source: z.literal("aws.s3"),
  "detail-type": z.literal("Object Created"),
  time: z.string(),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string(),
      size: z.int(),
      "version-id": z.string(),
      sequencer: z.string().check(z.regex(/^[0-9A-Fa-f]+$/)),
    }),
    requester: z._default(z.string(), ""),
  }),
});

/** The upload that S3 tells of. Throws PermanentError with the reason. */
export function parseUpload(body: string): Upload {
  const read = ObjectCreated.safeParse(parseJson(body));
  if (!read.success) throw violation("the event of S3", read.error);
  const { detail, time: uploadedAt } = read.data;
  const { key, sequencer, size: bytes, "version-id": versionId } = detail.object;
  const { bucket, requester } = detail;
  return { bucket: bucket.name, key, versionId, bytes, sequencer, uploadedAt, requester };
}

/** A task, or `what` it is, as its schema reads it. Throws PermanentError with the reason. */
export function parseTask<M>(body: string, schema: z.ZodMiniType<M>, what = "the task"): M {
  const task = schema.safeParse(parseJson(body));
  if (!task.success) throw violation(what, task.error);
  return task.data;
}

/**
 * What a log line may say of a message that was not handled: its order and its type, if they can be read.
 * Nothing else of a broken message is known to be free of personal data.
 */
export function aboutMessage(body: string): { orderId?: string; eventType?: string } {
  const { detail, resources, "detail-type": eventType } = readable(body);
  const orderId = [detail?.orderId, resources?.[0], resources?.[1]].find(
    (each) => OrderId.safeParse(each).success,
  );
  return { ...(orderId && { orderId }), ...(isEventType(eventType) && { eventType }) };
}

type Readable = { detail?: { orderId?: string }; resources?: string[]; "detail-type"?: string };

function readable(body: string): Readable {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}

function asEnvelope(json: unknown): Envelope {
  const envelope = Envelope.safeParse(json);
  if (!envelope.success) throw violation("the EventBridge envelope", envelope.error);
  return envelope.data;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // JSON.parse quotes the text in its message, and the text may hold personal data.
    throw new PermanentError("MalformedMessage", "the body is not JSON");
  }
}

function violation(what: string, error: z.core.$ZodError): PermanentError {
  const [first] = error.issues;
  const pointer = first ? `/${first.path.map(String).join("/")}` : "";
  return new PermanentError(
    "ContractViolation",
    `${what} breaks its contract at ${pointer}: ${first?.code ?? "invalid"} (${error.issues.length} issue(s))`,
  );
}

/** Of a version greater than ours: one that may be told, and no number of anything else. */
const isSmall = (version: number) => Number.isInteger(version) && version < 1000;

const isOurs = (source: string) => ServiceName.options.some((name) => sourceOf(name) === source);
