// The event-pattern language, operator by operator: what matches, what does not, and what is refused.
import { expect, test } from "vitest";
import { parseExactly } from "./lossless-json.ts";
import { compilePattern } from "./pattern.ts";
import { parsePattern } from "./state.ts";

const matches = (pattern: unknown, event: unknown) => compilePattern(pattern)(event);
const detail = (test: unknown, value: unknown) =>
  matches({ detail: { x: [test] } }, { detail: { x: value } });

test.each([
  // Exact values of every JSON type (user guide, "Exact matching").
  ["a", "a", true],
  ["a", "A", false],
  ["", "", true],
  [1, 1, true],
  [1, "1", false],
  [300, 3e2, true],
  [true, true, true],
  [true, "true", false],
  [null, null, true],
  [null, "", false],
  [null, 0, false],
  ["日本", "日本", true],
  // prefix, suffix
  [{ prefix: "ab" }, "abc", true],
  [{ prefix: "ab" }, "cab", false],
  [{ prefix: "" }, "anything", true],
  [{ prefix: "1" }, 12, false],
  [{ prefix: { "equals-ignore-case": "AB" } }, "abc", true],
  [{ prefix: { "equals-ignore-case": "AB" } }, "bca", false],
  [{ suffix: ".png" }, "a.png", true],
  [{ suffix: ".png" }, "a.pngx", false],
  [{ suffix: { "equals-ignore-case": ".PNG" } }, "a.png", true],
  // equals-ignore-case
  [{ "equals-ignore-case": "alice" }, "ALICE", true],
  [{ "equals-ignore-case": "alice" }, "bob", false],
  // anything-but
  [{ "anything-but": "a" }, "b", true],
  [{ "anything-but": "a" }, "a", false],
  [{ "anything-but": ["a", "b"] }, "c", true],
  [{ "anything-but": ["a", "b"] }, "b", false],
  [{ "anything-but": 5 }, 6, true],
  [{ "anything-but": 5 }, 5, false],
  [{ "anything-but": [1, 2] }, 2, false],
  [{ "anything-but": { prefix: "in" } }, "out", true],
  [{ "anything-but": { prefix: "in" } }, "init", false],
  [{ "anything-but": { prefix: ["in", "un"] } }, "undo", false],
  [{ "anything-but": { suffix: ".txt" } }, "a.txt", false],
  [{ "anything-but": { suffix: [".txt", ".md"] } }, "a.rtf", true],
  [{ "anything-but": { "equals-ignore-case": "A" } }, "a", false],
  [{ "anything-but": { "equals-ignore-case": ["A", "B"] } }, "c", true],
  [{ "anything-but": { wildcard: "*/lib/*" } }, "/src/lib/x", false],
  [{ "anything-but": { wildcard: "*/lib/*" } }, "/src/x", true],
  // numeric
  [{ "anything-but": "a" }, null, true],
  [{ "anything-but": "5" }, 5, true],
  [{ "anything-but": { prefix: "a" } }, 5, true],
  [{ "anything-but": { wildcard: ["a*", "*z"] } }, "abc", false],
  [{ "anything-but": { wildcard: ["a*", "*z"] } }, "xyz", false],
  [{ "anything-but": { wildcard: ["a*", "*z"] } }, "xyw", true],
  [{ numeric: ["=", 5] }, 5, true],
  [{ numeric: ["=", 3.018e2] }, 301.8, true],
  [{ numeric: [">", 5e9] }, 1e10, true],
  [{ numeric: ["<=", 0] }, 1, false],
  [{ numeric: [">=", 0, "<", 5] }, 5, false],
  [{ numeric: ["=", 5] }, "5", false],
  [{ numeric: [">", 0, "<=", 5] }, 5, true],
  [{ numeric: [">", 0, "<=", 5] }, 0, false],
  [{ numeric: [">=", 0, "<", 5] }, 0, true],
  [{ numeric: ["<", -1.5] }, -2, true],
  // cidr
  [{ cidr: "10.0.0.0/24" }, "10.0.0.255", true],
  [{ cidr: "10.0.0.0/24" }, "10.0.1.0", false],
  [{ cidr: "10.0.0.0/24" }, "not an address", false],
  [{ cidr: "10.0.0.77/24" }, "10.0.0.1", true],
  [{ cidr: "0.0.0.0/0" }, "203.0.113.9", true],
  [{ cidr: "0.0.0.0/0" }, "::1", false],
  [{ cidr: "10.0.0.0/31" }, "10.0.0.1", true],
  [{ cidr: "10.0.0.0/31" }, "10.0.0.2", false],
  [{ cidr: "::/127" }, "0:0:0:0:0:0:0:1", true],
  [{ cidr: "::/0" }, "10.0.0.1", false],
  [{ cidr: "10.0.0.0/24" }, "::ffff:a00:7", true],
  [{ cidr: "10.0.0.0/24" }, "010.000.0.7", true],
  [{ cidr: "10.0.0.0/24" }, "10.0.0.256", false],
  // event-ruler, CIDR: an address by itself matches in every way it can be written.
  ["10.0.0.1", "10.0.0.1", true],
  ["10.0.0.1", "10.0.0.10", false],
  ["10.0.0.1", "010.0.0.1", true],
  ["2001:db8::1", "2001:0DB8:0:0:0:0:0:1", true],
  ["2001:db8::1", "2001:db8::2", false],
  ["300.0.0.1", "300.0.0.1", true],
  [{ exactly: "2001:db8::1" }, "2001:0DB8:0:0:0:0:0:1", false],
  [{ exactly: "a" }, "a", true],
  [{ exactly: "a" }, "A", false],
  [{ "anything-but": "10.0.0.1" }, "010.0.0.1", true],
  [{ cidr: "10.0.0.0/24" }, 10, false],
  [{ cidr: "2001:db8::/32" }, "2001:db8:1::1", true],
  [{ cidr: "2001:db8::/32" }, "2001:db9::1", false],
  // wildcard
  [{ wildcard: "dir/*" }, "dir/a/b", true],
  [{ wildcard: "*.png" }, "a.png", true],
  [{ wildcard: "a*b*c" }, "a--b--c", true],
  [{ wildcard: "a*b*c" }, "a--c--b", false],
  [{ wildcard: "a*a" }, "a", false],
  [{ wildcard: "*" }, "", true],
  [{ wildcard: "abc" }, "abc", true],
  [{ wildcard: "abc" }, "abcd", false],
  [{ wildcard: "*ab*" }, "xaab", true],
  [{ wildcard: "*ab*ab" }, "ab", false],
  [{ wildcard: "a*" }, 5, false],
  [{ wildcard: "日*" }, "日本", true],
  [{ wildcard: "a\\*b" }, "a*b", true],
  [{ wildcard: "a\\*b" }, "axb", false],
  [{ wildcard: "a\\\\b" }, "a\\b", true],
  // exists
  [{ exists: true }, "here", true],
  [{ exists: true }, null, true],
  [{ exists: false }, "here", false],
  [{ exists: false }, null, false],
  [{ suffix: "" }, "anything", true],
  [{ "equals-ignore-case": "ÄRGER" }, "ärger", true],
  // event-ruler, EqualsIgnoreCaseParser: each character of the pattern matches its own two cases only.
  [{ "equals-ignore-case": "straße" }, "STRASSE", true],
  [{ "equals-ignore-case": "strasse" }, "straße", false],
  [{ "equals-ignore-case": "k" }, "\u212a", false],
  [{ "equals-ignore-case": "\u212a" }, "k", true],
  [{ "equals-ignore-case": "a.c" }, "ABC", false],
  [{ "equals-ignore-case": "🫖a" }, "🫖A", true],
  [{ prefix: { "equals-ignore-case": "a$" } }, "A$b", true],
  [{ suffix: { "equals-ignore-case": "(b" } }, "a(B", true],
  [{ suffix: { "equals-ignore-case": "" } }, "a", true],
  [{ prefix: { "equals-ignore-case": "a" } }, "b\nA", false],
  [{ "equals-ignore-case": "1" }, 1, false],
])("%j against %j is %s", (pattern, value, expected) => {
  expect(detail(pattern, value)).toBe(expected);
});

