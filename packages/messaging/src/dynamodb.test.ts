// DynamoDB's failures, told apart by what they mean.
import { expect, test } from "vitest";
import { cancellationCodes, isConditionFailed } from "./dynamodb.ts";

const named = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });

test("only a failed condition is a lost race", () => {
  expect(isConditionFailed(named("ConditionalCheckFailedException"))).toBe(true);
  expect(isConditionFailed(named("TransactionCanceledException"))).toBe(false);
  expect(isConditionFailed({ name: "ConditionalCheckFailedException" })).toBe(false);
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
