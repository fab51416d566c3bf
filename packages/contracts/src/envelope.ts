// What every event carries besides its own data.
import * as z from "zod/mini";
import { EventId, OrderId } from "./ids.ts";

export const ServiceName = z.enum(["orders", "inventory", "payment", "notification"]);
export type ServiceName = z.infer<typeof ServiceName>;

export const Instant = z.iso.datetime({ precision: 3 }).check(z.describe("UTC, to the millisecond."));
export type Instant = z.infer<typeof Instant>;

export const TraceParent = z
  .string()
  .check(
    z.regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/),
    z.describe("W3C trace context, version 00; it crosses EventBridge and SQS inside the event."),
  );

/**
 * Builds the schema of one event type. Unknown fields are dropped, not refused, so that a producer may add
 * one before its consumers know it; another `version` is refused, because it may mean something else.
 */
export function eventSchema<T extends string, P extends ServiceName, D extends z.ZodMiniType>(
  type: T,
  producer: P,
  data: D,
) {
  return z.object({
    id: EventId,
    type: z.literal(type),
    version: z.literal(1),
    orderId: OrderId,
    causationId: z
      .nullable(EventId)
      .check(z.describe("The event this one answers; null for what a customer or a clock began.")),
    occurredAt: Instant,
    producer: z.literal(producer),
    traceparent: z.optional(TraceParent),
    data,
  });
}

/** The `source` a service publishes under; a queue's rule and the bus policy trust nothing else. */
export function sourceOf(service: ServiceName): string {
  return `shop.${service}`;
}