test("exists speaks of leaves: absent, empty and nested values have none", () => {
  const absent = { detail: { x: [{ exists: false }] } };
  const present = { detail: { x: [{ exists: true }] } };
  for (const event of [
    { detail: {} },
    {},
    { detail: { x: {} } },
    { detail: { x: [] } },
    { detail: { x: { y: 1 } } },
  ]) {
    expect(matches(absent, event)).toBe(true);
    expect(matches(present, event)).toBe(false);
  }
});

test("every field must match, any value of a field may", () => {
  const pattern = { source: ["a", "b"], detail: { state: ["on"] } };
  expect(matches(pattern, { source: "b", detail: { state: "on", more: 1 } })).toBe(true);
  expect(matches(pattern, { source: "b", detail: { state: "off" } })).toBe(false);
  expect(matches(pattern, { source: "c", detail: { state: "on" } })).toBe(false);
});

test("an array in the event matches with any of its elements", () => {
  expect(matches({ resources: ["b"] }, { resources: ["a", "b"] })).toBe(true);
  expect(matches({ resources: ["c"] }, { resources: ["a", "b"] })).toBe(false);
  expect(detail({ "anything-but": "a" }, ["a", "b"])).toBe(true);
  expect(detail("x", [["x"]])).toBe(true);
});

