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

/** Undefined if the template, filled in, is no JSON where it has to be: such an event is not delivered. */
export function targetInput(target: Target, context: Context): string | undefined {
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
  ["aws.events.event", ({ event }) => headOf(event)],
  ["aws.events.event.json", ({ event }) => event],
]);

/** Without the detail, in the order and by the names in which AWS was recorded to write it. */
function headOf({
  id,
  account,
  "detail-type": detailType,
  time,
  source,
  region,
  resources,
  version,
}: BusEvent) {
  return { id, account, detailType, time, source, region, resources, version };
}

const TOKEN = /\\.|"|<([\w.-]+)>/gs;

function transform(
  { InputPathsMap, InputTemplate }: NonNullable<Target["InputTransformer"]>,
  context: Context,
): string | undefined {
  // AWS was recorded to want JSON of an object or a list that is filled in, and of no other text.
  const isJsonTemplate = /^\s*[[{]/.test(InputTemplate);
  const paths = new Map(Object.entries(InputPathsMap ?? {}));
  const lookUp = (name: string): unknown => {
    const path = paths.get(name);
    return path === undefined
      ? predefined.get(name)?.(context)
      : valueAt(context.event, parsePath(path) ?? []);
  };
  let isQuoted = false;
  const filled = InputTemplate.replace(TOKEN, (token: string, name: string | undefined) => {
    if (token === '"') isQuoted = !isQuoted;
    if (name === undefined) return token;
    const value = lookUp(name);
    // Outside quotes a value is inserted as JSON, and one that is not there as an empty text.
    if (!isQuoted) return JSON.stringify(value === undefined ? "" : value);
    if (value === undefined) return "";
    // Inside quotes a text is not escaped, and in a template of text an object or list loses its own.
    if (typeof value === "string") return value;
    return isJsonTemplate ? JSON.stringify(value) : JSON.stringify(value).replaceAll('"', "");
  });
  return isJsonTemplate && !isJson(filled) ? undefined : filled;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The error in a transformer; undefined if it is valid. */
export function checkTransformer(paths: ReadonlyMap<string, string>): string | undefined {
  if (paths.size > 100) return "InputPathsMap may hold at most 100 paths.";
  for (const [name, path] of paths) {
    if (!/^[\w-]{1,256}$/.test(name) || path.length > 256 || /^aws\./i.test(name))
      return `InputPathsMap name ${name} is not valid.`;
    if (!parsePath(path)) return `InputPathsMap path ${path} is not a JSON path.`;
  }
  return undefined;
}

/** A variable of the template that has neither a path nor a meaning of its own. */
export function unknownVariable(paths: ReadonlyMap<string, string>, template: string): string | undefined {
  for (const [, name] of template.matchAll(TOKEN)) {
    if (name !== undefined && !paths.has(name) && !predefined.has(name)) return name;
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
