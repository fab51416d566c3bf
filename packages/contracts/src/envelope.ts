// Who says events, and what every event carries besides its own data.
import * as z from "zod/mini";

export const ServiceName = z.enum(["orders", "inventory", "payment", "notification", "webhooks"]);
export type ServiceName = z.infer<typeof ServiceName>;

export const Instant = z.iso.datetime({ precision: 3 }).check(z.describe("UTC, to the millisecond."));
export type Instant = z.infer<typeof Instant>;

export const TraceParent = z
  .string()
  .check(
    z.regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/),
    z.describe("W3C trace context, version 00; it crosses EventBridge and SQS inside the event."),
  );

/** The `source` a service publishes under; a queue's rule and the bus policy trust nothing else. */
export function sourceOf(service: ServiceName): string {
  return `shop.${service}`;
}