test("fields of objects in an array must match in one and the same element", () => {
  const pattern = { detail: { lines: { sku: ["tea"], quantity: [{ numeric: [">", 1] }] } } };
  const lines = (...given: object[]) => ({ detail: { lines: given } });
  expect(matches(pattern, lines({ sku: "pot", quantity: 5 }, { sku: "tea", quantity: 2 }))).toBe(true);
  expect(matches(pattern, lines({ sku: "tea", quantity: 1 }, { sku: "pot", quantity: 2 }))).toBe(false);
});

test("nested arrays of objects keep their elements together at every level", () => {
  const pattern = { orders: { id: ["1"], lines: { sku: ["tea"] } } };
  const one = { id: "1", lines: [{ sku: "pot" }] };
  const two = { id: "2", lines: [{ sku: "tea" }] };
  expect(matches(pattern, { orders: [one, two] })).toBe(false);
  expect(matches(pattern, { orders: [one, { ...two, id: "1" }] })).toBe(true);
});

test("$or matches one of its ways, also nested and beside other fields", () => {
  const pattern = {
    source: ["s"],
    $or: [{ detail: { a: [1] } }, { detail: { $or: [{ b: [2] }, { c: [3] }] } }],
  };
  expect(matches(pattern, { source: "s", detail: { a: 1 } })).toBe(true);
  expect(matches(pattern, { source: "s", detail: { c: 3 } })).toBe(true);
  expect(matches(pattern, { source: "s", detail: { c: 2 } })).toBe(false);
  expect(matches(pattern, { source: "t", detail: { a: 1 } })).toBe(false);
});

test("a key with dots is the same path as nested keys", () => {
  expect(matches({ detail: { "a.b": ["x"] } }, { detail: { "a.b": "x" } })).toBe(true);
  expect(matches({ detail: { "a.b": ["x"] } }, { detail: { a: { b: "x" } } })).toBe(true);
});

