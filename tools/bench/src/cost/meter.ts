// Counts what the functions of a simulated world cost: wraps their handlers and their clients.
import type { ServiceManifest } from "@order-saga/messaging";
import type { ClientKind, ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import {
  type Item,
  indexWriteUnits,
  itemBytes,
  queryUnits,
  readUnits,
  writeUnits,
} from "@order-saga/simulation/dynamodb/units";
import type { FunctionCode } from "@order-saga/simulation/lambda";
import type { World } from "@order-saga/simulation/world";
import type { SQSEvent } from "aws-lambda";
import { none, type Operations } from "./operations.ts";

/** What was counted at one place: a function, a table, or an index as `orders.due`. */
export type Places = Readonly<Record<string, Partial<Operations>>>;

export type Meter = {
  readonly operations: Operations;
  /** The same by place, where it matters which one it was. */
  readonly places: Places;
  /** Every function's code with its operations counted. */
  functions(codes: ReadonlyMap<string, FunctionCode>): ReadonlyMap<string, FunctionCode>;
  /** Where items are looked up before and after they are written. */
  watch(world: World): void;
};

/** What CloudWatch adds to each line; Lambda writes none of a success (stacks/function.ts). */
const LINE_BYTES = 26;
/** What virtual time omits: about 2 ms of CPU an invocation, on the part of a core that its memory buys. */
const CPU_MILLISECONDS = 2;
/** Of memory, for a whole core (Lambda developer guide, "Memory"). */
const MEGABYTES_OF_A_CORE = 1769;
/** EventBridge's own envelope, in which an event is archived. */
const ENVELOPE_BYTES = 330;

/** The shop's own requests, which are not an order's. */
const isShops = (name: string) => name === "orders-put-product" || name === "inventory-adjust-stock";

type Send = (command: { constructor: { name: string }; input: unknown }) => Promise<unknown>;

type Index = ServiceManifest["table"]["indexes"][string];

/** What the meter counts into, and where it looks up an item before and after a write. */
type Tally = {
  count(name: keyof Operations, by?: number, place?: string): void;
  stored(table: string, key: Item): Item | undefined;
  indexesOf(table: string): readonly (readonly [string, Index])[];
};

export function createMeter(services: readonly ServiceManifest[]): Meter {
  const operations = none();
  const places: Record<string, Partial<Operations>> = {};
  let world: World | undefined;
  const indexes = new Map(services.map(({ name, table }) => [name as string, Object.entries(table.indexes)]));
  const tally: Tally = {
    count(name, by = 1, place) {
      operations[name] += by;
      if (place === undefined) return;
      const there = places[place] ?? {};
      places[place] = { ...there, [name]: (there[name] ?? 0) + by };
    },
    stored: (table, { pk, sk }) => world?.stored(table as ServiceManifest["name"], String(pk), String(sk)),
    indexesOf: (table) => indexes.get(table) ?? [],
  };
  return {
    operations,
    places,
    functions: (codes) => new Map([...codes].map(([name, code]) => [name, metered(code, tally)])),
    watch(given) {
      world = given;
    },
  };
}

/** A function whose invocations, log lines and client calls are counted. */
function metered(code: FunctionCode, tally: Tally): FunctionCode {
  if (isShops(code.name)) return code;
  return {
    ...code,
    create(env) {
      const handle = code.create({
        ...env,
        write(line) {
          tally.count("logLines");
          tally.count("logBytes", Buffer.byteLength(line) + 1 + LINE_BYTES);
          env.write(line);
        },
        client: (kind, create) => meteredClient(kind, env.client(kind, create), tally),
      } satisfies ExecutionEnvironment);
      return async (event, context) => {
        const begun = env.now();
        countInvocation(code, event, tally);
        try {
          return await handle(event, context);
        } finally {
          const { memoryMegabytes } = code.manifest;
          const working = (CPU_MILLISECONDS * MEGABYTES_OF_A_CORE) / memoryMegabytes;
          const milliseconds = env.now() - begun + working;
          tally.count("durationMilliseconds", milliseconds, code.name);
          tally.count("gigabyteSeconds", (milliseconds / 1000) * (memoryMegabytes / 1024));
        }
      };
    },
  };
}

/**
 * EventBridge sends each message of an event; what functions send themselves is counted where they do. The
 * mapping takes a batch and deletes it, one request each. AWS's pages do not say which requests of a message
 * with a group cost more, so all three do.
 */
function countInvocation({ manifest, name }: FunctionCode, event: unknown, { count }: Tally): void {
  count("invocations", 1, name);
  const { Records, requestContext } = event as Partial<SQSEvent> & { requestContext?: unknown };
  if (requestContext) count("httpRequests");
  if (!Records) return;
  count("deliveries", Records.length, name);
  const isOfBus = "from" in manifest && manifest.from === "bus";
  const requests = (isOfBus ? Records.length : 0) + 2;
  count("sqsRequests", requests);
  if (isOfBus && "isFair" in manifest && manifest.isFair) count("fairSqsRequests", requests);
}

/** The client, each command of which is counted with its outcome. */
function meteredClient<T>(kind: ClientKind, client: T, tally: Tally): T {
  if (kind === "stripe") return counting(client, () => tally.count("providerCalls"));
  const send = (client as { send: Send }).send.bind(client) as Send;
  const meteredSend: Send = (command) => {
    const ask = () => send(command);
    const { name } = command.constructor;
    switch (name) {
      case "PutEventsCommand":
        countEvents(command.input as { Entries: { Detail: string }[] }, tally);
        return ask();
      case "PutCommand":
      case "UpdateCommand":
        return write(command.input as Written, ask, tally);
      case "TransactWriteCommand":
        return transact(command.input as Transaction, ask, tally);
      case "GetCommand":
      case "BatchGetCommand":
      case "QueryCommand":
        return read(name, command.input, ask, tally);
      case "SendRawEmailCommand":
        tally.count("mails");
        return ask();
      case "SendMessageCommand":
      case "SendMessageBatchCommand":
        tally.count("sqsRequests");
        return ask();
      default:
        throw new TypeError(`The meter has no price for ${name}: add it to tools/bench/src/cost/meter.ts.`);
    }
  };
  return { send: meteredSend } as T;
}

function countEvents({ Entries }: { Entries: { Detail: string }[] }, { count }: Tally): void {
  for (const { Detail } of Entries) {
    const bytes = Buffer.byteLength(Detail) + ENVELOPE_BYTES;
    count("events", Math.ceil(bytes / 65_536));
    count("eventBytes", bytes);
  }
}

/** Counts one item that was written; `times` is 2 in a transaction. */
function countWrite(table: string, key: Item, before: Item | undefined, times: 1 | 2, tally: Tally): void {
  const after = tally.stored(table, key);
  tally.count("writeUnits", times * writeUnits(before, after), table);
  for (const [name, index] of tally.indexesOf(table))
    tally.count("indexWriteUnits", indexWriteUnits(index, before, after), `${table}.${name}`);
  tally.count("storedBytes", (after ? itemBytes(after) : 0) - (before ? itemBytes(before) : 0));
}

async function write(input: Written, ask: () => Promise<unknown>, tally: Tally): Promise<unknown> {
  const table = input.TableName;
  const key = keyOf(input);
  const before = tally.stored(table, key);
  tally.count("writes");
  try {
    const answer = await ask();
    countWrite(table, key, before, 1, tally);
    return answer;
  } catch (error) {
    if (nameOf(error) === "ConditionalCheckFailedException") {
      tally.count("failedConditions");
      tally.count("writeUnits", writeUnits(before, undefined), table);
    }
    throw error;
  }
}

async function transact(input: Transaction, ask: () => Promise<unknown>, tally: Tally): Promise<unknown> {
  const items = input.TransactItems.flatMap((item) => Object.values(item));
  const befores = items.map((item) => tally.stored(item.TableName, keyOf(item)));
  tally.count("transactions");
  try {
    const answer = await ask();
    for (const [index, item] of items.entries())
      countWrite(item.TableName, keyOf(item), befores[index], 2, tally);
    return answer;
  } catch (error) {
    if (nameOf(error) === "TransactionCanceledException") {
      tally.count("failedConditions");
      for (const [index, before] of befores.entries())
        tally.count("writeUnits", 2 * writeUnits(before, undefined), items[index]?.TableName);
    }
    throw error;
  }
}

async function read(
  kind: string,
  input: unknown,
  ask: () => Promise<unknown>,
  { count }: Tally,
): Promise<unknown> {
  const answer = (await ask()) as { Item?: Item; Items?: Item[]; Responses?: Record<string, Item[]> };
  if (kind === "QueryCommand") {
    count("queries");
    count("readUnits", queryUnits(answer.Items ?? []));
    return answer;
  }
  count("reads");
  if (kind === "BatchGetCommand") {
    const { RequestItems } = input as { RequestItems: Record<string, { Keys: unknown[] }> };
    const asked = Object.values(RequestItems).reduce((sum, { Keys }) => sum + Keys.length, 0);
    const found = Object.values(answer.Responses ?? {}).flat();
    const missing = asked - found.length;
    count(
      "readUnits",
      found.reduce((sum, item) => sum + readUnits(item), missing),
    );
  } else count("readUnits", readUnits(answer.Item));
  return answer;
}

type Written = { TableName: string; Key?: Item; Item?: Item };
type Transaction = { TransactItems: Record<string, Written>[] };

const keyOf = ({ Item, Key }: Written): Item => Key ?? Item ?? {};
const nameOf = (error: unknown) => (error instanceof Error ? error.name : "");

/** Calls `onCall` before every method of the client's resources. */
function counting<T>(client: T, onCall: () => void): T {
  const wrap = (resource: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(resource).map(([name, method]) => [
        name,
        (...given: unknown[]) => {
          onCall();
          return (method as (...given: unknown[]) => unknown)(...given);
        },
      ]),
    );
  const resources = client as Record<string, Record<string, unknown>>;
  return Object.fromEntries(Object.entries(resources).map(([name, each]) => [name, wrap(each)])) as T;
}
