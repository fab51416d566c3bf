// Which order a message, an event, a payment or a mail is about; undefined where none is named.
import type { PaymentRequest } from "@order-saga/emulator";

/** An event as the bus puts it on a queue. */
export function orderOfMessage(body: string): string | undefined {
  return orderIdIn(fieldOf(parse(body), "detail"));
}

/** The detail of an entry that is put on the bus. */
export function orderOfDetail(detail: string | undefined): string | undefined {
  return orderIdIn(parse(detail ?? ""));
}

/** Keys are `<orderId>:<operation>`; a look-up names the order in its query, or an intent of it. */
export function orderOfPayment({ form, idempotencyKey, metadata }: PaymentRequest): string | undefined {
  const [fromKey] = /^ord_[0-9a-f]+(?=:)/.exec(idempotencyKey ?? "") ?? [];
  const [fromQuery] = /ord_[0-9a-f]+/.exec(form.get("query") ?? "") ?? [];
  return fromKey ?? form.get("metadata[orderId]") ?? fromQuery ?? metadata?.orderId;
}

/** A mail carries `X-Order-Mail: <orderId>/<kind>`. */
export function orderOfMail(form: Readonly<Record<string, string>>): string | undefined {
  const raw = Buffer.from(form["RawMessage.Data"] ?? "", "base64").toString("utf8");
  return /^X-Order-Mail:\s*(ord_[0-9a-f]+)\//im.exec(raw)?.[1];
}

function orderIdIn(value: unknown): string | undefined {
  const orderId = fieldOf(value, "orderId");
  return typeof orderId === "string" ? orderId : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
