// Reads an event of the last two versions of its type: what consumers are given is always the newest.
import type * as z from "zod/mini";
import { mended } from "./readable.ts";

/** As much of an event's definition as says how to read it. */
export type Versioned = {
  readonly version: number;
  readonly schema: z.ZodMiniType;
  readonly before?: {
    readonly version: number;
    readonly schema: z.ZodMiniType;
    readonly upcast: (data: never) => unknown;
    readonly downcast?: (data: never) => unknown;
  };
};

type Read = z.core.util.SafeParseResult<unknown>;

/** The event in its newest version: unknown fields dropped, odd spelling mended, an older version upcast. */
export function readEvent({ before, schema, version }: Versioned, detail: unknown): Read {
  const isOld = before !== undefined && (detail as { version?: unknown } | null)?.version === before.version;
  if (!isOld) return readAs(schema, detail);
  const read = readAs(before.schema, detail);
  return read.success ? schema.safeParse(raised(before.upcast, version, read.data)) : read;
}

/** A recorded event as the newest version would say it. The record keeps what was said, byte for byte. */
export function newestOf<E extends object>({ before, version }: Versioned, event: E): E {
  const isOld = before !== undefined && (event as { version?: unknown }).version === before.version;
  return isOld ? (raised(before.upcast, version, event) as E) : event;
}

/** The version that is said, and the data as it has them. */
export function saidAs({ before, version }: Versioned, data: unknown): { version: number; data: unknown } {
  return before?.downcast
    ? { version: before.version, data: before.downcast(data as never) }
    : { version, data };
}

function raised(upcast: (data: never) => unknown, version: number, event: unknown): object {
  return { ...(event as object), version, data: upcast((event as { data: never }).data) };
}

function readAs(schema: z.ZodMiniType, detail: unknown): Read {
  const read = schema.safeParse(detail);
  const again = read.success ? undefined : mended(detail, read.error.issues);
  return again === undefined ? read : schema.safeParse(again);
}
