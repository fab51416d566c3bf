// An event as its schema has it, where only its spelling differs: what another producer writes by the same
// standards is no reason to park an order.
import * as z from "zod/mini";

/** RFC 3339: with or without parts of a second, in any zone. */
const AnyInstant = z.iso.datetime({ offset: true });

/** W3C Trace Context: of a later version the parts of version 00 are read, and handed on as that. */
const laterTrace = /^(?!ff|00)[0-9a-f]{2}-([0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})(?:-.*)?$/;

type Issue = Pick<z.core.$ZodIssue, "path">;

/**
 * The event with these issues mended: a null in the place of a field that may be absent is left out, a time
 * is written as ours are, and a trace is brought to version 00 or, as the standard asks, left out.
 * Undefined if there is nothing to mend.
 */
export function mended(detail: unknown, issues: readonly Issue[]): unknown {
  const mending = issues.reduce((value, { path }) => mendedAt(value, path, path.length === 1), detail);
  return mending === detail ? undefined : mending;
}

/** A copy of what lies on the path, and of nothing else: the rest may be of any depth. */
function mendedAt(value: unknown, path: readonly PropertyKey[], isOnTop: boolean): unknown {
  const [key, ...rest] = path;
  if (typeof value !== "object" || value === null || key === undefined) return value;
  const before = (value as Record<PropertyKey, unknown>)[key];
  const isTrace = isOnTop && key === "traceparent";
  const after = rest.length > 0 ? mendedAt(before, rest, isOnTop) : spelled(before, isTrace);
  if (after === before) return value;
  const copy = Object.assign(Array.isArray(value) ? [] : {}, value) as Record<PropertyKey, unknown>;
  if (after === undefined) delete copy[key];
  else copy[key] = after;
  return copy;
}

/** Undefined for what is left out. */
function spelled(value: unknown, isTrace: boolean): unknown {
  if (value === null) return undefined;
  if (isTrace) {
    const [, rest] = (typeof value === "string" && laterTrace.exec(value)) || [];
    return rest === undefined ? undefined : `00-${rest}`;
  }
  return AnyInstant.safeParse(value).success ? new Date(String(value)).toISOString() : value;
}
