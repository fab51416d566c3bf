// Defines the events of one producer: each with its layer, its description and the schema of its data.
import * as z from "zod/mini";
import { Instant, type ServiceName, TraceParent } from "../envelope.ts";
import { BulkId, EventId, FeedId, OrderId } from "../ids.ts";

/** What an event can be about, by the field that holds its id. */
const subjects = { orderId: OrderId, bulkId: BulkId, feedId: FeedId } as const;
type Subject = keyof typeof subjects;

type Definition = {
  /** A reaction says only events of a higher layer than the one it heard. */
  readonly layer: number;
  readonly description: string;
  readonly data: z.ZodMiniType;
};

type Defined<T extends string, P extends ServiceName, D extends z.ZodMiniType, S extends Subject> = {
  readonly producer: P;
  readonly subject: S;
  readonly layer: number;
  readonly schema: ReturnType<typeof eventSchema<T, P, D, S>>;
};

/** The events of a producer by their type. They are about an order, or what `subject` says. */
export function defineEvents<
  P extends ServiceName,
  D extends Readonly<Record<string, Definition>>,
  S extends Subject = "orderId",
>(producer: P, definitions: D, subject: S = "orderId" as S) {
  const defined = Object.entries(definitions).map(([type, { data, description, layer }]) => {
    const schema = eventSchema(type, producer, data, subject).check(z.describe(description));
    return [type, { producer, subject, layer, schema }];
  });
  return Object.fromEntries(defined) as {
    readonly [T in keyof D & string]: Defined<T, P, D[T]["data"], S>;
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
function eventSchema<T extends string, P extends ServiceName, D extends z.ZodMiniType, S extends Subject>(
  type: T,
  producer: P,
  data: D,
  subject: S,
) {
  const about = { [subject]: subjects[subject] } as { readonly [K in S]: (typeof subjects)[K] };
  return z.object({
    id: EventId,
    type: z.literal(type),
    version: z.literal(1),
    ...about,
    causationId: z
      .nullable(EventId)
      .check(z.describe("The event this one answers; null for what a customer or a clock began.")),
    occurredAt: Instant,
    producer: z.literal(producer),
    traceparent: z.optional(TraceParent),
    data,
  });
}
