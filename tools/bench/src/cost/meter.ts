// Reads the meter of every function in a simulated world: wraps its handler and the clients it is put together with.
import type { ServiceManifest } from "@order-saga/messaging";
import type { ClientKind, ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import type { FunctionCode } from "@order-saga/simulation/lambda";
import type { World } from "@order-saga/simulation/world";
import type { SQSEvent } from "aws-lambda";
import { none, type Operations } from "./operations.ts";
import { type Item, indexWriteUnits, itemBytes, queryUnits, readUnits, writeUnits } from "./units.ts";

export type Meter = {
  readonly operations: Operations;
  /** Every function's code, under the meter. */
  functions(codes: ReadonlyMap<string, FunctionCode>): ReadonlyMap<string, FunctionCode>;
  /** Where items are looked up before and after they are written. */
  watch(world: World): void;
};

/** What CloudWatch adds to each line. Lambda itself writes none of an invocation that went well (stacks/function.ts). */
const LINE_BYTES = 26;
/** What virtual time does not see: about 2 ms of CPU an invocation, on the part of a core that its memory is given. */
const CPU_MILLISECONDS = 2;
/** Of memory, for a whole core (Lambda developer guide, "Memory"). */
const MEGABYTES_OF_A_CORE = 1769;
/** EventBridge's own envelope, in which an event is archived. */
const ENVELOPE_BYTES = 330;

/** The shop's own requests, which are not an order's. */
const isShops = (name: string) => name === "orders-put-product" || name === "inventory-adjust-stock";

type Send = (command: { constructor: { name: string }; input: unknown }) => Promise<unknown>;

export function createMeter(services: readonly ServiceManifest[]): Meter {
  const operations = none();
  const count = (name: keyof Operations, by = 1) => {
    operations[name] += by;
  };
  let world: World | undefined;
  const indexesOf = new Map(
    services.map(({ name, table }) => [name as string, Object.values(table.indexes)]),
  );

  const stored = (table: string, { pk, sk }: Item): Item | undefined =>
    world?.stored(table as ServiceManifest["name"], String(pk), String(sk));

  /** One item written, or found not to be what a condition asked for. */
  function wrote(table: string, key: Item, before: Item | undefined, times: 1 | 2): void {
    const after = stored(table, key);
    count("writeUnits", times * writeUnits(before, after));
    for (const index of indexesOf.get(table) ?? [])
      count("indexWriteUnits", indexWriteUnits(index, before, after));
    count("storedBytes", (after ? itemBytes(after) : 0) - (before ? itemBytes(before) : 0));
  }

  async function write(input: Written, ask: () => Promise<unknown>): Promise<unknown> {
    const table = input.TableName;
    const key = keyOf(input);
    const before = stored(table, key);
    count("writes");
    try {
      const answer = await ask();
      wrote(table, key, before, 1);
      return answer;
    } catch (error) {
      if (nameOf(error) === "ConditionalCheckFailedException") {
        count("failedConditions");
        count("writeUnits", writeUnits(before, undefined));
      }
      throw error;
    }
  }

  async function transact(input: { TransactItems: Record<string, Written>[] }, ask: () => Promise<unknown>) {
    const items = input.TransactItems.flatMap((item) => Object.values(item));
    const befores = items.map((item) => stored(item.TableName, keyOf(item)));
    count("transactions");
    try {
      const answer = await ask();
      for (const [index, item] of items.entries()) wrote(item.TableName, keyOf(item), befores[index], 2);
      return answer;
    } catch (error) {
      if (nameOf(error) === "TransactionCanceledException") {
        count("failedConditions");
        for (const before of befores) count("writeUnits", 2 * writeUnits(before, undefined));
      }
      throw error;
    }
  }

  async function read(kind: string, input: unknown, ask: () => Promise<unknown>): Promise<unknown> {
    const answer = (await ask()) as { Item?: Item; Items?: Item[]; Responses?: Record<string, Item[]> };
    if (kind === "QueryCommand") {
      count("queries");
      count("readUnits", queryUnits(answer.Items ?? []));
    } else if (kind === "BatchGetCommand") {
      count("reads");
      const { RequestItems } = input as { RequestItems: Record<string, { Keys: unknown[] }> };
      const asked = Object.values(RequestItems).reduce((sum, { Keys }) => sum + Keys.length, 0);
      const found = Object.values(answer.Responses ?? {}).flat();
      count(
        "readUnits",
        found.reduce((sum, item) => sum + readUnits(item), asked - found.length),
      );
    } else {
      count("reads");
      count("readUnits", readUnits(answer.Item));
    }
    return answer;
  }

  /** The client, each command of which is counted with what came of it. */
  function metered<T>(kind: ClientKind, client: T): T {
    if (kind === "stripe") return counting(client, () => count("providerCalls"));
    const send = (client as { send: Send }).send.bind(client) as Send;
    const meteredSend: Send = (command) => {
      const ask = () => send(command);
      const { name } = command.constructor;
      switch (name) {
        case "PutEventsCommand": {
          const { Entries } = command.input as { Entries: { Detail: string }[] };
          for (const { Detail } of Entries) {
            const bytes = Buffer.byteLength(Detail) + ENVELOPE_BYTES;
            count("events", Math.ceil(bytes / 65_536));
            count("eventBytes", bytes);
          }
          return ask();
        }
        case "PutCommand":
        case "UpdateCommand":
          return write(command.input as Written, ask);
        case "TransactWriteCommand":
          return transact(command.input as Parameters<typeof transact>[0], ask);
        case "GetCommand":
        case "BatchGetCommand":
        case "QueryCommand":
          return read(name, command.input, ask);
        case "SendRawEmailCommand":
          count("mails");
          return ask();
        case "SendMessageCommand":
          count("sqsRequests");
          return ask();
        default:
          throw new TypeError(`The meter does not know what ${name} costs.`);
      }
    };
    return { send: meteredSend } as T;
  }

  function log(bytes: number): void {
    count("logLines");
    count("logBytes", bytes + LINE_BYTES);
  }

  function under(code: FunctionCode): FunctionCode {
    if (isShops(code.name)) return code;
    return {
      ...code,
      create(sandbox) {
        const handle = code.create({
          ...sandbox,
          write(line) {
            log(Buffer.byteLength(line) + 1);
            sandbox.write(line);
          },
          client: (kind, create) => metered(kind, sandbox.client(kind, create)),
        } satisfies ExecutionEnvironment);
        return async (event, context) => {
          const begun = sandbox.now();
          arrived(event);
          try {
            return await handle(event, context);
          } finally {
            const { memoryMegabytes } = code.manifest;
            const working = (CPU_MILLISECONDS * MEGABYTES_OF_A_CORE) / memoryMegabytes;
            const milliseconds = sandbox.now() - begun + working;
            count("durationMilliseconds", milliseconds);
            count("gigabyteSeconds", (milliseconds / 1000) * (memoryMegabytes / 1024));
          }
        };
      },
    };
  }

  /** EventBridge sends each message; the mapping takes a batch with one request, and deletes it with another. */
  function arrived(event: unknown): void {
    count("invocations");
    const { Records, requestContext } = event as Partial<SQSEvent> & { requestContext?: unknown };
    if (requestContext) count("httpRequests");
    if (!Records) return;
    count("deliveries", Records.length);
    count("sqsRequests", Records.length + 2);
  }

  return {
    operations,
    functions: (codes) => new Map([...codes].map(([name, code]) => [name, under(code)])),
    watch(given) {
      world = given;
    },
  };
}

type Written = { TableName: string; Key?: Item; Item?: Item };

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
