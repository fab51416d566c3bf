// Defines the events of one producer: each with its layer, its description and the schema of its data.
import * as z from "zod/mini";
import { Instant, type ServiceName, TraceParent } from "../envelope.ts";
import { EventId, OrderId } from "../ids.ts";

type Definition = {
  /** A reaction says only events of a higher layer than the one it heard. */
  readonly layer: number;
  readonly description: string;
  readonly data: z.ZodMiniType;
};

type Defined<T extends string, P extends ServiceName, D extends z.ZodMiniType> = {
  readonly producer: P;
  readonly layer: number;
  readonly schema: ReturnType<typeof eventSchema<T, P, D>>;
};

/** The events of a producer by their type. */
export function defineEvents<P extends ServiceName, D extends Readonly<Record<string, Definition>>>(
  producer: P,
  definitions: D,
) {
  const defined = Object.entries(definitions).map(([type, { data, description, layer }]) => {
    const schema = eventSchema(type, producer, data).check(z.describe(description));
    return [type, { producer, layer, schema }];
  });
  return Object.fromEntries(defined) as {
    readonly [T in keyof D & string]: Defined<T, P, D[T]["data"]>;
  };
}

/** An example of each event of a producer, beside the definitions so that functions do not bundle it. */
export type Examples<
  E extends { readonly [type: string]: { readonly schema: z.ZodMiniType<{ data: unknown }> } },
> = {
  readonly [T in keyof E]: {
    /** The type of the event that it answers; null for what a customer or a clock began. */
    readonly answers: string | null;
    readonly data: z.infer<E[T]["schema"]>["data"];
  };
};

/**
 * The schema of one event type. Unknown fields are dropped, not refused, so that a producer may add one
 * before its consumers know it; another `version` is refused, because it may mean something else.
 */
function eventSchema<T extends string, P extends ServiceName, D extends z.ZodMiniType>(
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
