// Random transactions, in sequence and at once, have the outcome of the reference model.
// FC_SEED repeats a run, TRANSACTIONS makes it longer.
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { createTables, type Tables } from "./tables.ts";
import {
  expected,
  IDS,
  itemOf,
  keyOf,
  MARKS,
  type Model,
  type Operation,
  type Outcome,
  operation,
  type Reason,
  tableOf,
  toTransactItem,
} from "./transaction-model.ts";

const TableName = "model";
const SEED = Number(process.env.FC_SEED ?? 20261123);
const TRANSACTIONS = Number(process.env.TRANSACTIONS ?? 10_000);
const parameters = { seed: SEED, endOnFailure: true };

async function aTable(): Promise<Tables> {
  const options = { directory: undefined, region: "eu-west-1", accountId: "000000000000", now: () => 0 };
  const tables = await createTables(options);
  onTestFinished(() => tables.close());
  await tables.handle("CreateTable", tableOf(TableName));
  const status = async () => {
    const { body } = await tables.handle("DescribeTable", { TableName });
    return (body as { Table: { TableStatus: string } }).Table.TableStatus;
  };
  await expect.poll(status).toBe("ACTIVE");
  return tables;
}

function outcomeOf({ status, body }: { status: number; body: unknown }): Outcome {
  if (status === 200) return { type: "done", reasons: undefined };
  const { __type, CancellationReasons } = body as {
    __type: string;
    CancellationReasons?: (Reason & { Message?: string })[];
  };
  const reasons = CancellationReasons?.map(({ Message: _, ...reason }) => reason);
  return { type: __type.split("#")[1] ?? "", reasons };
}

const transact = async (tables: Tables, operations: readonly Operation[], ClientRequestToken?: string) => {
  const TransactItems = operations.map((each) => toTransactItem(each, TableName));
  return outcomeOf(await tables.handle("TransactWriteItems", { TransactItems, ClientRequestToken }));
};

/** The items of the table, and of the index by mark, are the model's. */
async function assertStored(tables: Tables, model: Model): Promise<void> {
  const items = async (operation: string, input: object) => {
    const { body } = await tables.handle(operation, { TableName, ...input });
    const found = (body as { Items: ReturnType<typeof itemOf>[] }).Items;
    return found.toSorted((a, b) => (a.id.S < b.id.S ? -1 : 1));
  };
  const ids = [...model.keys()].toSorted();
  const wanted = ids.map((id) => itemOf(id, model.get(id) ?? { n: 0, mark: undefined }));
  expect(await items("Scan", {})).toEqual(wanted);
  for (const mark of MARKS) {
    const query = {
      IndexName: "byMark",
      KeyConditionExpression: "mark = :m",
      ExpressionAttributeValues: { ":m": { S: mark } },
    };
    expect(await items("Query", query)).toEqual(wanted.filter((item) => item.mark?.S === mark));
  }
}

function counter() {
  const counts: Record<string, number> = {};
  return {
    counts,
    count(name: string) {
      counts[name] = (counts[name] ?? 0) + 1;
    },
    /** A history without every kind of outcome would test little. */
    assertEach(names: string[], least: number) {
      for (const name of names) expect(counts[name] ?? 0, `seed ${SEED}: ${name}`).toBeGreaterThan(least);
    },
  };
}

const operations = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.uniqueArray(operation, { minLength: 1, maxLength: 5, selector: ({ id }) => id }),
  },
  // An item twice is refused.
  { weight: 1, arbitrary: fc.array(operation, { minLength: 2, maxLength: 6 }) },
);

test(
  "a random history of transactions is the model's history",
  async () => {
    const tables = await aTable();
    let model: Model = new Map();
    let token = 0;
    const outcomes = counter();
    const property = fc.asyncProperty(operations, fc.integer({ min: 0, max: 9 }), async (given, chance) => {
      const { outcome, after } = expected(given, model);
      const withToken = chance < 2 ? `t${++token}` : undefined;
      expect(await transact(tables, given, withToken)).toEqual(outcome);
      // Repeated with its token, a committed transaction changes nothing, and a cancelled one fails again.
      if (withToken !== undefined) expect(await transact(tables, given, withToken)).toEqual(outcome);
      model = after;
      outcomes.count(outcome.type);
      await assertStored(tables, model);
    });
    // The runs share one table, so shrinking would change their start; the seed reproduces a failure.
    await fc.assert(property, { ...parameters, numRuns: TRANSACTIONS / 2 });
    outcomes.assertEach(["done", "TransactionCanceledException", "ValidationException"], TRANSACTIONS / 50);
    console.log(`${TRANSACTIONS / 2} transactions in a row, seed ${SEED}:`, outcomes.counts);
  },
  60_000 + TRANSACTIONS * 20,
);

type Part =
  | { does: "transaction"; operations: Operation[] }
  | { does: "single"; operation: Exclude<Operation, { kind: "check" }> }
  | { does: "read"; ids: string[] };
type Answer = Outcome & { read?: unknown };

const single = operation.filter((each) => each.kind !== "check") as fc.Arbitrary<
  Exclude<Operation, { kind: "check" }>
>;
const part: fc.Arbitrary<Part> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant("transaction" as const),
      operations: fc.uniqueArray(operation, { minLength: 1, maxLength: 4, selector: ({ id }) => id }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("single" as const), operation: single }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("read" as const),
      ids: fc.uniqueArray(fc.constantFrom(...IDS), { minLength: 1, maxLength: 3 }),
    }),
  },
);

