// AWS's own models, as the SDK's clients carry them: each operation's arguments and answer.

/**
 * A schema of an SDK's client: a number for a simple type, a list for a structure, list or map, or a lazy
 * one.
 */
type Schema = number | string | readonly unknown[] | (() => Schema);

export type Operation = { name: string; input: Schema; output: Schema };

/** Services that the AWS CLI calls otherwise than the SDK calls their client. */
const clients: Readonly<Record<string, string>> = {
  events: "eventbridge",
  logs: "cloudwatch-logs",
  ce: "cost-explorer",
  s3api: "s3",
};

/** The kinds of schema by their first element, and of simple types that are lists or maps. */
const LIST = 1;
const MAP = 2;
const STRUCTURE = 3;
const SIMPLE_LIST = 64;
const SIMPLE_MAP = 128;
const TIMESTAMP = 4;
const BOOLEAN = 2;
const NUMBER = 1;

/** Throws with what is missing if there is no such client or operation. */
export async function operationOf(service: string, command: string): Promise<Operation> {
  const client = `@aws-sdk/client-${clients[service] ?? service}`;
  const model = await import(/* @vite-ignore */ client).catch(() => {
    throw new Error(
      `${client} is not installed: is aws ${service} a service? Then add it to tools/synthesis.`,
    );
  });
  const wanted = `${plain(command)}$`;
  const name = Object.keys(model).find((key) => key.toLowerCase() === wanted && model[key]?.[0] === 9);
  if (name === undefined) throw new Error(`aws ${service} has no command ${command}.`);
  const [, , , , input, output] = model[name];
  return { name: name.slice(0, -1), input: resolved(input), output: resolved(output) };
}

/** The CLI's `wait table-exists` is the SDK's `waitUntilTableExists`. */
export async function assertWaiter(service: string, waiter: string): Promise<void> {
  const model = await import(/* @vite-ignore */ `@aws-sdk/client-${clients[service] ?? service}`);
  const wanted = `waituntil${plain(waiter)}`;
  if (Object.keys(model).some((key) => key.toLowerCase() === wanted)) return;
  throw new Error(`aws ${service} waits for no ${waiter}.`);
}

const plain = (name: string) => name.replaceAll("-", "").toLowerCase();

function resolved(schema: unknown): Schema {
  if (typeof schema === "function") return resolved(schema());
  // A schema with traits beside it: [0, namespace, name, traits, schema], or [schema, traits].
  if (Array.isArray(schema) && schema[0] === 0 && schema.length === 5) return resolved(schema[4]);
  if (Array.isArray(schema) && typeof schema[0] !== "number") return resolved(schema[0]);
  if (Array.isArray(schema) && schema.length === 2 && typeof schema[1] === "object")
    return resolved(schema[0]);
  return schema as Schema;
}

export type Members = { names: readonly string[]; schemas: readonly unknown[]; required: readonly string[] };

export function membersOf(schema: Schema): Members | undefined {
  if (!Array.isArray(schema) || schema[0] !== STRUCTURE) return undefined;
  const names = schema[4] as string[];
  return { names, schemas: schema[5] as unknown[], required: names.slice(0, Number(schema[6] ?? 0)) };
}

/** `--queue-url` is QueueUrl; `--no-enabled` is Enabled. */
export function memberOf(option: string, { names }: Members): string | undefined {
  const find = (text: string) => names.find((name) => name.toLowerCase() === plain(text));
  return find(option) ?? (option.startsWith("no-") ? find(option.slice(3)) : undefined);
}

/** What is wrong with a value for a schema: a structure's key that it has not, or one that it needs. */
export function wrongIn(value: unknown, given: unknown, at: string): string[] {
  const schema = resolved(given);
  if (!Array.isArray(schema)) return [];
  if (schema[0] === LIST) return [value].flat().flatMap((each) => wrongIn(each, schema[4], at));
  const members = membersOf(schema);
  if (!members) return [];
  if (typeof value !== "object" || value === null) return [`${at} needs ${members.names.join(", ")}`];
  const keys = Object.keys(value);
  return [
    ...keys.filter((key) => !members.names.includes(key)).map((key) => `${at} has no ${key}`),
    ...members.required.filter((name) => !keys.includes(name)).map((name) => `${at} needs ${name}`),
    ...keys.flatMap((key) =>
      wrongIn(
        (value as Record<string, unknown>)[key],
        members.schemas[members.names.indexOf(key)],
        `${at}.${key}`,
      ),
    ),
  ];
}

/** An answer with every member that the service may answer with. */
export function sampleOf(given: unknown, depth = 0): unknown {
  const schema = resolved(given);
  if (typeof schema === "number") {
    if (schema >= SIMPLE_MAP) return { key: sampleOf(schema - SIMPLE_MAP) };
    if (schema >= SIMPLE_LIST) return [sampleOf(schema - SIMPLE_LIST)];
    if (schema === TIMESTAMP) return "2026-01-05T12:00:00Z";
    return schema === NUMBER ? 1 : schema === BOOLEAN ? true : "value";
  }
  if (!Array.isArray(schema) || depth > 6) return "value";
  if (schema[0] === LIST) return [sampleOf(schema[4], depth + 1)];
  if (schema[0] === MAP) return { key: sampleOf(schema[5], depth + 1) };
  const members = membersOf(schema);
  if (!members) return "value";
  return Object.fromEntries(members.names.map((name, n) => [name, sampleOf(members.schemas[n], depth + 1)]));
}
