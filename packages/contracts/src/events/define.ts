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
  /** Made by `earlier`, if the data have changed so that old events do not pass any more. */
  readonly before?: Before;
};

/** The version before the newest: what queues, records and the archive still hold. */
type Before = {
  readonly version: number;
  readonly data: z.ZodMiniType;
  readonly upcast: (data: never) => unknown;
  readonly downcast?: (data: never) => unknown;
};

/**
 * The data as that version had them, and what the next version would have said in their place. With
 * `downcast` the version before is still said: for one release, in which code learns to read the newest.
 */
export function earlier<D extends z.ZodMiniType, N>(
  version: number,
  data: D,
  upcast: (data: z.infer<D>) => N,
  downcast?: (data: N) => z.infer<D>,
): Before {
  return { version, data, upcast, ...(downcast && { downcast }) };
}

type Defined<T extends string, P extends ServiceName, D extends z.ZodMiniType, S extends Subject> = {
  readonly producer: P;
  readonly subject: S;
  readonly layer: number;
  /** The newest version. */
  readonly version: number;
  readonly schema: ReturnType<typeof eventSchema<T, P, D, S>>;
  readonly before?: Omit<Before, "data"> & { readonly schema: z.ZodMiniType };
};

/** The events of a producer by their type. They are about an order, or what `subject` says. */
export function defineEvents<
  P extends ServiceName,
  D extends Readonly<Record<string, Definition>>,
  S extends Subject = "orderId",
>(producer: P, definitions: D, subject: S = "orderId" as S) {
  const defined = Object.entries(definitions).map(([type, { before, data, description, layer }]) => {
    const version = (before?.version ?? 0) + 1;
    const schemaOf = (each: z.ZodMiniType, of: number) =>
      eventSchema(type, producer, each, subject, of).check(z.describe(description));
    const schema = schemaOf(data, version);
    const old = before && { ...before, schema: schemaOf(before.data, before.version) };
    return [type, { producer, subject, layer, version, schema, ...(old && { before: old }) }];
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
 * before its consumers know it; another `version` is refused, because it may mean something else
 * (versions.ts reads the one before).
 */
function eventSchema<T extends string, P extends ServiceName, D extends z.ZodMiniType, S extends Subject>(
  type: T,
  producer: P,
  data: D,
  subject: S,
  version: number,
) {
  const about = { [subject]: subjects[subject] } as { readonly [K in S]: (typeof subjects)[K] };
  return z.object({
    id: EventId,
    type: z.literal(type),
    version: z.literal(version),
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
