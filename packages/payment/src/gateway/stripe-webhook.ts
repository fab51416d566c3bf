// What Stripe's webhooks say, once their signature is checked: which intent is worth a look.
import { createHmac, timingSafeEqual } from "node:crypto";
import { OrderId } from "@order-saga/contracts";
import * as z from "zod/mini";
import type { Ringing } from "../ring.ts";

/** A signature that is older may be a copy of an old message (Stripe documentation, "Webhooks"). */
const TOLERANCE_SECONDS = 5 * 60;

/**
 * Undefined if one of the secrets has signed these bytes, lately. While a secret is rotated Stripe signs with
 * both, and the header holds a signature of each. `now` in milliseconds.
 */
export function signatureFault(
  bytes: Buffer,
  header: string | undefined,
  secrets: readonly string[],
  now: number,
): "BadSignature" | "TooOld" | undefined {
  const parts = (header ?? "").split(",").map((part) => part.trim().split("="));
  const time = parts.find(([name]) => name === "t")?.[1] ?? "";
  const given = parts.flatMap(([name, value]) => (name === "v1" && value !== undefined ? [value] : []));
  if (!/^\d{1,12}$/.test(time)) return "BadSignature";
  const isGood = secrets.some((secret) => {
    const wanted = createHmac("sha256", secret).update(`${time}.`).update(bytes).digest("hex");
    return given.some((each) => isEqual(each, wanted));
  });
  if (!isGood) return "BadSignature";
  return Math.abs(now / 1000 - Number(time)) > TOLERANCE_SECONDS ? "TooOld" : undefined;
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const Event = z.object({
  type: z.string(),
  request: z.nullish(z.object({ idempotency_key: z.nullish(z.string()) })),
  data: z.object({
    object: z.object({
      id: z.string(),
      payment_intent: z.nullish(z.string()),
      metadata: z.nullish(z.record(z.string(), z.string())),
    }),
  }),
});

/** Subscribe the endpoint to these, and to no others. */
export const heardEvents = [
  "payment_intent.amount_capturable_updated",
  "payment_intent.succeeded",
  "payment_intent.payment_failed",
  "payment_intent.canceled",
  "refund.created",
  "refund.updated",
  "refund.failed",
  "charge.dispute.created",
  "charge.dispute.closed",
] as const;

/**
 * The intent to look at; undefined if the event is none that an order waits for, or what our own call did: we
 * have the answer to that. Throws ZodError for what is no event.
 */
export function intentToLookAt(bytes: Buffer): Ringing | undefined {
  const { data, request, type } = Event.parse(JSON.parse(bytes.toString("utf8")));
  if (!heardEvents.some((each) => each === type)) return undefined;
  if (OrderId.safeParse(request?.idempotency_key?.split(":")[0]).success) return undefined;
  const { id, metadata, payment_intent } = data.object;
  if (!type.startsWith("payment_intent.")) return payment_intent ? { intentId: payment_intent } : undefined;
  const order = OrderId.safeParse(metadata?.orderId);
  return order.success ? { intentId: id, orderId: order.data } : undefined;
}
