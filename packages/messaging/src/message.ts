// Parses one SQS record: EventBridge's envelope around one of our events, from the service that owns it.
import {
  type EventOf,
  type EventType,
  eventId,
  layerOf,
  OrderId,
  parseEvent,
  sourceOfEvent,
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
      `this reaction does not hear the event type ${clip(detailType)}`,
    );
  }
  if (source !== sourceOfEvent(type)) {
    throw new PermanentError(
      "ForeignSource",
      `${type} came from ${clip(source)}, not ${sourceOfEvent(type)}`,
    );
  }
  if (typeof detail.version === "number" && detail.version !== 1) {
    throw new PermanentError(
      "UnknownVersion",
      `${type} version ${detail.version}; this code knows version 1`,
    );
  }
  const event = parseEvent(type, detail);
  if (!event.success) throw violation(type, event.error);
  if (event.data.id !== eventId(event.data.orderId, type)) {
    throw new PermanentError("ContractViolation", `the id of ${type} is not derived from its order and type`);
  }
  return event.data;
}

/**
 * What a log line may say of a message that was not handled: its order and its type, if they can be read.
 * Nothing else of a broken message is known to be free of personal data.
 */
export function aboutMessage(body: string): { orderId?: string; eventType?: string } {
  const { detail, resources, "detail-type": eventType } = readable(body);
  const orderId = [detail?.orderId, resources?.[0]].find((each) => OrderId.safeParse(each).success);
  const isKnown = typeof eventType === "string" && Object.hasOwn(layerOf, eventType);
  return { ...(orderId && { orderId }), ...(isKnown && { eventType }) };
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

const clip = (text: string) => JSON.stringify(text.slice(0, 64));