test.each([
  ["not an object", "text"],
  ["null", null],
  ["an array", []],
  ["empty", {}],
  ["an empty object inside", { detail: {} }],
  ["a bare value", { source: "x" }],
  ["an empty array", { source: [] }],
  ["an array in an array", { source: [["x"]] }],
  ["an unknown operator", { source: [{ starts: "x" }] }],
  ["two operators in one object", { source: [{ prefix: "a", suffix: "b" }] }],
  ["an operator object without operator", { source: [{}] }],
  ["exists with a text", { source: [{ exists: "yes" }] }],
  ["prefix with a number", { source: [{ prefix: 1 }] }],
  ["prefix with another operator", { source: [{ prefix: { suffix: "x" } }] }],
  ["equals-ignore-case with a list", { source: [{ "equals-ignore-case": ["a"] }] }],
  ["anything-but with nothing", { source: [{ "anything-but": [] }] }],
  ["anything-but with a boolean", { source: [{ "anything-but": true }] }],
  ["anything-but with null", { source: [{ "anything-but": null }] }],
  ["anything-but with texts and numbers", { source: [{ "anything-but": ["a", 1] }] }],
  ["anything-but with a list in a list", { source: [{ "anything-but": [["a"]] }] }],
  ["anything-but with two operators", { source: [{ "anything-but": { prefix: "a", suffix: "b" } }] }],
  ["anything-but with no operator", { source: [{ "anything-but": {} }] }],
  ["anything-but with an empty prefix", { source: [{ "anything-but": { prefix: "" } }] }],
  ["anything-but with an empty suffix", { source: [{ "anything-but": { suffix: ["a", ""] } }] }],
  ["anything-but with a number as prefix", { source: [{ "anything-but": { prefix: 1 } }] }],
  ["anything-but with a bad wildcard", { source: [{ "anything-but": { wildcard: "**" } }] }],
  ["anything-but with no wildcards", { source: [{ "anything-but": { wildcard: [] } }] }],
  ["suffix with a list", { source: [{ suffix: ["a"] }] }],
  ["suffix that ignores case of a number", { source: [{ suffix: { "equals-ignore-case": 1 } }] }],
  ["exists with null", { source: [{ exists: null }] }],
  ["wildcard with a number", { source: [{ wildcard: 1 }] }],
  ["a lone backslash at a wildcard's end", { source: [{ wildcard: "a\\" }] }],
  ["numeric with an object", { source: [{ numeric: { "=": 1 } }] }],
  ["numeric with nothing", { source: [{ numeric: [] }] }],
  ["numeric below the limit", { source: [{ numeric: [">", -5e9 - 1] }] }],
  ["numeric with three terms", { source: [{ numeric: [">", 1, "<"] }] }],
  ["a numeric range of nothing", { source: [{ numeric: [">=", 5, "<=", 5] }] }],
  ["a numeric equality with a second term", { source: [{ numeric: ["=", 5, "<", 6] }] }],
  ["cidr with a number", { source: [{ cidr: 10 }] }],
  ["cidr of one IPv4 address", { source: [{ cidr: "10.0.0.1/32" }] }],
  ["cidr of one IPv6 address", { source: [{ cidr: "::1/128" }] }],
  ["cidr of an IPv4 address within IPv6", { source: [{ cidr: "::ffff:10.0.0.0/100" }] }],
  ["exactly with a number", { source: [{ exactly: 33 }] }],
  ["anything-but as a field inside $or", { $or: [{ "anything-but": ["a"] }, { b: [1] }] }],
  ["regex as a field inside $or", { $or: [{ regex: ["a"] }, { b: [1] }] }],
  ["a comparison as a field inside $or", { $or: [{ a: { ">": [1] } }, { b: [1] }] }],
  ["cidr with two lengths", { source: [{ cidr: "10.0.0.0/8/8" }] }],
  ["cidr with a length that is no number", { source: [{ cidr: "10.0.0.0/x" }] }],
  ["cidr of version 6 too long", { source: [{ cidr: "::/129" }] }],
  ["cidr with a zone", { source: [{ cidr: "fe80::1%eth0/64" }] }],
  ["$or with an object", { $or: { source: ["a"] } }],
  ["$or with nothing", { $or: [] }],
  ["$or with an empty way", { $or: [{ source: ["a"] }, {}] }],
  ["$or of operators", { source: { $or: [{ prefix: ["a"] }, { suffix: ["b"] }] } }],
  [
    "$or with more than a thousand combinations",
    {
      detail: Object.fromEntries(
        Array.from({ length: 10 }, (_, i) => [`k${i}`, { $or: [{ a: [1] }, { b: [2] }] }]),
      ),
    },
  ],
  ["anything-but with an unknown operator", { source: [{ "anything-but": { numeric: ["=", 1] } }] }],
  ["numeric without a bound", { source: [{ numeric: ["="] }] }],
  ["numeric with an unknown comparison", { source: [{ numeric: ["!=", 1] }] }],
  ["numeric with a text", { source: [{ numeric: ["=", "1"] }] }],
  ["numeric beyond the limit", { source: [{ numeric: ["<", 5e9 + 1] }] }],
  ["a numeric range upside down", { source: [{ numeric: [">", 5, "<", 1] }] }],
  ["a numeric range in the wrong order", { source: [{ numeric: ["<", 5, ">", 1] }] }],
  ["cidr without a length", { source: [{ cidr: "10.0.0.0" }] }],
  ["cidr of no address", { source: [{ cidr: "10.0.0/8" }] }],
  ["cidr too long", { source: [{ cidr: "10.0.0.0/33" }] }],
  ["two wildcards in a row", { source: [{ wildcard: "a**" }] }],
  ["a bad escape", { source: [{ wildcard: "a\\b" }] }],
  ["$or with one way", { $or: [{ source: ["a"] }] }],
  ["$or with a text", { $or: ["a", "b"] }],
])("a pattern that is %s is refused with a reason", (_, pattern) => {
  expect(() => compilePattern(pattern)).toThrow(
    expect.objectContaining({
      name: "InvalidEventPatternException",
      message: expect.stringMatching(/Reason: .+/),
    }),
  );
});

