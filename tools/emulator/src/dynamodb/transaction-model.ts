// A reference model of DynamoDB's transactions, with which random histories are compared.
import fc from "fast-check";

/** An item: a number, and a mark that puts it into a sparse index. */
export type Row = { n: number; mark: string | undefined };
export type Model = ReadonlyMap<string, Row>;

export type Operation =
  | { kind: "put"; id: string; n: number; mark: string | undefined; mustBeNew: boolean }
  | { kind: "add"; id: string; n: number; mark: string | undefined; atLeast: number | undefined }
  | { kind: "delete"; id: string; mustExist: boolean }
  | { kind: "check"; id: string; exists: boolean };

export type Reason = { Code: string; Item?: object };
export type Outcome = { type: string; reasons: Reason[] | undefined };

export const IDS = ["a", "b", "c", "d", "e"];
export const MARKS = ["x", "y"];

const id = fc.constantFrom(...IDS);
const n = fc.integer({ min: -3, max: 3 });
const mark = fc.option(fc.constantFrom(...MARKS), { nil: undefined });
export const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), id, n, mark, mustBeNew: fc.boolean() }),
  fc.record({ kind: fc.constant("add" as const), id, n, mark, atLeast: fc.option(n, { nil: undefined }) }),
  fc.record({ kind: fc.constant("delete" as const), id, mustExist: fc.boolean() }),
  fc.record({ kind: fc.constant("check" as const), id, exists: fc.boolean() }),
);

/** The expected answer, and the items afterwards. */
export function expected(operations: readonly Operation[], model: Model): { outcome: Outcome; after: Model } {
  if (new Set(operations.map((each) => each.id)).size < operations.length) {
    return { outcome: { type: "ValidationException", reasons: undefined }, after: model };
  }
  const reasons = operations.map((each): Reason => {
    const row = model.get(each.id);
    if (holds(each, row)) return { Code: "None" };
    return { Code: "ConditionalCheckFailed", ...(row && { Item: itemOf(each.id, row) }) };
  });
  if (reasons.some(({ Code }) => Code !== "None")) {
    return { outcome: { type: "TransactionCanceledException", reasons }, after: model };
  }
  const after = new Map(model);
  for (const each of operations) apply(each, after);
  return { outcome: { type: "done", reasons: undefined }, after };
}

function holds(op: Operation, row: Row | undefined): boolean {
  switch (op.kind) {
    case "put":
      return !op.mustBeNew || row === undefined;
    case "add":
      return op.atLeast === undefined || (row !== undefined && row.n >= op.atLeast);
    case "delete":
      return !op.mustExist || row !== undefined;
    case "check":
      return op.exists === (row !== undefined);
  }
}

function apply(op: Operation, model: Map<string, Row>): void {
  if (op.kind === "put") model.set(op.id, { n: op.n, mark: op.mark });
  if (op.kind === "add") model.set(op.id, { n: (model.get(op.id)?.n ?? 0) + op.n, mark: op.mark });
  if (op.kind === "delete") model.delete(op.id);
}

export const keyOf = (id: string) => ({ id: { S: id } });

export function itemOf(id: string, { n, mark }: Row) {
  return { ...keyOf(id), n: { N: String(n) }, ...(mark !== undefined && { mark: { S: mark } }) };
}

export function toTransactItem(op: Operation, TableName: string) {
  const common = { TableName, ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const };
  const Key = keyOf(op.id);
  switch (op.kind) {
    case "put": {
      const condition = op.mustBeNew && { ConditionExpression: "attribute_not_exists(id)" };
      return { Put: { ...common, Item: itemOf(op.id, op), ...condition } };
    }
    case "add":
      return {
        Update: {
          ...common,
          Key,
          UpdateExpression: `ADD n :n ${op.mark === undefined ? "REMOVE mark" : "SET mark = :mark"}`,
          ...(op.atLeast !== undefined && { ConditionExpression: "n >= :least" }),
          ExpressionAttributeValues: {
            ":n": { N: String(op.n) },
            ...(op.mark !== undefined && { ":mark": { S: op.mark } }),
            ...(op.atLeast !== undefined && { ":least": { N: String(op.atLeast) } }),
          },
        },
      };
    case "delete": {
      const condition = op.mustExist && { ConditionExpression: "attribute_exists(id)" };
      return { Delete: { ...common, Key, ...condition } };
    }
    case "check": {
      const ConditionExpression = `attribute_${op.exists ? "" : "not_"}exists(id)`;
      return { ConditionCheck: { ...common, Key, ConditionExpression } };
    }
  }
}

/** The table of the model, with its sparse index. */
export const tableOf = (TableName: string) => ({
  TableName,
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" as const }],
  AttributeDefinitions: ["id", "mark"].map((AttributeName) => ({
    AttributeName,
    AttributeType: "S" as const,
  })),
  GlobalSecondaryIndexes: [
    {
      IndexName: "byMark",
      KeySchema: [{ AttributeName: "mark", KeyType: "HASH" as const }],
      Projection: { ProjectionType: "ALL" as const },
    },
  ],
  BillingMode: "PAY_PER_REQUEST" as const,
});
