// What a function's answer to a batch means, in every form that the developer guide names.
import { aBatch } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { failedIds } from "./batch-response.ts";

const records = aBatch(["a", "b", "c"]).Records;
const all = new Set(["message-1", "message-2", "message-3"]);
const failing = (...ids: unknown[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

// Lambda developer guide, "Using Lambda with Amazon SQS", "Success and failure conditions".
test.each([
  ["null", null],
  ["undefined", undefined],
  ["an empty answer", {}],
  ["a null list", { batchItemFailures: null }],
  ["an empty list", { batchItemFailures: [] }],
  ["the answer of a route", { statusCode: 200 }],
])("%s means the whole batch succeeded", (_, answer) => {
  expect(failedIds(answer, records)).toEqual(new Set());
});

test("only the named messages failed, however often they are named", () => {
  expect(failedIds(failing("message-2", "message-2"), records)).toEqual(new Set(["message-2"]));
  expect(failedIds(failing("message-2"), records)).toEqual(new Set(["message-2"]));
});

test.each([
  ["an empty identifier", failing("")],
  ["a null identifier", failing(null)],
  ["an unknown identifier", failing("message-1", "message-9")],
  ["an entry without an identifier", { batchItemFailures: [{ id: "message-1" }] }],
  ["an entry that is null", { batchItemFailures: [null] }],
  ["an entry that is a text", { batchItemFailures: ["message-1"] }],
  ["an identifier that is a number", failing(1)],
  ["a known beside an empty identifier", failing("message-1", "")],
  ["a list that is none", { batchItemFailures: "message-1" }],
  ["an object for a list", { batchItemFailures: { itemIdentifier: "message-1" } }],
  ["a text", "message-1"],
  ["an empty text", ""],
  ["a list alone", [{ itemIdentifier: "message-1" }]],
  ["a number", 0],
  ["true", true],
])("%s means the whole batch failed", (_, answer) => {
  expect(failedIds(answer, records)).toEqual(all);
});