test("the reason says where", () => {
  const pattern = { detail: { lines: { quantity: [1, { numeric: ["<", "2"] }] } } };
  expect(() => compilePattern(pattern)).toThrow(
    "Event pattern is not valid. Reason: Value of < must be numeric (at detail.lines.quantity)",
  );
});

// event-ruler, JsonRuleCompiler: a branch's field replaces an earlier one of the same path.
test("a field given again inside $or replaces the one outside, in that way only", () => {
  const pattern = { source: ["a"], $or: [{ source: ["b"] }, { detail: { x: [1] } }] };
  expect(matches(pattern, { source: "b" })).toBe(true);
  expect(matches(pattern, { source: "a", detail: { x: 1 } })).toBe(true);
  expect(matches(pattern, { source: "a" })).toBe(false);
  expect(matches(pattern, { source: "b", detail: { x: 2 } })).toBe(true);
});

// event-ruler, Path: its patterns and its events name a field below an empty key in two ways.
test("an empty key at the top is a key in an event, and nothing in a pattern", () => {
  expect(matches({ x: [1] }, { "": { x: 1 } })).toBe(false);
  expect(matches({ "": { x: [1] } }, { "": { x: 1 } })).toBe(false);
  expect(matches({ "": { x: [1] } }, { x: 1 })).toBe(true);
  expect(matches({ "": { x: { y: [1] } } }, { "": { x: { y: 1 } } })).toBe(true);
});

test("a field may be absent or have a value", () => {
  const pattern = { detail: { x: ["a", { exists: false }] } };
  expect(matches(pattern, { detail: {} })).toBe(true);
  expect(matches(pattern, { detail: { x: "a" } })).toBe(true);
  expect(matches(pattern, { detail: { x: "b" } })).toBe(false);
});

test("a thousand combinations of $or are still allowed", () => {
  const ways = (key: string) => ({ $or: Array.from({ length: 10 }, (_, i) => ({ [key]: [i] })) });
  const pattern = compilePattern({ a: ways("x"), b: ways("x"), c: ways("x") });
  expect(pattern({ a: { x: 9 }, b: { x: 8 }, c: { x: 7 } })).toBe(true);
  expect(pattern({ a: { x: 9 }, b: { x: 8 }, c: { x: 10 } })).toBe(false);
});

