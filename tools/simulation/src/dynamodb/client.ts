// Stands in for the DynamoDB document client; a command takes effect and answers at two virtual times.
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type DynamoDBDocumentClient,
  GetCommand,
  type GetCommandInput,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  TransactGetCommand,
  type TransactGetCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { isEventType } from "@order-saga/contracts";
import type { Call, Caller, PortCall } from "../calls.ts";
import type { RunContext } from "../context.ts";
import { subjectIn } from "../subject.ts";
import { cancelled, conflicted, throttled, unanswered } from "./errors.ts";
import {
  assertBatch,
  batchGet,
  beginReading,
  beginTransaction,
  get,
  type Lag,
  put,
  query,
  type Request,
  type TableOf,
  type Transaction,
  update,
} from "./operations.ts";
import { createRetries } from "./sdk-retries.ts";
import { type TableCall, timed } from "./timed.ts";

type Describe = (input: never, tableOf: TableOf, lag: () => Lag, request: Request) => TableCall;

export function createDocumentClient(
  context: RunContext,
  call: Call,
  caller: Caller,
  tableOf: TableOf,
): DynamoDBDocumentClient {
  const { contention, pace } = context.plan;
  const { indexLag } = pace;
  const retries = contention && createRetries(context, call, caller);
  const lag = (): Lag => ({ index: indexLag, read: indexLag });
  const send = (command: { constructor: unknown; input: never }) => {
    const describe = commands.get(command.constructor);
    if (!describe) throw new TypeError(`The simulated table does not know ${String(command.constructor)}.`);
    const request: Request = { state: "new" };
    const described = () => describe(command.input, tableOf, lag, request);
    return contention && retries ? retries(() => timed(described(), contention)) : call(caller, described());
  };
  return { send } as unknown as DynamoDBDocumentClient;
}

const commands = new Map<unknown, Describe>([
  [GetCommand, describeGet],
  [BatchGetCommand, describeBatchGet],
  [QueryCommand, describeQuery],
  [PutCommand, describePut],
  [UpdateCommand, describeUpdate],
  [TransactWriteCommand, describeTransaction],
  [TransactGetCommand, describeReading],
]);

const refuse = () => {
  throw throttled();
};

function describeGet(input: GetCommandInput, tableOf: TableOf, lag: () => Lag): PortCall<unknown> {
  const pk = String(input.Key?.pk);
  return {
    category: "read",
    what: () => `get ${shortOf(pk)}`,
    orderId: subjectIn(pk),
    effect: () => get(tableOf, input, lag()),
    faults: { "store-throttled": refuse },
  };
}

/**
 * A batch is not read at one moment, only each of its items is: the first half is read as the request
 * arrives, the rest later. Source: "Isolation levels for DynamoDB transactions" in
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
 */
function describeBatchGet(input: BatchGetCommandInput, tableOf: TableOf, lag: () => Lag): PortCall<unknown> {
  const [[name = "", request] = []] = Object.entries(input.RequestItems ?? {});
  const keys = request?.Keys ?? [];
  assertBatch(keys);
  const middle = Math.floor(keys.length / 2);
  const refused: unknown[] = [];
  /** Of a request to one table, as all are: what was read, and what was left to be asked for again. */
  const read = (Keys: typeof keys) => {
    try {
      const answer = batchGet(tableOf, { RequestItems: { [name]: { ...request, Keys } } }, lag());
      return { items: answer.Responses[name] ?? [], left: answer.UnprocessedKeys[name]?.Keys ?? [] };
    } catch (error) {
      refused.push(error);
      return { items: [], left: Keys };
    }
  };
  const answerOf = (...halves: ReturnType<typeof read>[]) => {
    const left = halves.flatMap((half) => half.left);
    if (left.length === keys.length && refused.length > 0) throw refused[0];
    return {
      Responses: { [name]: halves.flatMap(({ items }) => items) },
      UnprocessedKeys: left.length > 0 ? { [name]: { ...request, Keys: left } } : {},
    };
  };
  let first: ReturnType<typeof read> = { items: [], left: [] };
  return {
    category: "read",
    what: () => `get ${keysOf(input).map(shortOf).join(" + ")}`,
    orderId: undefined,
    arrive() {
      if (middle > 0) first = read(keys.slice(0, middle));
    },
    effect: () => answerOf(first, read(keys.slice(middle))),
    faults: {
      "store-throttled": refuse,
      // Half of the keys, and at least one, are left for the caller to ask for again.
      "store-unprocessed": () => answerOf(first, { items: [], left: keys.slice(middle) }),
    },
  };
}

const keysOf = ({ RequestItems = {} }: BatchGetCommandInput) =>
  Object.values(RequestItems).flatMap(({ Keys = [] }) => Keys.map(({ pk }) => String(pk)));

