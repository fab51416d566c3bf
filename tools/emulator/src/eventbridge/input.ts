// What a target receives for an event: the event, a constant, a part of it, or a filled template.
// Source: EventBridge user guide, "Amazon EventBridge input transformation".
import type { BusEvent, Target } from "./model.ts";

export type Context = {
  event: BusEvent;
  /** The event as JSON, created only when a target needs it. */
  eventJson: () => string;
  rule: { name: string; arn: string };
  /** When the event was received, in milliseconds. */
  receivedAt: number;
};

export function targetInput(target: Target, context: Context): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) {
    return JSON.stringify(valueAt(context.event, parsePath(target.InputPath) ?? []) ?? null);
  }
  if (target.InputTransformer) return transform(target.InputTransformer, context);
  return context.eventJson();
}

/**
 * The target with what stands at the path of its message group, or with the group itself if it names no path
 * (EventBridge user guide, "Dynamic path parameters"). The guide does not say what happens if nothing is
 * there: here the message has no group, and a FIFO queue refuses it.
 */
export function groupedTarget(target: Target, event: Pick<BusEvent, "resources">): Target {
  const given = target.SqsParameters?.MessageGroupId;
  if (!given?.startsWith("$")) return target;
  const { SqsParameters: _, ...plain } = target;
  const group = valueAt(event, parsePath(given) ?? []);
  return typeof group === "string" ? { ...plain, SqsParameters: { MessageGroupId: group } } : plain;
}

/** Variables without a path, which no `InputPathsMap` may define. */
const predefined: ReadonlyMap<string, (context: Context) => unknown> = new Map<
  string,
  (context: Context) => unknown
>([
  ["aws.events.rule-arn", ({ rule }) => rule.arn],
  ["aws.events.rule-name", ({ rule }) => rule.name],
  ["aws.events.event.ingestion-time", ({ receivedAt }) => new Date(receivedAt).toISOString()],
  ["aws.events.event", ({ event }) => ({ ...event, detail: undefined })],
  ["aws.events.event.json", ({ event }) => event],
]);

const TOKEN = /\\.|"|<([\w.-]+)>/gs;

function transform(
  { InputPathsMap, InputTemplate }: NonNullable<Target["InputTransformer"]>,
  context: Context,
): string {
  const paths = new Map(Object.entries(InputPathsMap ?? {}));
  const lookUp = (name: string): unknown => {
    const path = paths.get(name);
    return path === undefined
      ? predefined.get(name)?.(context)
      : valueAt(context.event, parsePath(path) ?? []);
  };
  let isQuoted = false;
  // Outside quotes a value is inserted as JSON, and a missing one is empty.
  return InputTemplate.replace(TOKEN, (token: string, name: string | undefined) => {
    if (token === '"') isQuoted = !isQuoted;
    if (name === undefined) return token;
    const value = lookUp(name);
    if (value === undefined) return "";
    return isQuoted ? unquoted(value) : JSON.stringify(value);
  });
}

/** Inside quotes a text is not escaped, and an object or list loses its quotes ("Common issues" there). */
function unquoted(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value).replaceAll('"', "");
}

/** The error in a transformer; undefined if it is valid. */
export function checkTransformer(paths: ReadonlyMap<string, string>, template: string): string | undefined {
  if (paths.size > 100) return "InputPathsMap may hold at most 100 paths.";
  for (const [name, path] of paths) {
    if (!/^[\w-]{1,256}$/.test(name) || /^aws\./i.test(name))
      return `InputPathsMap name ${name} is not valid.`;
    if (!parsePath(path)) return `InputPathsMap path ${path} is not a JSON path.`;
  }
  for (const [, name] of template.matchAll(TOKEN)) {
    if (name !== undefined && !paths.has(name) && !predefined.has(name)) {
      return `InputTemplate contains invalid placeholder <${name}>.`;
    }
  }
  return undefined;
}

const ANY = Symbol("every element");
type Step = string | number | typeof ANY;

/** The steps of a path such as `$.detail.lines[0].sku`; undefined if it is invalid. */
export function parsePath(path: string): Step[] | undefined {
  const steps = [...path.matchAll(/\.([\w/-]+)|\[(\d+)\]|\[(\*)\]|\['([^']+)'\]/g)];
  if (path !== `$${steps.map(([step]) => step).join("")}`) return undefined;
  return steps.map(([, name, index, any, quoted]) => {
    if (index !== undefined) return Number(index);
    return any === undefined ? (name ?? quoted ?? "") : ANY;
  });
}

function valueAt(value: unknown, [step, ...rest]: readonly Step[]): unknown {
  if (step === undefined) return value;
  if (step === ANY) {
    if (!Array.isArray(value)) return undefined;
    return value.map((each) => valueAt(each, rest)).filter((each) => each !== undefined);
  }
  if (typeof step === "number") return Array.isArray(value) ? valueAt(value[step], rest) : undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, step) ? valueAt((value as Record<string, unknown>)[step], rest) : undefined;
}