test("arrays that share nothing do not multiply", () => {
  const fields = Array.from({ length: 8 }, (_, i) => `f${i}`);
  const event = Object.fromEntries(fields.map((field) => [field, Array(300).fill({ a: 1, b: 2 })]));
  const pattern = compilePattern({
    ...Object.fromEntries(fields.map((field) => [field, { a: [1], b: [2] }])),
    f7: { a: [1], b: [3] },
  });
  expect(pattern(event)).toBe(false);
});

test("a name from the object prototype is a field like any other", () => {
  expect(matches({ constructor: [{ exists: true }] }, {})).toBe(false);
  expect(matches({ toString: ["x"] }, { toString: "x" })).toBe(true);
});

test("a wildcard pattern is linear in the text", () => {
  const pattern = compilePattern({ x: [{ wildcard: "a*a*a*a*b" }] });
  expect(pattern({ x: "a".repeat(100_000) })).toBe(false);
});

// event-ruler, ComparableNumber: a number that a double cannot hold is compared as text.
test.each([
  ["12345678901234567890", "12345678901234567890", true],
  ["12345678901234567890", "12345678901234567891", false],
  ["12345678901234567890", "1.2345678901234567890e19", false],
  ["9007199254740992", "9007199254740993", false],
  ["9007199254740993", "9007199254740992", false],
  ["27.807807921694092", "27.807807921694092", true],
  ["27.807807921694092", "27.80780792169409", false],
  ["37.80780", "37.8078", true],
  ["300", "3.0e2", true],
  ["0.0000001", "1e-7", true],
  ["1E400", "1E400", true],
  ["1E400", "2E400", false],
  ["0", "-0.0", true],
  ['{"numeric":[">",0]}', "12345678901234567890", false],
  ['{"numeric":["=",301.8]}', "3.018e2", true],
  ['{"anything-but":[9007199254740992]}', "9007199254740993", true],
  ['{"exists":true}', "12345678901234567890", true],
])("the number %s against %s is %s", (wanted, given, expected) => {
  const pattern = parsePattern(`{"detail":{"x":[${wanted}]}}`);
  expect(pattern.matches(parseExactly(`{"detail":{"x":${given}}}`))).toBe(expected);
});

test.each(["1E309", "1E-325", "2.0e422", "0.12345678901234567890"])(
  "the bound %s, which a double cannot hold, is refused",
  (bound) => {
    for (const operand of [`{"numeric":["=",${bound}]}`, `{"anything-but":${bound}}`]) {
      expect(() => parsePattern(`{"x":[${operand}]}`)).toThrow(
        expect.objectContaining({ name: "InvalidEventPatternException" }),
      );
    }
  },
);

// event-ruler, JsonRuleCompiler, reads a pattern from its beginning to its end, each key that it finds.
test.each<[string, string, object, boolean]>([
  ["a field that is given twice has its last list", '{"a":["x"],"a":["y"]}', { a: "y" }, true],
  ["and not its first", '{"a":["x"],"a":["y"]}', { a: "x" }, false],
  ["objects of one name are one", '{"d":{"a":[1]},"d":{"b":[2]}}', { d: { a: 1, b: 2 } }, true],
  ["of both of which all must match", '{"d":{"a":[1]},"d":{"b":[2]}}', { d: { b: 2 } }, false],
  ["a path is one, however it is given", '{"d":{"a":[1]},"d.a":[2]}', { d: { a: 2 } }, true],
  ["two $or are both met", '{"$or":[{"a":[1]},{"b":[1]}],"$or":[{"c":[1]},{"d":[1]}]}', { a: 1, d: 1 }, true],
  [
    "one of them is not enough",
    '{"$or":[{"a":[1]},{"b":[1]}],"$or":[{"c":[1]},{"d":[1]}]}',
    { a: 1, b: 1 },
    false,
  ],
  [
    "two $or inside are too",
    '{"x":{"$or":[{"a":[1]},{"b":[1]}],"$or":[{"c":[1]},{"d":[1]}]}}',
    { x: { b: 1 } },
    false,
  ],
  ["a list after $or holds in every way", '{"$or":[{"a":[1]},{"b":[1]}],"a":[2]}', { a: 2, b: 1 }, true],
  ["in its own as well", '{"$or":[{"a":[1]},{"b":[1]}],"a":[2]}', { a: 1 }, false],
  ["numbers as names keep their order", '{"$or":[{"1":["x"]},{"b":[1]}],"1":["y"]}', { 1: "y" }, true],
])("%s: %s", (_, pattern, event, expected) => {
  expect(parsePattern(pattern).matches(event)).toBe(expected);
});

