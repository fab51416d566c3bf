// Contended tables: transactions and writes that meet on an item, and what is more than a table takes.
import { GetCommand, PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import {
  createThroughput,
  published,
  type ThroughputSettings,
} from "@order-saga/emulator/dynamodb/contention/throughput";
import { dueIndex, type TableManifest } from "@order-saga/messaging";
import { describe, expect, test } from "vitest";
import { createCalls } from "../calls.ts";
import { createRunContext } from "../context.ts";
import { aPlan } from "../testing.ts";
import { createDocumentClient } from "./client.ts";
import { type Contention, contentionOf } from "./contention.ts";
import { batchGet, beginReading, beginTransaction, put, query, type Request, update } from "./operations.ts";
import { createTable } from "./table.ts";

const TableName = "contended";
const manifest: TableManifest = { record: "RES#*", indexes: { due: dueIndex } };
const lag = { index: 0, read: 0 };
const stock = { pk: "SKU#TEA", sk: "STOCK" };
const of = (order: string) => ({ pk: `RES#${order}`, sk: "RESERVATION" });

const taking = (order: string) => ({
  TransactItems: [
    { Put: { TableName, Item: of(order) } },
    {
      Update: {
        TableName,
        Key: stock,
        UpdateExpression: "ADD available :one",
        ExpressionAttributeValues: { ":one": -1 },
      },
    },
  ],
});

/** What an operation throws, as its name and what it says of each item or of the throttling. */
function failing(operation: () => unknown) {
  try {
    return { answer: operation() };
  } catch (error) {
    const {
      CancellationReasons: reasons,
      name,
      throttlingReasons,
    } = error as Error & {
      CancellationReasons?: { Code: string }[];
      throttlingReasons?: { reason: string }[];
    };
    return { name, codes: reasons?.map(({ Code }) => Code), reason: throttlingReasons?.[0]?.reason };
  }
}

function aTable(settings?: Partial<ThroughputSettings>) {
  let time = 0;
  const now = () => time;
  const seen: string[] = [];
  const throughput = settings && createThroughput({ ...published, ...settings }, now);
  const table = createTable(manifest, { now, throughput, saw: (race) => seen.push(race) });
  return {
    seen,
    tableOf: () => table,
    pass(milliseconds: number) {
      time += milliseconds;
    },
  };
}

describe("conflicts", () => {
  test("a transaction on an item of another one is cancelled, and is not once that has ended", () => {
    const { seen, tableOf } = aTable();
    const first = beginTransaction(tableOf, taking("1"));
    const second = beginTransaction(tableOf, taking("2"));
    expect(second.isRefused).toBe(true);
    expect(failing(() => second.commit(lag))).toMatchObject({
      name: "TransactionCanceledException",
      codes: ["None", "TransactionConflict"],
    });
    first.commit(lag);
    expect(failing(() => beginTransaction(tableOf, taking("2")).commit(lag))).toEqual({ answer: {} });
    expect(seen).toEqual(["transaction in conflict"]);
  });

  test("a single write to an item of a transaction is refused, to another one it is not", () => {
    const { seen, tableOf } = aTable();
    const transaction = beginTransaction(tableOf, taking("1"));
    const touch = { TableName, Key: stock, UpdateExpression: "SET seen = :true" };
    const ExpressionAttributeValues = { ":true": true };
    const write = () => update(tableOf, { ...touch, ExpressionAttributeValues }, lag);
    expect(failing(write)).toMatchObject({ name: "TransactionConflictException" });
    expect(failing(() => put(tableOf, { TableName, Item: of("2") }, lag))).toEqual({ answer: {} });
    transaction.commit(lag);
    expect(failing(write)).toEqual({ answer: {} });
    expect(seen).toEqual(["write in conflict with a transaction"]);
  });

  const reading = {
    TransactItems: [{ Get: { TableName, Key: stock } }, { Get: { TableName, Key: of("1") } }],
  };

  test("a reading transaction is cancelled by a transaction that goes on when it begins, or when it ends", () => {
    const { tableOf } = aTable();
    const conflict = { name: "TransactionCanceledException", codes: ["TransactionConflict", "None"] };
    const writing = beginTransaction(tableOf, taking("2"));
    const late = beginReading(tableOf, reading);
    writing.commit(lag);
    expect(failing(() => late.end())).toMatchObject(conflict);
    const early = beginReading(tableOf, reading);
    beginTransaction(tableOf, taking("3"));
    expect(failing(() => early.end())).toMatchObject(conflict);
  });

  test("a reading transaction is cancelled by a write of its time, and reads all if there is none", () => {
    const { tableOf } = aTable();
    put(tableOf, { TableName, Item: { ...stock, available: 3 } }, lag);
    const disturbed = beginReading(tableOf, reading);
    put(tableOf, { TableName, Item: of("1") }, lag);
    expect(failing(() => disturbed.end())).toMatchObject({ codes: ["None", "TransactionConflict"] });
    expect(beginReading(tableOf, reading).end()).toMatchObject({
      Responses: [{ Item: { available: 3 } }, { Item: of("1") }],
    });
  });

  test("a request that is sent again finds its transaction in progress, and then done", () => {
    const { tableOf } = aTable();
    const request: Request = { state: "new" };
    const first = beginTransaction(tableOf, taking("1"), request);
    const again = beginTransaction(tableOf, taking("1"), request);
    expect(failing(() => again.commit(lag))).toMatchObject({ name: "TransactionInProgressException" });
    first.commit(lag);
    expect(failing(() => beginTransaction(tableOf, taking("1"), request).commit(lag))).toEqual({
      answer: {},
    });
    expect(tableOf().get(stock)).toMatchObject({ available: -1 });
  });
});

describe("throughput", () => {
  const narrow = { partition: { read: 2, write: 2 }, warm: { read: 2, write: 2 } };

  test("a write beyond a partition is throttled, and not a second later", () => {
    const { pass, tableOf } = aTable({ ...narrow, warm: { read: 100, write: 100 } });
    const write = () => failing(() => put(tableOf, { TableName, Item: of("1") }, lag));
    const refused = { name: "ThrottlingException", reason: "TableWriteKeyRangeThroughputExceeded" };
    expect([write(), write()]).toEqual([{ answer: {} }, { answer: {} }]);
    expect(write()).toMatchObject(refused);
    pass(1000);
    expect(write()).toEqual({ answer: {} });
  });

  test("writes of many keys beyond a table's ramp are throttled", () => {
    const { tableOf } = aTable({ ...narrow, partition: published.partition });
    const write = (order: string) => failing(() => put(tableOf, { TableName, Item: of(order) }, lag)).name;
    expect([write("1"), write("2"), write("3")]).toEqual([undefined, undefined, "ThrottlingException"]);
  });

  test("a transaction takes two units for each of its items, and is cancelled at the one without room", () => {
    const { pass, tableOf } = aTable({
      ...narrow,
      partition: { read: 2, write: 3 },
      warm: { read: 99, write: 99 },
    });
    expect(failing(() => beginTransaction(tableOf, taking("1")).commit(lag))).toEqual({ answer: {} });
    put(tableOf, { TableName, Item: stock }, lag);
    const throttled = { name: "TransactionCanceledException", codes: ["None", "ThrottlingError"] };
    expect(failing(() => beginTransaction(tableOf, taking("2")).commit(lag))).toMatchObject(throttled);
    pass(1000);
    expect(failing(() => beginTransaction(tableOf, taking("2")).commit(lag))).toEqual({ answer: {} });
  });

  const due = (order: string) => ({ ...of(order), dueShard: "0", dueAt: "2026-01-01" });

  test("a write that an index has no room for is throttled at the table", () => {
    const { tableOf } = aTable({ ...narrow, warm: { read: 999, write: 999 } });
    const write = (order: string) => failing(() => put(tableOf, { TableName, Item: due(order) }, lag));
    expect([write("1"), write("2")]).toEqual([{ answer: {} }, { answer: {} }]);
    expect(write("3")).toMatchObject({ reason: "IndexWriteKeyRangeThroughputExceeded" });
    expect(tableOf().get(of("3"))).toBeUndefined();
    const cancelled = beginTransaction(tableOf, { TransactItems: [{ Put: { TableName, Item: due("4") } }] });
    expect(failing(() => cancelled.commit(lag))).toMatchObject({ codes: ["ThrottlingError"] });
    expect(failing(() => put(tableOf, { TableName, Item: of("5") }, lag))).toEqual({ answer: {} });
  });

  test("a batch leaves the keys that there is no room for; without any it is refused", () => {
    const { tableOf } = aTable({ ...narrow, partition: { read: 1, write: 1 }, warm: { read: 3, write: 3 } });
    const Keys = ["1", "2", "3", "4", "5", "6"].map(of);
    const ask = () =>
      batchGet(tableOf, { RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }, lag);
    const left = ask().UnprocessedKeys[TableName]?.Keys ?? [];
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(6);
    expect(failing(ask)).toMatchObject({ name: "ThrottlingException" });
  });

  test("queries take an index's room", () => {
    const { tableOf } = aTable(narrow);
    const ask = () =>
      query(tableOf, {
        TableName,
        IndexName: "due",
        KeyConditionExpression: "dueShard = :shard",
        ExpressionAttributeValues: { ":shard": "0" },
      });
    const reasons = Array.from({ length: 5 }, () => failing(ask).reason);
    expect(reasons).toEqual([...Array(4).fill(undefined), "IndexReadKeyRangeThroughputExceeded"]);
  });
});

describe("the client", () => {
  /** A client of a function, and what becomes of what it asks, with the virtual milliseconds it took. */
  function aClient(given: Partial<Contention>) {
    const plan = aPlan({ contention: contentionOf(given) });
    const context = createRunContext(plan, { numbers: new Map(), isRecording: false });
    const { scheduler } = context;
    const throughput = createThroughput(contentionOf(given).throughput, scheduler.now);
    const saw: string[] = [];
    const table = createTable(manifest, { now: scheduler.now, throughput, saw: (race) => saw.push(race) });
    let isAlive = true;
    const caller = {
      name: "inventory-reserve-stock",
      about: "batch-1",
      isAlive: () => isAlive,
      die() {
        isAlive = false;
      },
      outlive() {},
    };
    const client = createDocumentClient(context, createCalls(context), caller, () => table);
    const asked = async (send: (to: typeof client) => Promise<unknown>) => {
      const begun = scheduler.now();
      const name = await send(client).then(
        () => "done",
        (error: Error) => error.name,
      );
      return { name, milliseconds: scheduler.now() - begun };
    };
    const settle = async <T>(asking: Promise<T>): Promise<T> => {
      while (scheduler.next() !== undefined) await scheduler.step();
      return asking;
    };
    return { asked, caller, saw, settle, table };
  }

  test("transactions of one item that overlap conflict, and are not repeated", async () => {
    const { asked, settle } = aClient({ transaction: 15 });
    const ends = await settle(
      Promise.all(["1", "2"].map((order) => asked((to) => to.send(new TransactWriteCommand(taking(order)))))),
    );
    expect(ends.map(({ name }) => name)).toEqual(["done", "TransactionCanceledException"]);
    const [{ milliseconds: done = 0 } = {}, { milliseconds: refused = 0 } = {}] = ends;
    expect(done).toBeGreaterThan(15 / 2);
    expect(done).toBeLessThan(1.5 * (15 + 2));
    expect(refused).toBeLessThan(done);
  });

  const narrow = { ...published, partition: { read: 1, write: 1 } };

  test("what is throttled is repeated twice, after pauses that grow", async () => {
    const { asked, settle } = aClient({ throughput: narrow });
    const put = () => asked((to) => to.send(new PutCommand({ TableName, Item: of("1") })));
    const ends = await settle(Promise.all(Array.from({ length: 8 }, put)));
    expect(ends.filter(({ name }) => name === "done").length).toBeGreaterThan(1);
    const refused = ends.filter(({ name }) => name === "ThrottlingException");
    expect(refused.length).toBeGreaterThan(0);
    for (const { milliseconds } of refused) expect(milliseconds).toBeGreaterThan(3 * 1.5);
  });

  test("of a stalled transaction it hears nothing in its time, and its repeats find it in progress", async () => {
    const { asked, saw, settle, table } = aClient({ stalled: 1 });
    const end = await settle(asked((to) => to.send(new TransactWriteCommand(taking("1")))));
    expect(end.name).toBe("TransactionInProgressException");
    expect(saw).toEqual(["repeated while its transaction goes on", "repeated while its transaction goes on"]);
    expect(table.get(of("1"))).toBeDefined();
  });

  test("a read has its time, and a dead sandbox no answer", async () => {
    const { asked, caller, settle } = aClient({ single: 100, network: 0 });
    const { milliseconds } = await settle(
      asked((to) => to.send(new GetCommand({ TableName, Key: of("1") }))),
    );
    expect(milliseconds).toBeGreaterThan(50);
    expect(milliseconds).toBeLessThan(150);
    caller.die();
    const answer = asked((to) => to.send(new GetCommand({ TableName, Key: of("1") })));
    await settle(Promise.resolve());
    expect(await Promise.race([answer, Promise.resolve("silent")])).toBe("silent");
  });
});
