// What is no JSON is found where it breaks, and what is too deep or too long before anything looks into it.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { flawIn, placeIn } from "./json-text.ts";

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test("JSON of every kind has no flaw", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom("", " ", "\n\t "), (text, around) => {
      expect(flawIn(`${around}${text}${around}`)).toBeUndefined();
    }),
  );
});

const pieces = [
  '"',
  "\\",
  "\\u12",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "-",
  "0",
  "1.",
  "e+",
  "true",
  "nul",
  " ",
  "\u0001",
  "\uFEFF",
];

test("what JSON.parse reads and what it does not are the same here, whatever was broken", () => {
  const anyText = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(""));
  const broken = fc
    .tuple(fc.json({ maxDepth: 4 }), fc.nat(), fc.nat(3), fc.constantFrom("", ...pieces))
    .map(([text, at, length, piece]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + piece + text.slice(place + length);
    });
  fc.assert(
    fc.property(fc.oneof(anyText, broken), (text) => {
      const flaw = flawIn(text);
      expect(flaw === undefined, text).toBe(isJson(text));
      if (flaw) expect(flaw.offset).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ["", "line 1, column 1"],
  ["{", "line 1, column 2"],
  ['{"a":1,\n "b" 2}', "line 2, column 6"],
  ['{"a":1,}', "line 1, column 8"],
  ['["tab\there"]', "line 1, column 6"],
  ['["\\x"]', "line 1, column 3"],
  ["[01]", "line 1, column 3"],
  ['"ends nowhere', "line 1, column 14"],
  ["{} {}", "line 1, column 4"],
  ["{a:1}", "line 1, column 2"],
])("%j is none from %s on", (text, place) => {
  const flaw = flawIn(text);
  expect(flaw?.kind).toBe("syntax");
  expect(placeIn(text, flaw?.offset ?? -1)).toBe(place);
});

test("32 levels are read and the 33rd is refused, of lists and objects alike", () => {
  const lists = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  for (const nested of [lists, objects]) {
    expect(flawIn(nested(32))).toBeUndefined();
    expect(flawIn(nested(33))).toMatchObject({ kind: "depth" });
    expect(flawIn(nested(2_000_000))).toMatchObject({ kind: "depth" });
  }
  expect(flawIn(lists(33))).toEqual({ kind: "depth", offset: 32, pointer: "/0".repeat(32) });
  expect(flawIn(objects(33))?.pointer).toBe("/a".repeat(32));
});

test("a list or an object has at most 1,000 members, wherever it lies", () => {
  const list = (count: number) => `[${Array(count).fill(0)}]`;
  const object = (count: number) => `{${Array.from({ length: count }, (_, index) => `"k${index}":0`)}}`;
  for (const of of [list, object]) {
    expect(flawIn(`{"lines":[1,${of(1000)}]}`)).toBeUndefined();
    expect(flawIn(`{"lines":[1,${of(1001)}]}`)).toMatchObject({ kind: "members" });
  }
  expect(flawIn(`{"lines":${list(1001)}}`)?.pointer).toBe("/lines/999");
});

test("the place of what is too deep ends before a name that a client made up", () => {
  const text = `{"lines":[{"4242424242424242":${"[".repeat(40)}`;
  expect(flawIn(text)?.pointer).toBe("/lines/0");
});

test.each(["[7,]", '{"a":7,}', "[,", "[}", "{]", "[7}", '{"a":7]', '{"a" 7}', "{7:7}", "{:7}", "7]", "[]]"])(
  "%s is no JSON",
  (text) => expect(flawIn(text)).toMatchObject({ kind: "syntax" }),
);
