// DynamoDB's failures, told apart by what they mean, and the reads and writes that every table does alike.
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { batchGet, cancellationCodes, overVersionBefore, writeIf } from "./dynamodb.ts";

const named = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });

test("only a failed condition is a lost race, and only a transaction in the way is a conflict", async () => {
  const written = (error?: unknown) => writeIf(() => (error ? Promise.reject(error) : Promise.resolve()));
  expect(await written()).toBe("written");
  expect(await written(named("ConditionalCheckFailedException"))).toBe("lost");
  expect(await written(named("TransactionConflictException"))).toBe("conflict");
  await expect(written(named("TransactionCanceledException"))).rejects.toThrow(
    "TransactionCanceledException",
  );
  const noError = { name: "ConditionalCheckFailedException" };
  await expect(written(noError)).rejects.toBe(noError);
});

test("the first version is put where there is none, any other over the one before it", () => {
  expect(overVersionBefore(1)).toEqual({ ConditionExpression: "attribute_not_exists(pk)" });
  expect(overVersionBefore(3)).toEqual({
    ConditionExpression: "version = :before",
    ExpressionAttributeValues: { ":before": 2 },
  });
});

test("a cancelled transaction says why, item by item, in order", () => {
  const reasons = [{ Code: "None" }, { Code: "ConditionalCheckFailed" }, {}, { Code: "TransactionConflict" }];
  const error = named("TransactionCanceledException", { CancellationReasons: reasons });
  expect(cancellationCodes(error)).toEqual(["None", "ConditionalCheckFailed", "None", "TransactionConflict"]);
});

test("another error is no cancelled transaction", () => {
  expect(cancellationCodes(named("ThrottlingException"))).toBeUndefined();
  expect(cancellationCodes(named("TransactionCanceledException"))).toEqual([]);
});

/** A table that answers one key per request and leaves the others unprocessed; or none at all. */
function aSlowTable({ isThrottled = false } = {}) {
  const asked: number[] = [];
  const send = async ({ input }: { input: { RequestItems: { t: { Keys: object[] } } } }) => {
    const { Keys } = input.RequestItems.t;
    asked.push(Keys.length);
    const answered = isThrottled ? [] : Keys.slice(0, 1);
    const left = Keys.slice(answered.length);
    return { Responses: { t: answered }, UnprocessedKeys: left.length > 0 ? { t: { Keys: left } } : {} };
  };
  return { asked, table: { client: { send } as unknown as DynamoDBDocumentClient, tableName: "t" } };
}

const keys = ["a", "b", "c"].map((pk) => ({ pk, sk: "-" }));

test("keys that a batch read leaves unprocessed are asked for again, and no key asks for nothing", async () => {
  const { asked, table } = aSlowTable();
  expect(await batchGet(table, keys)).toEqual(keys);
  expect(await batchGet(table, [])).toEqual([]);
  expect(asked).toEqual([3, 2, 1]);
});

test("before it asks again for what was left it lets a moment pass, each time a longer one within a bound", async () => {
  const { asked, table } = aSlowTable({ isThrottled: true });
  const pauses: number[] = [];
  const pause = async (longest: number) => void pauses.push(longest);
  await expect(batchGet({ ...table, pause }, keys)).rejects.toMatchObject({ code: "Throttled" });
  expect(asked).toHaveLength(pauses.length + 1);
  expect(pauses.slice(0, 3)).toEqual([40, 80, 160]);
  expect(Math.max(...pauses)).toBe(pauses.at(-1));
  // A function with ten seconds still answers.
  expect(pauses.reduce((sum, each) => sum + each, 0)).toBeLessThan(5000);
});

test("a table that stays throttled is given up with an error that means: ask again", async () => {
  const { asked, table } = aSlowTable({ isThrottled: true });
  await expect(batchGet(table, keys)).rejects.toMatchObject({ code: "Throttled" });
  expect(new Set(asked)).toEqual(new Set([3]));
});
