// An event as its schema has it, where only its spelling differs: what another producer writes by the same
// standards is no reason to park an order.
import * as z from "zod/mini";

/** RFC 3339: with or without parts of a second, in any zone. */
const AnyInstant = z.iso.datetime({ offset: true });

/** W3C Trace Context: of a later version the parts of version 00 are read, and handed on as that. */
const laterTrace = /^(?!ff|00)[0-9a-f]{2}-([0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})(?:-.*)?$/;

type Issue = Pick<z.core.$ZodIssue, "code" | "path">;
type Fields = Record<PropertyKey, unknown>;

/**
 * The event with these issues mended: a null in the place of a field that may be absent is left out, a time
 * is written as ours are, and a trace is brought to version 00 or, as the standard asks, left out.
 * Undefined if there is nothing to mend.
 */
export function mended(detail: unknown, issues: readonly Issue[]): unknown {
  const copy: unknown = structuredClone(detail);
  let isMended = false;
  for (const { path } of issues) {
    const parent = path.slice(0, -1).reduce<unknown>((value, key) => (value as Fields | null)?.[key], copy);
    const key = path.at(-1);
    if (typeof parent !== "object" || parent === null || key === undefined) continue;
    isMended = mend(parent as Fields, key, path.length === 1) || isMended;
  }
  return isMended ? copy : undefined;
}

function mend(parent: Fields, key: PropertyKey, isOnTop: boolean): boolean {
  const value = parent[key];
  if (value === null) return delete parent[key];
  if (isOnTop && key === "traceparent") {
    const [, rest] = laterTrace.exec(String(value)) ?? [];
    if (rest === undefined) delete parent[key];
    else parent[key] = `00-${rest}`;
    return true;
  }
  if (!AnyInstant.safeParse(value).success) return false;
  parent[key] = new Date(String(value)).toISOString();
  return true;
}
