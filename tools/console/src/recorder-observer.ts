// Turns what the runtime tells its observers into the recorder's inputs.
import { type EventHeader, eventHeaderOf } from "@order-saga/dead-letters/event-header";
import { forgetOldest } from "@order-saga/invariants/forget-oldest";
import { operationOf } from "@order-saga/local/faults/injection";
import { orderOfMail, orderOfPayment } from "@order-saga/local/faults/order-id";
import type { AnsweredRequest, RuntimeObserver } from "@order-saga/local/observer";
import type { AttemptOutcome, RecorderInput } from "./recorder-input.ts";

type Record = (input: RecorderInput) => void;

export function recorderObserver(record: Record, now: () => number): RuntimeObserver {
  const rings = createRings();
  const asked = createAskedKeys();
  return {
    eventAccepted: ({ acceptedAt, ...accepted }) => record({ kind: "event", at: acceptedAt, ...accepted }),
    messageDelivered: ({ body, reaction }) =>
      record({ kind: "delivered", at: now(), reaction, header: rings.headerOf(body) }),
    batchChanged: (batch) => recordBatch(record, batch, { at: now(), headerOf: rings.headerOf }),
    requestAnswered: (answered) => recordRequest(record, answered, now()),
    scheduleStarted: (name) => record({ kind: "schedule", at: now(), name }),
    scheduleEnded: (name) => record({ kind: "schedule-ended", at: now(), name }),
    lineLogged: (line) => recordReason(record, line),
    paymentAnswered(answered) {
      rings.learn(answered);
      recordPayment(record, answered, asked(answered.request.idempotencyKey));
    },
    mailSent({ form, outcome }) {
      const orderId = orderOfMail(form);
      if (orderId !== undefined)
        record({ kind: "mail", at: now(), orderId, mailKind: kindOfMail(form), outcome });
    },
  };
}

/** Orders whose intents are remembered. */
const MOST_INTENTS = 5000;

/** Tells whether a key was asked with before: the provider does what it asks for once. */
function createAskedKeys() {
  const keys = new Map<string, true>();
  return (key: string | undefined): boolean => {
    if (key === undefined) return false;
    const isRepeat = keys.has(key);
    keys.set(key, true);
    forgetOldest(keys, MOST_INTENTS);
    return isRepeat;
  };
}

/** The provider's rings name an intent; which order it is of, its answers said before. */
function createRings() {
  const orders = new Map<string, string>();
  return {
    learn({ body, request }: Told<"paymentAnswered">): void {
      const orderId = orderOfPayment(request) ?? orderIn(body);
      const intentId = INTENT.exec(body ?? request.path)?.[0];
      if (orderId === undefined || intentId === undefined) return;
      orders.set(intentId, orderId);
      forgetOldest(orders, MOST_INTENTS);
    },
    headerOf(body: string): EventHeader {
      const header = eventHeaderOf(body);
      if (header.orderId !== undefined || !body.includes('"intentId"')) return header;
      const orderId = orders.get(INTENT.exec(body)?.[0] ?? "");
      return orderId === undefined ? header : { orderId, subject: orderId, eventId: "", eventType: RING };
    },
  };
}

/** Not of a client secret, which goes on with an underscore. */
const INTENT = /\bpi_[A-Za-z0-9]+\b/;

/** What a task about an intent is called in the history of its order. */
const RING = "a ring";

type Told<K extends keyof RuntimeObserver> = Parameters<Required<RuntimeObserver>[K]>[0];

function recordBatch(
  record: Record,
  { end, reaction, records }: Told<"batchChanged">,
  { at, headerOf }: { at: number; headerOf: (body: string) => EventHeader },
): void {
  for (const { attributes, body, messageId } of records) {
    const attempt = Number(attributes.ApproximateReceiveCount);
    if (!end) {
      record({ kind: "attempt", at, reaction, messageId, attempt, header: headerOf(body) });
      continue;
    }
    const errorName = end.error instanceof Error ? end.error.name : undefined;
    record({
      kind: "attempt-ended",
      at,
      reaction,
      messageId,
      attempt,
      outcome: end.failed.has(messageId) ? failure(errorName) : "settled",
      ...(errorName !== undefined && { errorName }),
    });
  }
}

function recordRequest(
  record: Record,
  { answer, functionName, receivedAt, request }: AnsweredRequest,
  endedAt: number,
): void {
  if (!changing.has(functionName)) return;
  const { pathParameters } = request as { pathParameters?: { orderId?: string } };
  const { body, statusCode = 200 } = (answer ?? {}) as { body?: string; statusCode?: number };
  const orderId = pathParameters?.orderId ?? orderIn(body);
  if (orderId === undefined || !/^ord_[0-9a-f]{32}$/.test(orderId)) return;
  record({ kind: "request", at: receivedAt, endedAt, route: functionName, status: statusCode, orderId });
}

function recordPayment(
  record: Record,
  { at, body, endedAt, request, status }: Told<"paymentAnswered">,
  isRepeat: boolean,
): void {
  const orderId = orderOfPayment(request) ?? orderIn(body);
  if (orderId === undefined) return;
  const amount = Number(request.form.get("amount") ?? /"amount":\s*(\d+)/.exec(body ?? "")?.[1]);
  const currency = request.form.get("currency") ?? /"currency":\s*"(\w+)"/.exec(body ?? "")?.[1];
  record({
    kind: "provider",
    at,
    endedAt,
    orderId,
    operation: operationOf(request),
    outcome: `${outcomeOf(status, body)}${isRepeat ? " (the same request once more)" : ""}`,
    ...(Number.isInteger(amount) && { amount }),
    ...(currency && { currency: currency.toUpperCase() }),
  });
}

/** A log line that names a message and an error says why an attempt failed. */
function recordReason(record: Record, line: string): void {
  if (!line.includes('"messageId"') || !line.includes('"errorName"')) return;
  const { attempt, errorName, message, messageId } = parsed(line);
  if (typeof messageId !== "string" || typeof errorName !== "string") return;
  const isParked = String(message).startsWith("message parked");
  record({ kind: "reason", messageId, attempt: Number(attempt), errorName, isParked });
}

/** Routes that change an order; a storefront reads an order over and over. */
const changing: ReadonlySet<string> = new Set(["place-order", "cancel-order", "request-refund"]);

function failure(errorName: string | undefined): AttemptOutcome {
  if (errorName === "Sandbox.Timedout") return "timed out";
  return errorName === "Runtime.ExitError" ? "crashed" : "failed";
}

function outcomeOf(status: number | undefined, body: string | undefined): string {
  if (status === undefined) return "no answer";
  if (status === 200) return "done";
  const code = [/"decline_code":\s*"(\w+)"/, /"code":\s*"(\w+)"/]
    .map((pattern) => pattern.exec(body ?? "")?.[1])
    .find((each) => each !== undefined);
  return status === 402 ? `declined${code ? ` (${code})` : ""}` : `refused (${code ?? status})`;
}

function orderIn(text: string | undefined): string | undefined {
  return /"orderId":\s*"(ord_[0-9a-f]{32})"/.exec(text ?? "")?.[1];
}

function kindOfMail(form: { readonly [name: string]: string }): string {
  const raw = Buffer.from(form["RawMessage.Data"] ?? "", "base64").toString("utf8");
  return /^X-Order-Mail:\s*\S+\/([\w:-]+)/im.exec(raw)?.[1] ?? "";
}

function parsed(line: string): { [name: string]: unknown } {
  try {
    return JSON.parse(line) as { [name: string]: unknown };
  } catch {
    return {};
  }
}