const singles = { put: "PutItem", add: "UpdateItem", delete: "DeleteItem" };

async function carryOut(tables: Tables, given: Part): Promise<Answer> {
  switch (given.does) {
    case "transaction":
      return transact(tables, given.operations);
    case "single": {
      const [input] = Object.values(toTransactItem(given.operation, TableName));
      return outcomeOf(await tables.handle(singles[given.operation.kind], input as object as never));
    }
    case "read": {
      const TransactItems = given.ids.map((id) => ({ Get: { TableName, Key: keyOf(id) } }));
      const answer = await tables.handle("TransactGetItems", { TransactItems });
      const { Responses } = answer.body as { Responses?: unknown };
      return { ...outcomeOf(answer), read: Responses };
    }
  }
}

/** The expected answer of the part on this model, and the items afterwards. */
function alone(given: Part, model: Model): { answer: Answer; after: Model } {
  if (given.does === "read") {
    const read = given.ids.map((id) => {
      const row = model.get(id);
      return row ? { Item: itemOf(id, row) } : {};
    });
    return { answer: { type: "done", reasons: undefined, read }, after: model };
  }
  const { outcome, after } = expected(given.does === "single" ? [given.operation] : given.operations, model);
  if (given.does === "transaction" || outcome.type === "done") return { answer: outcome, after };
  return { answer: { type: "ConditionalCheckFailedException", reasons: undefined }, after };
}

const idsOf = (given: Part) =>
  given.does === "read"
    ? given.ids
    : given.does === "single"
      ? [given.operation.id]
      : given.operations.map(({ id }) => id);

const isConflict = ({ type, reasons }: Answer) =>
  type === "TransactionConflictException" ||
  (reasons ?? []).some(({ Code }) => Code === "TransactionConflict");

type Done = { given: Part; answer: Answer };

/** The final models of all serial orders of the parts that give exactly these answers. */
function explanations(left: readonly Done[], model: Model): Model[] {
  if (left.length === 0) return [model];
  return left.flatMap(({ given, answer }, index) => {
    const single = alone(given, model);
    if (JSON.stringify(single.answer) !== JSON.stringify(answer)) return [];
    return explanations(left.toSpliced(index, 1), single.after);
  });
}

/** A conflict needs another part of the round on the same item, and one part must have succeeded. */
function assertConflictIsReal({ given, answer }: Done, others: readonly Done[]): void {
  const ids = idsOf(given);
  const inConflict = answer.reasons
    ? ids.filter((_, index) => answer.reasons?.[index]?.Code === "TransactionConflict")
    : ids;
  for (const id of inConflict) {
    expect(others.some((other) => other.given.does !== "single" && idsOf(other.given).includes(id))).toBe(
      true,
    );
  }
}

test(
  "transactions, single writes and reads at once have the outcome of some order, or conflict and do nothing",
  async () => {
    const tables = await aTable();
    let model: Model = new Map();
    let carriedOut = 0;
    const outcomes = counter();
    const property = fc.asyncProperty(fc.array(part, { minLength: 2, maxLength: 5 }), async (parts) => {
      const answers = await Promise.all(parts.map((each) => carryOut(tables, each)));
      const done = parts.map((given, index) => ({ given, answer: answers[index] as Answer }));
      const inConflict = done.filter(({ answer }) => isConflict(answer));
      for (const each of inConflict)
        assertConflictIsReal(
          each,
          done.filter((other) => other !== each),
        );
      const [after, ...more] = explanations(
        done.filter((each) => !inConflict.includes(each)),
        model,
      );
      expect(
        after,
        `seed ${SEED}: no order explains ${JSON.stringify({ model: [...model], done })}`,
      ).toBeDefined();
      // Several orders may give these answers; the items tell which one it was.
      const stored = await itemsOf(tables);
      model = [after as Model, ...more].find((each) => describe(each) === stored) ?? (after as Model);
      await assertStored(tables, model);
      for (const { given, answer } of done) {
        if (given.does === "transaction") carriedOut++;
        outcomes.count(isConflict(answer) ? `${given.does} conflict` : `${given.does} ${answer.type}`);
      }
    });
    // About 2.3 transactions a round.
    await fc.assert(property, { ...parameters, numRuns: Math.ceil(TRANSACTIONS / 4.4) });
    outcomes.assertEach(
      [
        "transaction done",
        "transaction conflict",
        "transaction TransactionCanceledException",
        "single done",
        "read done",
      ],
      TRANSACTIONS / 100,
    );
    console.log(`${carriedOut} transactions at once, seed ${SEED}:`, outcomes.counts);
    expect(carriedOut).toBeGreaterThanOrEqual(TRANSACTIONS / 2);
  },
  60_000 + TRANSACTIONS * 20,
);

const describe = (model: Model) =>
  JSON.stringify([...model].map(([id, row]) => [id, row.n, row.mark ?? null]).toSorted());

async function itemsOf(tables: Tables): Promise<string> {
  const { body } = await tables.handle("Scan", { TableName });
  const { Items } = body as { Items: ReturnType<typeof itemOf>[] };
  return JSON.stringify(Items.map(({ id, n, mark }) => [id.S, Number(n.N), mark?.S ?? null]).toSorted());
}
