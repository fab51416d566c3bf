// The commands that are handed over as they are: what each asks of the endpoint, and what its answer says.
import { randomUUID } from "node:crypto";
import type { Call } from "@order-saga/emulator";
import { fromAttributeValue, mapped, NotPlain, toAttributeValue } from "./plain-values.ts";

type Fields = Record<string, unknown>;

/** As much of a smithy command as is read; a document client's carries the one it stands for. */
export type Command = {
  readonly input: object;
  /** Its third part is the operation's name in AWS's model. */
  readonly schema?: readonly unknown[];
  readonly clientCommand?: { readonly schema?: readonly unknown[] };
  readonly inputKeyNodes?: KeyNodes;
  readonly outputKeyNodes?: KeyNodes;
};

/**
 * How lib-dynamodb says where attribute values are: in members by name, in each for `*`, in all of `{}`;
 * null is one.
 */
type KeyNodes = { readonly [name: string]: KeyNodes | null };
type Convert = (value: unknown) => unknown;

/** A command that was understood. */
export type Handed = {
  call: Call;
  /**
   * What the SDK makes of the body of an answer, without its metadata. Throws NotPlain where that is the
   * SDK's to say.
   */
  read(body: unknown): Fields;
};

/** Undefined for what is not plain or not known here: the SDK then does as in AWS. */
export function handedOver(service: Call["service"], command: Command): Handed | undefined {
  const schema = service === "dynamodb" ? command.clientCommand?.schema : command.schema;
  const operation = String(schema?.[2]);
  const way = Object.hasOwn(ways[service], operation) ? ways[service][operation] : undefined;
  try {
    return (
      way && {
        call: { service, operation, input: way.ask(command) },
        read: (body) => way.read(body, command),
      }
    );
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

type Way = { ask(command: Command): Fields; read(body: unknown, command: Command): Fields };

const document: Way = {
  ask: ({ input, inputKeyNodes = {} }) => converted(input, inputKeyNodes, toAttributeValue),
  read: (body, { outputKeyNodes = {} }) => converted(body as object, outputKeyNodes, fromAttributeValue),
};

const queued: Way = { ask: ({ input }) => plain(input), read: (body) => JSON.parse(body as string) };

const ways: { readonly [S in Call["service"]]: Readonly<Record<string, Way>> } = {
  dynamodb: {
    BatchGetItem: document,
    GetItem: document,
    PutItem: document,
    Query: document,
    UpdateItem: document,
    TransactWriteItems: {
      ...document,
      // As the SDK does: however often it is asked for, a transaction of one name is carried out once.
      ask: (command) => ({ ClientRequestToken: randomUUID(), ...document.ask(command) }),
    },
  },
  eventbridge: { PutEvents: { ask: putEvents, read: (body) => body as Fields } },
  sqs: { SendMessage: queued, SendMessageBatch: queued },
  ses: { SendRawEmail: { ask: rawEmail, read: messageId } },
};

function converted(given: object, nodes: KeyNodes, convert: Convert): Fields {
  const copy = { ...given } as Fields;
  for (const [name, inside] of Object.entries(nodes))
    if (copy[name] !== undefined) copy[name] = within(copy[name], inside, convert);
  return copy;
}

function within(value: unknown, nodes: KeyNodes | null, convert: Convert): unknown {
  if (nodes === null) return convert(value);
  if (typeof value !== "object" || value === null) throw new NotPlain();
  if (Object.keys(nodes).some((name) => name !== "*")) return converted(value, nodes, convert);
  const each = (one: unknown) => within(one, nodes["*"] ?? null, convert);
  return Array.isArray(value) ? value.map(each) : mapped(value, each);
}

function putEvents({ input }: Command): Fields {
  const { Entries, ...others } = input as { Entries?: { Time?: Date }[] };
  if (!Entries || Object.keys(others).length > 0) throw new NotPlain();
  return plain({
    Entries: Entries.map(({ Time, ...entry }) => ({ ...entry, ...(Time && { Time: secondsOf(Time) }) })),
  });
}

function secondsOf(time: Date): number {
  if (time instanceof Date) return time.getTime() / 1000;
  throw new NotPlain();
}

/** The form that SES's query protocol makes of it. */
function rawEmail({ input }: Command): Fields {
  const { ConfigurationSetName, Destinations, RawMessage, Source, Tags, ...others } = input as Fields;
  const data = (RawMessage as { Data?: unknown } | undefined)?.Data;
  const recipients = Array.isArray(Destinations) ? Destinations : [];
  if (!(data instanceof Uint8Array) || recipients.length === 0 || Object.keys(others).length > 0)
    throw new NotPlain();
  return plain({
    Version: "2010-12-01",
    Source,
    ...Object.fromEntries(recipients.map((each, index) => [`Destinations.member.${index + 1}`, each])),
    "RawMessage.Data": Buffer.from(data.buffer, data.byteOffset, data.length).toString("base64"),
    ConfigurationSetName,
    ...tagsIn(Tags),
  });
}

function tagsIn(tags: unknown): Fields {
  const given = Array.isArray(tags) ? tags : [];
  return Object.fromEntries(
    given.flatMap(({ Name, Value }, index) => [
      [`Tags.member.${index + 1}.Name`, Name],
      [`Tags.member.${index + 1}.Value`, Value],
    ]),
  );
}

function messageId(body: unknown): Fields {
  const [, MessageId] = /<MessageId>([^<&]+)<\/MessageId>/.exec(String(body)) ?? [];
  if (MessageId === undefined) throw new NotPlain();
  return { MessageId };
}

/** What is JSON as it is. Throws NotPlain at bytes, times and whatever else the SDK writes in its own way. */
function plain(given: object): Fields {
  return mapped(given, plainly);
}

function plainly(value: unknown): unknown {
  toAttributeValue(value);
  return value;
}
