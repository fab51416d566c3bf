// What a target receives for an event: the event, a constant, a part of it, or a template filled from it.
// Source: EventBridge user guide, "Amazon EventBridge input transformation".
import { invalid } from "./errors.ts";
import type { BusEvent, Target } from "./model.ts";

export function targetInput(
  target: Target,
  event: BusEvent,
  rule: { name: string; arn: string },
  now: number,
): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(event, target.InputPath) ?? null);
  if (target.InputTransformer) return transform(target.InputTransformer, event, rule, now);
  return JSON.stringify(event);
}

function transform(
  { InputPathsMap = {}, InputTemplate }: NonNullable<Target["InputTransformer"]>,
  event: BusEvent,
  rule: { name: string; arn: string },
  now: number,
): string {
  const values = new Map<string, unknown>(
    Object.entries(InputPathsMap).map(([name, path]) => [name, valueAt(event, path)]),
  );
  values.set("aws.events.rule-arn", rule.arn);
  values.set("aws.events.rule-name", rule.name);
  values.set("aws.events.event.ingestion-time", new Date(now).toISOString());
  values.set("aws.events.event", { ...event, detail: undefined });
  values.set("aws.events.event.json", event);
  let quoted = false;
  // Inside a quoted string a value is put in as text, outside as JSON; a value that is not there is left empty.
  return InputTemplate.replace(/\\"|"|<([\w.-]+)>/g, (token, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined || !values.has(name)) return token;
    const value = values.get(name);
    if (!quoted) return value === undefined ? "" : JSON.stringify(value);
    if (value === undefined) return "";
    return JSON.stringify(typeof value === "string" ? value : JSON.stringify(value)).slice(1, -1);
  });
}

/** A JSON path of the forms `$.detail.lines[0].sku` and `$.detail['key']`. */
export function valueAt(event: unknown, path: string): unknown {
  return parsePath(path).reduce<unknown>((value, key) => {
    if (typeof value !== "object" || value === null) return undefined;
    return (value as Record<string, unknown>)[key];
  }, event);
}

/** Throws ValidationException if the path is not one. */
export function parsePath(path: string): string[] {
  const steps = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/g)];
  if (!path.startsWith("$") || steps.map(([step]) => step).join("") !== path.slice(1)) {
    throw invalid(`Invalid JSON path ${JSON.stringify(path)}.`);
  }
  return steps.map(([, name, index, quoted]) => name ?? index ?? quoted ?? "");
}
