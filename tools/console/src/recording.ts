// Turns what the runtime tells its observers into the recorder's inputs.
import type { AttemptOutcome, Input } from "@order-saga/dead-letters/inputs";
import { subjectOf } from "@order-saga/dead-letters/subject";
import { orderOfMail, orderOfPayment } from "@order-saga/local/faults/order-of";
import { operationOf } from "@order-saga/local/faults/strikes";
import type { RuntimeObserver } from "@order-saga/local/observer";
import { services } from "@order-saga/services";
import { createRecorder, type Recorder } from "./recorder.ts";
import { topologyOf } from "./topology.ts";

/** The laptop's recorder, and the observer that tells it what happens. */
export function startRecording(now: () => number): { recorder: Recorder; observer: RuntimeObserver } {
  const { reactions, services: nodes } = topologyOf(services);
  const recorder = createRecorder({
    maximumOrders: 5000,
    maximumEvents: 20_000,
    maximumMoments: 1000,
    reactions,
    schedules: nodes.flatMap(({ name, schedules }) => schedules.map((each) => ({ ...each, service: name }))),
    now,
  });
  return { recorder, observer: createRecording({ record: recorder.record, now }) };
}

export function createRecording(options: {
  record: (input: Input) => void;
  now: () => number;
}): Required<RuntimeObserver> {
  const { now, record } = options;
  return {
    messageDelivered: ({ body, reaction }) =>
      record({ kind: "delivered", at: now(), reaction, subject: subjectOf(body) }),

    paymentAnswered({ at, body, endedAt, request, status }) {
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
        outcome: outcomeOf(status, body),
        ...(Number.isInteger(amount) && { amount }),
        ...(currency && { currency: currency.toUpperCase() }),
      });
    },

    mailSent({ form, outcome }) {
      const orderId = orderOfMail(form);
      if (orderId !== undefined)
        record({ kind: "mail", at: now(), orderId, mailKind: kindOfMail(form), outcome });
    },

    eventAccepted: ({ acceptedAt, event, isReplay, reactions }) =>
      record({ kind: "event", at: acceptedAt, event, isReplay, reactions: [...reactions] }),

    batchChanged({ end, reaction, records }) {
      const at = now();
      for (const { attributes, body, messageId } of records) {
        const attempt = Number(attributes.ApproximateReceiveCount);
        if (!end) {
          record({ kind: "attempt", at, reaction, messageId, attempt, subject: subjectOf(body) });
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
    },

    requestAnswered({ answer, functionName, receivedAt: at, request }) {
      const { pathParameters } = request as { pathParameters?: Record<string, string> };
      const { body, statusCode = 200 } = (answer ?? {}) as { body?: string; statusCode?: number };
      if (!told.has(functionName)) return;
      const orderId = pathParameters?.orderId ?? orderIn(body);
      if (orderId === undefined || !/^ord_[0-9a-f]{32}$/.test(orderId)) return;
      record({ kind: "request", at, endedAt: now(), route: functionName, status: statusCode, orderId });
    },

    scheduleStarted: (name) => record({ kind: "schedule", at: now(), name }),
    scheduleEnded: (name) => record({ kind: "schedule-ended", at: now(), name }),

    lineLogged(line) {
      if (!line.includes('"messageId"') || !line.includes('"errorName"')) return;
      const { attempt, errorName, message, messageId } = parsed(line);
      if (typeof messageId !== "string" || typeof errorName !== "string") return;
      const isParked = String(message).startsWith("message parked");
      record({ kind: "reason", messageId, attempt: Number(attempt), errorName, isParked });
    },
  };
}

/** A storefront asks for an order over and over; only what changes it is worth a mark. */
const told: ReadonlySet<string> = new Set(["place-order", "cancel-order"]);

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

function kindOfMail(form: Readonly<Record<string, string>>): string {
  const raw = Buffer.from(form["RawMessage.Data"] ?? "", "base64").toString("utf8");
  return /^X-Order-Mail:\s*\S+\/(\w+)/im.exec(raw)?.[1] ?? "";
}

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}
