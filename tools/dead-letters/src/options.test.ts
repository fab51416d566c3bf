// The words of `pnpm dlq`: what is wrong with them is said with the usage.

import { UsageError } from "@order-saga/arguments";
import { expect, test } from "vitest";
import { parseDlqOptions } from "./options.ts";

const parse = (...args: string[]) => parseDlqOptions(args, {});

test("a list needs no target, and asks the laptop", () => {
  expect(parse("list")).toEqual({
    command: "list",
    target: "all",
    stage: undefined,
    port: 3000,
    json: false,
    rate: 10,
    keepGoing: false,
    yes: false,
    reason: "",
  });
});

test("a redrive with everything; pnpm's bare -- is nothing", () => {
  expect(
    parse(
      "redrive",
      "capture-payment",
      "--",
      "--stage",
      "production",
      "--rate",
      "2",
      "--keep-going",
      "--yes",
      "--json",
    ),
  ).toMatchObject({
    target: "capture-payment",
    stage: "production",
    rate: 2,
    keepGoing: true,
    yes: true,
    json: true,
  });
});

test("the port is the laptop's", () => {
  expect(parseDlqOptions(["list"], { PORT: "4000" }).port).toBe(4000);
  expect(parse("list", "--port", "5000").port).toBe(5000);
});

test.each([
  [[], "COMMAND is missing"],
  [["purge", "all"], 'no command "purge"'],
  [["show"], "show needs a target"],
  [["redrive"], "redrive needs a target"],
  [["discard", "--reason", "a test of ours"], "discard needs a target"],
  [["discard", "payment-capture-payment-dlq/exhausted"], "discard needs --reason"],
  [["discard", "payment-capture-payment-dlq/exhausted", "--reason", " x "], "discard needs --reason"],
  [["list", "one", "two"], '"two" is one word too many'],
  [["list", "--rate", "0"], "--rate"],
  [["list", "--stage", "a b"], "--stage"],
  [["list", "--port", "x"], "--port"],
  [["list", "--purge"], "--purge"],
] as const)("%j is refused", (args, words) => {
  expect(() => parse(...args)).toThrow(UsageError);
  expect(() => parse(...args)).toThrow(words);
});