test.each([
  '{"a":[{"prefix":"x","prefix":"y"}]}',
  '{"a":[{"anything-but":{"prefix":"x","prefix":"y"}}]}',
  '{"a":[{"prefix":{"equals-ignore-case":"x","equals-ignore-case":"y"}}]}',
])("an operator that is given twice is refused: %s", (pattern) => {
  expect(() => parsePattern(pattern)).toThrow("Event pattern is not valid.");
});

const tooComplex = expect.objectContaining({
  name: "InvalidEventPatternException",
  message: expect.stringContaining("Rule is too complex - try using fewer wildcard characters"),
});
const stacks = (...names: string[]) => names.map((name) => ({ wildcard: `*:stack/${name}/*` }));
const files = (...ends: string[]) => ends.map((end) => ({ wildcard: `*/datasync/*.${end}` }));

// What is known of AWS: the guide's example, and rules that people could make and could not.
test.each<[string, object[], boolean]>([
  ["the guide's example", [{ wildcard: "*:*:*:*:*:event-bus/*" }], false],
  ["a folder that repeats", [{ wildcard: "/Users/*/dir/dir/dir/dir/dir/doc.txt" }], true],
  ["four ends of names", ["bif", "tiff", "tif", "svs"].map((end) => ({ wildcard: `*.${end}` })), true],
  ["three stacks", stacks("SharedStack", "BenchStack", "WebStack"), true],
  ["four stacks", stacks("SharedStack", "BenchStack", "WebStack", "MonitoringStack"), false],
  ["two kinds of files in a folder", files("bif", "tif"), true],
  ["four kinds of files in a folder", files("bif", "tif", "tiff", "svs"), false],
  [
    "what it may not be, as long a list",
    [{ "anything-but": { wildcard: stacks("A", "B", "C", "D").map((each) => each.wildcard) } }],
    true,
  ],
  ["what it may not be, too complex", [{ "anything-but": { wildcard: ["*:*:*:*:*:event-bus/*"] } }], false],
])("wildcards of %s are complex or not", (_, x, isTaken) => {
  const compiling = () => compilePattern({ detail: { x } });
  if (isTaken) expect(compiling()({ detail: { x: 1 } })).toBe("anything-but" in (x[0] ?? {}));
  else expect(compiling).toThrow(tooComplex);
});

test("wildcards count by field, and together with those of other ways to the same field", () => {
  const [one, two, three, four] = stacks("A", "B", "C", "D");
  expect(compilePattern({ a: [one, two], b: [three, four] })({ a: 1 })).toBe(false);
  const ways = (fields: object[]) => compilePattern({ $or: fields });
  expect(() => ways([{ a: [one, two] }, { a: [three, four] }])).toThrow(tooComplex);
  expect(
    ways([
      { a: [1], b: [one, two] },
      { a: [2], b: [three, four] },
    ])({ a: 1 }),
  ).toBe(false);
});

test("the test of complexity ends soon for the longest patterns", () => {
  const wildcard = `*${"ab".repeat(1000)}*${"ba".repeat(900)}`;
  expect(() => compilePattern({ x: [{ wildcard }] })).toThrow(tooComplex);
  const many = Array.from({ length: 8 }, (_, i) => ({ wildcard: `${i}${"abcdefgh".repeat(50)}*${i}` }));
  expect(compilePattern({ x: many })({ x: "0" })).toBe(false);
});
