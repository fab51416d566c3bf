// Turns what the runtime is told anyway into the recorder's inputs: events, batches, payments, mails, requests, log lines.
import { type DomainEvent, isEventType, sourceOfEvent } from "@order-saga/contracts";
import type { AttemptOutcome, Input } from "@order-saga/dead-letters/inputs";
import { subjectOf } from "@order-saga/dead-letters/subject";
import type { AwsEndpoint, EndpointObserver } from "@order-saga/emulator";
import { orderOfMail, orderOfPayment } from "@order-saga/local/faults/order-of";
import { operationOf } from "@order-saga/local/faults/strikes";
import type { Batch } from "@order-saga/local/lambda/mapping";

export type Recording = {
  /** For the endpoint. */
  observer: EndpointObserver;
  /** For the bus: an event it took, and the rules that matched. */
  event: Parameters<AwsEndpoint["onEvent"]>[0];
  /** For the mappings. */
  batch(batch: Batch): void;
  /** For the gateway: a function's answer to a request. */
  answered(functionName: string, request: unknown, answer: unknown, at: number): void;
  /** For the schedules: a run begins, or is over. */
  schedule(name: string, isRunning: boolean): void;
  /** For every line that the functions log. */
  line(line: string): void;
};

export function createRecording(options: {
  record: (input: Input) => void;
  now: () => number;
  /** The reaction behind a queue's ARN, and the one behind a rule. */
  reactionOfQueue: (queueArn: string) => string | undefined;
  reactionOfRule: (rule: string) => string | undefined;
}): Recording {
  const { now, record } = options;
  return {
    observer: {
      delivered({ body, queueArn }) {
        const reaction = options.reactionOfQueue(queueArn);
        if (reaction !== undefined)
          record({ kind: "delivered", at: now(), reaction, subject: subjectOf(body) });
      },
      paid({ at, body, endedAt, request, status }) {
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
      mailed({ form, outcome }) {
        const orderId = orderOfMail(form);
        if (orderId !== undefined)
          record({ kind: "mail", at: now(), orderId, mailKind: kindOfMail(form), outcome });
      },
    },

    event(event, matchedRules, receivedAt) {
      const type = event["detail-type"];
      if (!isEventType(type) || event.source !== sourceOfEvent(type)) return;
      record({
        kind: "event",
        at: receivedAt,
        event: event.detail as unknown as DomainEvent,
        isReplay: event["replay-name"] !== undefined,
        reactions: matchedRules.flatMap((rule) => options.reactionOfRule(rule) ?? []),
      });
    },

    batch({ end, reaction, records }) {
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

    answered(functionName, request, answer, at) {
      const { pathParameters } = request as { pathParameters?: Record<string, string> };
      const { body, statusCode = 200 } = (answer ?? {}) as { body?: string; statusCode?: number };
      if (!told.has(functionName)) return;
      const orderId = pathParameters?.orderId ?? orderIn(body);
      if (orderId === undefined || !/^ord_[0-9a-f]{32}$/.test(orderId)) return;
      record({ kind: "request", at, endedAt: now(), route: functionName, status: statusCode, orderId });
    },

    schedule: (name, isRunning) =>
      record({ kind: isRunning ? "schedule" : "schedule-ended", at: now(), name }),

    line(line) {
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
