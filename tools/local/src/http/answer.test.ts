// What payload format 2.0 leaves to Node: answers without a body, and headers that cannot be sent.
import { expect, test } from "vitest";
import { answerOf } from "./answer.ts";

test.each([204, 304])("an answer of status %i has no body", (statusCode) => {
  expect(answerOf({ statusCode, body: "ignored" })).toEqual({
    status: statusCode,
    headers: {},
    body: undefined,
  });
});

test("a header that HTTP cannot carry is the function's failure", () => {
  expect(() => answerOf({ statusCode: 200, headers: { "x-line": "one\ntwo" } })).toThrow("x-line");
});
