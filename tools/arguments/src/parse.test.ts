import { expect, expectTypeOf, test } from "vitest";
import { type Declaration, port } from "./declaration.ts";
import { parse, UsageError } from "./parse.ts";

const options = {
  seeds: { kind: "whole", least: 1, default: 1000, says: "how many seeds" },
  minutes: { kind: "number", least: 0, says: "how long" },
  rate: { kind: "number", least: 0.1, most: 500, says: "messages a second" },
  port: { ...port, variable: "PORT", default: 3000, says: "where it listens" },
  region: { kind: "choice", of: ["eu-west-1", "us-east-1"], says: "whose prices" },
  stage: { kind: "text", pattern: /^[a-z]+$/, needs: "letters", says: "which stage" },
  gate: { kind: "flag", says: "fail if something is missing" },
} as const;
const declaration: Declaration<typeof options> = { name: "pnpm simulate", says: "Runs seeds.", options };

test("what is not given is its default, false, or undefined", () => {
  expect(parse(declaration, [])).toEqual({
    values: {
      seeds: 1000,
      minutes: undefined,
      rate: undefined,
      port: 3000,
      region: undefined,
      stage: undefined,
      gate: false,
    },
    words: [],
  });
});

test("values have the types that their options declare", () => {
  const { values } = parse(declaration, ["--seeds", "5", "--minutes=0.5", "--region", "eu-west-1", "--gate"]);
  expect(values).toMatchObject({ seeds: 5, minutes: 0.5, region: "eu-west-1", gate: true });
  expectTypeOf(values.seeds).toEqualTypeOf<number>();
  expectTypeOf(values.minutes).toEqualTypeOf<number | undefined>();
  expectTypeOf(values.region).toEqualTypeOf<"eu-west-1" | "us-east-1" | undefined>();
  expectTypeOf(values.gate).toEqualTypeOf<boolean>();
});

test("an option wins over its environment variable, which wins over the default", () => {
  expect(parse(declaration, [], { PORT: "4000" }).values.port).toBe(4000);
  expect(parse(declaration, ["--port", "5000"], { PORT: "4000" }).values.port).toBe(5000);
});

test("a bare -- of the package manager means nothing", () => {
  expect(parse(declaration, ["--", "--seeds", "7"]).values.seeds).toBe(7);
});

test.each([
  [["--sed", "1"], "there is no option --sed: did you mean --seeds?"],
  [["--hlep"], "there is no option --hlep: did you mean --help?"],
  [["--constructor"], "there is no option --constructor"],
  [["-x"], "there is no option -x"],
  [["--seeds", "abc"], '--seeds needs a whole number of at least 1, not "abc"'],
  [["--seeds", "1.5"], '--seeds needs a whole number of at least 1, not "1.5"'],
  [["--seeds", "0"], '--seeds needs a whole number of at least 1, not "0"'],
  [["--seeds", "-1"], '--seeds needs a whole number of at least 1, not "-1"'],
  [["--seeds="], '--seeds needs a whole number of at least 1, not ""'],
  [["--seeds"], "--seeds needs a whole number of at least 1"],
  [["--seeds", "--gate"], "--seeds needs a whole number of at least 1"],
  [["--rate", "501"], '--rate needs a number from 0.1 to 500, not "501"'],
  [["--port", "65536"], '--port needs a whole number from 0 to 65535, not "65536"'],
  [["--region", "mars"], '--region needs eu-west-1 or us-east-1, not "mars"'],
  [["--stage", "a b"], '--stage needs letters, not "a b"'],
  [["--gate=no"], '--gate takes no value, so not "no"'],
  [["now"], '"now" is one word too many'],
])("%j is refused in one sentence", (args, sentence) => {
  expect(() => parse(declaration, args)).toThrow(new UsageError(sentence));
});

test("a wrong value in the environment is refused by the variable's name", () => {
  const sentence = 'PORT needs a whole number from 0 to 65535, not "http"';
  expect(() => parse(declaration, [], { PORT: "http" })).toThrow(new UsageError(sentence));
});

const words: Declaration = {
  name: "pnpm dlq",
  says: "Dead letters.",
  words: [
    { name: "COMMAND", of: ["list", "redrive"] },
    { name: "TARGET", isOptional: true },
  ],
};

test("words come in the order in which they are declared", () => {
  expect(parse(words, ["list"]).words).toEqual(["list"]);
  expect(parse(words, ["redrive", "all"]).words).toEqual(["redrive", "all"]);
});

test("a word that may be repeated takes every one that follows", () => {
  const repeated: Declaration = {
    ...words,
    words: [{ name: "MUTANT", of: ["one", "two"], isOptional: true, isRepeatable: true }],
  };
  expect(parse(repeated, []).words).toEqual([]);
  expect(parse(repeated, ["one", "two", "one"]).words).toEqual(["one", "two", "one"]);
  expect(() => parse(repeated, ["one", "tow"])).toThrow('there is no mutant "tow": did you mean two?');
});

test.each([
  [[], "COMMAND is missing: take list or redrive"],
  [["lst"], 'there is no command "lst": did you mean list?'],
  [["purge"], 'there is no command "purge": take list or redrive'],
  [["list", "one", "two"], '"two" is one word too many'],
])("the words %j are refused in one sentence", (args, sentence) => {
  expect(() => parse(words, args)).toThrow(new UsageError(sentence));
});