function describeReading(input: TransactGetCommandInput, tableOf: TableOf): TableCall {
  let reading: ReturnType<typeof beginReading> | undefined;
  return {
    category: "read",
    what: () => `get ${input.TransactItems?.length} in a transaction`,
    orderId: undefined,
    arrive() {
      reading = beginReading(tableOf, input);
    },
    effect: () => reading?.end(),
    transaction: { isRefused: () => false },
  };
}

function describeQuery(input: QueryCommandInput, tableOf: TableOf): PortCall<unknown> {
  return {
    category: "query",
    what: () => `query ${input.IndexName}`,
    orderId: undefined,
    effect: () => query(tableOf, input),
    faults: { "store-throttled": refuse },
  };
}

/** The faults of a write, by what happens to the single request and to the one the client sends again. */
function writeFaults(
  again: () => unknown,
  conflict: () => Error,
  withdraw = () => {},
): NonNullable<PortCall<unknown>["faults"]> {
  return {
    "store-throttled": () => {
      withdraw();
      throw throttled();
    },
    "store-conflict": () => {
      withdraw();
      throw conflict();
    },
    "store-answer-lost": (_, effect) => {
      effect();
      throw unanswered();
    },
    "store-written-twice": (_, effect) => {
      effect();
      return again();
    },
  };
}

function describePut(input: PutCommandInput, tableOf: TableOf, lag: () => Lag): PortCall<unknown> {
  const pk = String(input.Item?.pk);
  const effect = () => put(tableOf, input, lag());
  return {
    category: "write",
    what: () => `put ${shortOf(pk)}${stateOf(input.Item)}`,
    orderId: subjectIn(pk),
    effect,
    faults: {
      ...writeFaults(effect, conflicted),
      "stale-index": ({ seconds = 60 }) => put(tableOf, input, { ...lag(), index: seconds * 1000 }),
    },
  };
}

function describeUpdate(input: UpdateCommandInput, tableOf: TableOf, lag: () => Lag): PortCall<unknown> {
  const pk = String(input.Key?.pk);
  const effect = () => update(tableOf, input, lag());
  return {
    category: "write",
    what: () => `update ${shortOf(pk)} (${setBy(input).join(" ")})`,
    orderId: subjectIn(pk),
    effect,
    faults: writeFaults(effect, conflicted),
  };
}

function describeTransaction(
  input: TransactWriteCommandInput,
  tableOf: TableOf,
  lag: () => Lag,
  request: Request,
): TableCall {
  const items = input.TransactItems ?? [];
  const pks = items.map(({ Put, Update }) => String(Put?.Item?.pk ?? Update?.Key?.pk));
  let transaction: Transaction | undefined;
  const commit = (lag: Lag) => transaction?.commit(lag) ?? {};
  const withdraw = () => transaction?.withdraw();
  return {
    category: "write",
    what: () => `write ${pks.map(shortOf).join(" + ")}${stateOf(items[0]?.Put?.Item)}`,
    orderId: pks.map(subjectIn).find((orderId) => orderId !== undefined),
    arrive() {
      transaction = beginTransaction(tableOf, input, request);
    },
    transaction: { isRefused: () => transaction?.isRefused ?? false },
    effect: () => commit(lag()),
    withdraw,
    faults: {
      // The client's own token makes the second request answer as the first.
      ...writeFaults(
        () => ({}),
        () =>
          cancelled(items.map((_, index) => (index === items.length - 1 ? "TransactionConflict" : "None"))),
        withdraw,
      ),
      "stale-index": ({ seconds = 60 }) => commit({ ...lag(), index: seconds * 1000 }),
    },
  };
}

/** A key without its order, which the timeline shows elsewhere. */
const shortOf = (pk: string) => pk.replace(/#(ord|bulk|feed)_[0-9a-f]+/, "");

type Item = Readonly<Record<string, unknown>>;

function stateOf(item: Item = {}): string {
  const states = ["state", "decision", "settlement", "payment", "stock"].map((name) => item[name]);
  const authorization = (item.authorization as Item | undefined)?.state;
  // An order's record has an attribute for each event that it has said or heard.
  const events = Object.keys(item)
    .filter((name) => isEventType(name))
    .sort();
  const mails = Object.entries(item.mails ?? {}).map(([kind, mail]) => `${kind} ${(mail as Item).state}`);
  const { amount } = (item.OrderPlaced as { data?: Item } | undefined)?.data ?? {};
  const said = [authorization, ...states, ...events, ...mails].filter((each) => typeof each === "string");
  const shown = amount === undefined ? said : [amount, ...said];
  return shown.length > 0 ? ` (${shown.join(" ")})` : "";
}

const setBy = ({ UpdateExpression = "" }: UpdateCommandInput) =>
  [...UpdateExpression.matchAll(/(\w+) = /g)].map(([, name]) => name);
