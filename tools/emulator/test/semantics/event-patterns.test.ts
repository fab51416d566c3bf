// The behaviours of event patterns, by TestEventPattern over the wire.
import {
  CreateEventBusCommand,
  InvalidEventPatternException,
  PutRuleCommand,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import { expect } from "vitest";
import { behaviour, onAnEndpoint, type World } from "./behaviour.ts";
import type { Source } from "./sources.ts";

onAnEndpoint();

const frame = {
  id: "1",
  account: "111122223333",
  source: "shop",
  time: "2026-01-05T10:00:00Z",
  region: "eu-west-1",
  resources: ["a", "b"],
  "detail-type": "Placed",
};

/** JSON is given as text where it matters how it is written. */
const json = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

async function isMatch(
  { eventBridge }: World,
  pattern: unknown,
  detail: unknown,
): Promise<boolean | undefined> {
  const Event = `${JSON.stringify(frame).slice(0, -1)},"detail":${json(detail)}}`;
  return (await eventBridge.send(new TestEventPatternCommand({ EventPattern: json(pattern), Event }))).Result;
}

type Case = readonly [pattern: unknown, detail: unknown, matches: boolean];

function matching(name: string, source: Source, cases: readonly Case[]): void {
  behaviour(name, source, async (world) => {
    for (const [pattern, detail, matches] of cases) {
      expect(await isMatch(world, pattern, detail), `${json(pattern)} against ${json(detail)}`).toBe(matches);
    }
  });
}

/** Cases for one field, `detail.x`; undefined leaves it out of the event. */
function matchingField(
  name: string,
  source: Source,
  cases: readonly (readonly [unknown, unknown, boolean])[],
): void {
  matching(
    name,
    source,
    cases.map(([test, x, matches]) => [{ detail: { x: [test] } }, { x }, matches]),
  );
}

const OPERATORS = "EventBridge guide: Comparison operators";
const RULER = "event-ruler: README";

matchingField("An exact value is compared with type and case, byte by byte", OPERATORS, [
  ["a", "a", true],
  ["a", "A", false],
  ["a", "ab", false],
  [1, 1, true],
  [1, "1", false],
  [true, true, true],
  [true, "true", false],
  ["日本", "日本", true],
  ["é", "e\u0301", false],
]);

matchingField(
  "null, an empty text and nothing are three things",
  "EventBridge guide: Null values and empty strings",
  [
    [null, null, true],
    [null, "", false],
    [null, undefined, false],
    ["", "", true],
    ["", null, false],
    ["", undefined, false],
  ],
);

matching("Numbers are equal however they are written", RULER, [
  ['{"detail":{"x":[300]}}', '{"x":3.0e2}', true],
  ['{"detail":{"x":[300.0]}}', '{"x":300}', true],
  ['{"detail":{"x":[{"numeric":["=",3.018e2]}]}}', '{"x":301.8}', true],
  ['{"detail":{"x":[{"numeric":["=",301.8]}]}}', '{"x":"301.8"}', false],
]);

matching("Numbers longer than a double are compared as they are written", RULER, [
  ['{"detail":{"x":[12345678901234567890]}}', '{"x":12345678901234567890}', true],
  ['{"detail":{"x":[12345678901234567890]}}', '{"x":12345678901234567891}', false],
  ['{"detail":{"x":[123456789012]}}', '{"x":123456789012}', true],
]);

matchingField("A numeric range has open and closed ends", OPERATORS, [
  [{ numeric: [">", 0, "<=", 5] }, 0, false],
  [{ numeric: [">", 0, "<=", 5] }, 1e-9, true],
  [{ numeric: [">", 0, "<=", 5] }, 5, true],
  [{ numeric: [">=", 0, "<", 5] }, 0, true],
  [{ numeric: [">=", 0, "<", 5] }, 5, false],
  [{ numeric: ["<", 10] }, 10, false],
  [{ numeric: ["<=", 10] }, 10, true],
  [{ numeric: [">", -5e9] }, -4_999_999_999.5, true],
  [{ numeric: ["<", 5e9] }, "1", false],
]);

matchingField("A prefix and a suffix are of texts", OPERATORS, [
  [{ prefix: "ab" }, "abc", true],
  [{ prefix: "ab" }, "cab", false],
  [{ prefix: "1" }, 12, false],
  [{ suffix: ".png" }, "a.png", true],
  [{ suffix: ".png" }, "a.png.gz", false],
]);

matchingField("equals-ignore-case works alone and inside prefix and suffix", OPERATORS, [
  [{ "equals-ignore-case": "alice" }, "ALICE", true],
  [{ "equals-ignore-case": "ÄRGER" }, "ärger", true],
  [{ "equals-ignore-case": "alice" }, "alices", false],
  [{ prefix: { "equals-ignore-case": "EventB" } }, "EVENTBridge", true],
  [{ prefix: { "equals-ignore-case": "EventB" } }, "anEventB", false],
  [{ suffix: { "equals-ignore-case": ".PNG" } }, "a.png", true],
  [{ suffix: { "equals-ignore-case": ".PNG" } }, "a.pngx", false],
]);

matchingField("anything-but takes texts, numbers, lists, and operators with lists", OPERATORS, [
  [{ "anything-but": "a" }, "b", true],
  [{ "anything-but": "a" }, "a", false],
  [{ "anything-but": 5 }, 5, false],
  [{ "anything-but": ["a", "b"] }, "b", false],
  [{ "anything-but": [100, 200] }, 300, true],
  [{ "anything-but": { prefix: "init" } }, "initial", false],
  [{ "anything-but": { prefix: ["init", "err"] } }, "error", false],
  [{ "anything-but": { suffix: ".txt" } }, "a.md", true],
  [{ "anything-but": { suffix: [".txt", ".md"] } }, "a.md", false],
  [{ "anything-but": { "equals-ignore-case": "Stopped" } }, "STOPPED", false],
  [{ "anything-but": { "equals-ignore-case": ["Stopped", "Over"] } }, "going", true],
  [{ "anything-but": { wildcard: "*/lib/*" } }, "/src/lib/x", false],
  [{ "anything-but": { wildcard: ["*.jar", "*.class"] } }, "x.class", false],
]);

matchingField("anything-but wants the field to be there", OPERATORS, [
  [{ "anything-but": "a" }, undefined, false],
  [{ "anything-but": "a" }, null, true],
  [{ "anything-but": "a" }, 1, true],
]);

matchingField("A wildcard stands for any characters, and is escaped by a backslash", OPERATORS, [
  [{ wildcard: "dir/*" }, "dir/a/b", true],
  [{ wildcard: "*.png" }, "a.png", true],
  [{ wildcard: "a*b*c" }, "axxbyyc", true],
  [{ wildcard: "a*b*c" }, "axxcyyb", false],
  [{ wildcard: "*" }, "", true],
  [{ wildcard: "a\\*b" }, "a*b", true],
  [{ wildcard: "a\\*b" }, "axb", false],
  [{ wildcard: "a\\\\*" }, "a\\anything", true],
]);

matchingField("A CIDR block matches addresses of its own version", OPERATORS, [
  [{ cidr: "10.0.0.0/24" }, "10.0.0.255", true],
  [{ cidr: "10.0.0.0/24" }, "10.0.1.0", false],
  [{ cidr: "10.0.0.77/24" }, "10.0.0.1", true],
  [{ cidr: "2001:db8::/32" }, "2001:db8:1::1", true],
  [{ cidr: "2001:db8::/32" }, "2001:db9::1", false],
  [{ cidr: "0.0.0.0/0" }, "::1", false],
  [{ cidr: "10.0.0.0/24" }, "no address", false],
]);

matchingField("An IPv6 address matches in every way it can be written", RULER, [
  ["2001:db8::1", "2001:0DB8:0:0:0:0:0:1", true],
  ["2001:db8::1", "2001:db8::2", false],
]);

matching("exists speaks of leaves, not of objects", OPERATORS, [
  [{ detail: { x: [{ exists: true }] } }, { x: 1 }, true],
  [{ detail: { x: [{ exists: true }] } }, { x: null }, true],
  [{ detail: { x: [{ exists: true }] } }, {}, false],
  [{ detail: { x: [{ exists: true }] } }, { x: { y: 1 } }, false],
  [{ detail: { x: [{ exists: false }] } }, { x: { y: 1 } }, true],
  [{ detail: { x: [{ exists: false }] } }, { x: 1 }, false],
  [{ detail: { x: { y: [{ exists: false }] } } }, { z: 1 }, true],
  [{ detail: { x: ["a", { exists: false }] } }, {}, true],
]);

matching("Every field must match, any of a field's values may", "EventBridge guide: Arrays in patterns", [
  [{ source: ["x", "shop"], detail: { a: [1] } }, { a: 1 }, true],
  [{ source: ["shop"], detail: { a: [1], b: [2] } }, { a: 1, b: 3 }, false],
  [{ source: ["other"] }, {}, false],
]);

matching("An array matches with any of its elements", "EventBridge guide: Arrays in patterns", [
  [{ resources: ["b", "z"] }, {}, true],
  [{ resources: ["c"] }, {}, false],
  [{ detail: { x: [{ "anything-but": "a" }] } }, { x: ["a", "b"] }, true],
  [{ detail: { x: ["deep"] } }, { x: [["deep"]] }, true],
]);

const employees = [
  { firstName: "John", lastName: "Doe" },
  { firstName: "Anna", lastName: "Smith" },
];
matching("Fields of objects in an array match in one and the same element", RULER, [
  [{ detail: { e: { firstName: ["Anna"], lastName: ["Smith"] } } }, { e: employees }, true],
  [{ detail: { e: { firstName: ["Anna"], lastName: ["Doe"] } } }, { e: employees }, false],
  [
    { detail: { e: { firstName: ["Anna"], lastName: ["Doe"] } } },
    { e: [[employees[0]], [employees[1]]] },
    false,
  ],
  [{ detail: { e: { firstName: ["John"] }, f: [1] } }, { e: employees, f: [2, 1] }, true],
]);

// event-ruler, testACWithExistFalseRule, in our words.
const orders = [{ state: "OPEN" }, { state: "CLOSED", refund: { by: "ada" } }];
matching("A field of objects in an array may be absent from the element that matches", RULER, [
  [
    { detail: { o: { state: ["OPEN"], zip: [{ exists: false }] } } },
    { o: [{ state: "OPEN" }, { zip: 1 }] },
    true,
  ],
  [
    { detail: { o: { state: ["OPEN"], zip: [{ exists: false }] } } },
    { o: [{ state: "OPEN", zip: 1 }, {}] },
    false,
  ],
  [
    { detail: { o: { id: [1], refund: { by: [{ exists: false }] } } } },
    { o: [{ id: 1 }, { id: 2, ...orders[1] }] },
    true,
  ],
  // Paths are checked in their order, and no element is chosen yet for this one.
  [{ detail: { o: { refund: { by: [{ exists: false }] }, state: ["OPEN"] } } }, { o: orders }, false],
]);

matching("$or matches one of its ways, beside and inside other fields", OPERATORS, [
  [{ source: ["shop"], $or: [{ detail: { a: [1] } }, { detail: { b: [2] } }] }, { b: 2 }, true],
  [{ source: ["shop"], $or: [{ detail: { a: [1] } }, { detail: { b: [2] } }] }, { b: 3 }, false],
  [{ source: ["no"], $or: [{ detail: { a: [1] } }, { detail: { b: [2] } }] }, { b: 2 }, false],
  [{ detail: { $or: [{ a: [1] }, { $or: [{ b: [2] }, { c: [3] }] }] } }, { c: 3 }, true],
  [{ detail: { a: [1], $or: [{ b: [2] }, { c: [3] }] } }, { a: 1 }, false],
]);

matching("A key with dots is the same path as nested keys", RULER, [
  [{ detail: { "a.b": ["x"] } }, { a: { b: "x" } }, true],
  [{ detail: { a: { b: ["x"] } } }, { "a.b": "x" }, true],
]);

const refused: readonly (readonly [why: string, pattern: unknown])[] = [
  ["no JSON", "{"],
  ["not an object", "[1]"],
  ["empty", {}],
  ["an empty object inside", { detail: {} }],
  ["an empty list", { source: [] }],
  ["a bare value", { source: "shop" }],
  ["a list in a list", { source: [["shop"]] }],
  ["an unknown operator", { source: [{ starts: "x" }] }],
  ["two operators in one", { source: [{ prefix: "a", suffix: "b" }] }],
  ["prefix of a number", { source: [{ prefix: 1 }] }],
  ["suffix of a list", { source: [{ suffix: ["a"] }] }],
  ["equals-ignore-case of a list", { source: [{ "equals-ignore-case": ["a"] }] }],
  ["anything-but of nothing", { source: [{ "anything-but": [] }] }],
  ["anything-but of null", { source: [{ "anything-but": null }] }],
  ["anything-but of texts and numbers", { source: [{ "anything-but": ["a", 1] }] }],
  ["anything-but of an empty prefix", { source: [{ "anything-but": { prefix: "" } }] }],
  ["anything-but of numbers as suffixes", { source: [{ "anything-but": { suffix: [1] } }] }],
  ["exists of a text", { source: [{ exists: "yes" }] }],
  ["numeric of a text", { source: [{ numeric: ["=", "1"] }] }],
  ["numeric without a bound", { source: [{ numeric: [">"] }] }],
  ["a numeric range upside down", { source: [{ numeric: ["<", 1, ">", 0] }] }],
  ["an empty numeric range", { source: [{ numeric: [">", 1, "<", 1] }] }],
  ["a numeric bound that is out of bounds", { source: [{ numeric: ["<", 5e9 + 1] }] }],
  ["a CIDR block without length", { source: [{ cidr: "10.0.0.0" }] }],
  ["a CIDR block that is too long", { source: [{ cidr: "10.0.0.0/33" }] }],
  ["a CIDR block of no address", { source: [{ cidr: "10.0.0/8" }] }],
  ["two wildcards in a row", { source: [{ wildcard: "a**b" }] }],
  ["a bad escape in a wildcard", { source: [{ wildcard: "a\\b" }] }],
  ["$or with one way", { $or: [{ source: ["a"] }] }],
  ["$or with a text", { $or: ["a", "b"] }],
  ["an operator as a field inside $or", { source: { $or: [{ prefix: ["a"] }, { suffix: ["b"] }] } }],
];

matching("Fields of the envelope match with the operators of a detail", OPERATORS, [
  [{ source: [{ prefix: "sh" }], "detail-type": [{ suffix: "ed" }] }, {}, true],
  [{ region: [{ "anything-but": { prefix: "us-" } }] }, {}, true],
  [{ time: [{ prefix: "2026-01-05" }] }, {}, true],
  [{ account: [{ wildcard: "1111*3333" }] }, {}, true],
  [{ resources: [{ wildcard: "*c*" }] }, {}, false],
]);

matching("Several tests of one field are alternatives", "EventBridge guide: Arrays in patterns", [
  [{ detail: { x: [{ prefix: "a" }, { suffix: "z" }, 7] } }, { x: "quiz" }, true],
  [{ detail: { x: [{ prefix: "a" }, { suffix: "z" }, 7] } }, { x: 7 }, true],
  [{ detail: { x: [{ exists: false }, "none"] } }, {}, true],
  [{ detail: { x: [{ exists: false }, "none"] } }, { x: "some" }, false],
]);

matching("Numbers in an array are each compared with a range", OPERATORS, [
  [{ detail: { x: [{ numeric: [">", 10] }] } }, { x: [1, 11] }, true],
  [{ detail: { x: [{ numeric: [">", 10, "<", 20] }] } }, { x: [5, 25] }, false],
]);

matchingField("A number is compared with numbers only, below zero as well", OPERATORS, [
  [{ numeric: ["<", 0] }, -0.5, true],
  [{ numeric: ["<", 0] }, "-0.5", false],
  [{ numeric: ["=", -3] }, -3, true],
  [{ numeric: [">=", -1, "<=", 1] }, 0, true],
]);

matchingField("anything-but of a wildcard refuses what the wildcard takes", OPERATORS, [
  [{ "anything-but": { wildcard: "*/lib/*" } }, "/usr/bin/sh", true],
  [{ "anything-but": { wildcard: "*/lib/*" } }, "/usr/lib/libc", false],
  [{ "anything-but": { wildcard: ["a*", "*z"] } }, "quiz", false],
]);

matchingField("anything-but of equals-ignore-case refuses every spelling", OPERATORS, [
  [{ "anything-but": { "equals-ignore-case": "draft" } }, "DRAFT", false],
  [{ "anything-but": { "equals-ignore-case": ["draft", "void"] } }, "Void", false],
  [{ "anything-but": { "equals-ignore-case": ["draft", "void"] } }, "paid", true],
]);

matching("$or may stand inside an object, and beside the object's own fields", OPERATORS, [
  [{ detail: { p: { kind: ["card"], $or: [{ a: [1] }, { b: [2] }] } } }, { p: { kind: "card", b: 2 } }, true],
  [
    { detail: { p: { kind: ["card"], $or: [{ a: [1] }, { b: [2] }] } } },
    { p: { kind: "cash", b: 2 } },
    false,
  ],
  [
    { detail: { p: { kind: ["card"], $or: [{ a: [1] }, { b: [2] }] } } },
    { p: { kind: "card", b: 3 } },
    false,
  ],
]);

matching("A plain value beside objects in an array goes with each of them", "event-ruler: Event", [
  [{ detail: { x: [1], "x.y": ["a"] } }, { x: [1, { y: "a" }, { y: "b" }] }, true],
  [{ detail: { x: [1], "x.y": ["a"] } }, { x: [[{ y: "a" }, 1]] }, true],
  [{ detail: { x: [1], "x.y": ["a"] } }, { x: [[1], [{ y: "a" }]] }, false],
  [{ detail: { x: [1], "x.y": [{ exists: false }] } }, { x: [1, { y: "a" }] }, false],
  [{ detail: { x: [1], "x.y": ["a"], "x.z": ["b"] } }, { x: [1, { y: "a" }, { z: "b" }] }, false],
]);

matching("Fields that the pattern does not name do not matter", "EventBridge guide: Arrays in patterns", [
  [{ detail: { x: [1] } }, { x: 1, y: { z: [null] } }, true],
  [{ "detail-type": ["Placed"] }, { x: 1 }, true],
]);

matching("A field below a text or a number is absent", OPERATORS, [
  [{ detail: { x: { y: [{ exists: true }] } } }, { x: "text" }, false],
  [{ detail: { x: { y: [{ exists: false }] } } }, { x: "text" }, true],
  [{ detail: { x: { y: ["a"] } } }, { x: 1 }, false],
]);

matching("Of a field that is given twice the last list counts", "EventBridge, recorded: Event patterns", [
  ['{"detail":{"x":[{"prefix":"us-"}],"x":[{"anything-but":"us-east"}]}}', { x: "eu-central-1" }, true],
  ['{"detail":{"x":["a"],"x":["b"]}}', { x: "a" }, false],
  ['{"detail":{"x":["a"],"x":["b"],"x":["a"]}}', { x: "a" }, true],
]);

matching("Objects of one name are one, and so is a path with dots", RULER, [
  ['{"detail":{"x":["a"]},"detail":{"y":["b"]}}', { x: "a", y: "b" }, true],
  ['{"detail":{"x":["a"]},"detail":{"y":["b"]}}', { y: "b" }, false],
  ['{"detail":{"x":{"a":[1]},"x.a":[2]}}', { x: { a: 2 } }, true],
  ['{"detail":{"x":{"a":[1]},"x.a":[2]}}', { x: { a: 1 } }, false],
]);

matching("An object with several $or wants one way of each", RULER, [
  ['{"detail":{"$or":[{"a":[1]},{"b":[1]}],"$or":[{"c":[1]},{"d":[1]}]}}', { b: 1, c: 1 }, true],
  ['{"detail":{"$or":[{"a":[1]},{"b":[1]}],"$or":[{"c":[1]},{"d":[1]}]}}', { a: 1, b: 1 }, false],
  ['{"detail":{"$or":[{"a":[1]},{"b":[1]}],"$or":[{"c":[1]},{"d":[1]}]}}', { c: 1 }, false],
]);

matching("A pattern is taken with as many wildcards as one text cannot match much of", OPERATORS, [
  [
    { detail: { x: ["a", "b", "c"].map((name) => ({ wildcard: `*:stack/${name}/*` })) } },
    { x: "arn:stack/b/1" },
    true,
  ],
  [
    { detail: { x: [{ wildcard: "/Users/*/dir/dir/dir/dir/dir/doc.txt" }] } },
    { x: "/Users/a/dir/doc.txt" },
    false,
  ],
]);

behaviour(
  "A wildcard that is too complex is refused, in a list and in anything-but as well",
  "EventBridge, recorded: Event patterns",
  async (world) => {
    const wildcard = "*:*:*:*:*:event-bus/*";
    for (const x of [
      [{ wildcard }],
      [{ "anything-but": { wildcard } }],
      [{ "anything-but": { wildcard: ["a*", wildcard] } }],
      ["a", "b", "c", "d"].map((name) => ({ wildcard: `*:stack/${name}/*` })),
      ["bif", "tif", "tiff", "svs"].map((end) => ({ wildcard: `*/datasync/*.${end}` })),
    ])
      await expect(isMatch(world, { detail: { x } }, { x: "a" })).rejects.toMatchObject({
        name: "InvalidEventPatternException",
        message: expect.stringContaining("Rule is too complex"),
      });
  },
);

/** By the test of `x` that is refused. */
function refusing(name: string, source: Source, cases: readonly (readonly [unknown, string])[]): void {
  behaviour(name, source, async (world) => {
    for (const [test, reason] of cases)
      await expect(isMatch(world, { detail: { x: [test] } }, {}), JSON.stringify(test)).rejects.toMatchObject(
        {
          name: "InvalidEventPatternException",
          message: `Event pattern is not valid. Reason: ${reason} (at detail.x)`,
        },
      );
  });
}

const MIXED = "Inside anything but list, either all values are number or string, mixed type is not supported";
refusing("A refused anything-but says why", "EventBridge, recorded: Event patterns", [
  [{ "anything-but": null }, "Value of anything-but must be an array or single string/number value."],
  [{ "anything-but": ["a", null] }, "Inside anything but list, start|null|boolean is not supported."],
  [{ "anything-but": ["a", 1] }, MIXED],
  [{ "anything-but": { prefix: "" } }, "Null prefix/suffix not allowed"],
  [{ "anything-but": { suffix: 1 } }, "prefix/suffix match pattern must be a string"],
  [
    { "anything-but": { prefix: { "equals-ignore-case": "a" } } },
    "Value of anything-but must be an array or single string/number value.",
  ],
  [
    { "anything-but": { "equals-ignore-case": ["a", 1] } },
    "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
  ],
  [{ "anything-but": { wildcard: 1 } }, "wildcard match pattern must be a string"],
]);

refusing("A refused number, address or wildcard says why", "EventBridge, recorded: Event patterns", [
  [{ numeric: 10 }, "Value of numeric must be an array."],
  [{ numeric: [">", 0, ">", 0] }, "Bad numeric range operator: >"],
  [{ numeric: [">", 0, "<"] }, "Value of < must be numeric"],
  [{ cidr: "none" }, "Malformed CIDR, one '/' required"],
  [{ cidr: "10.0.0.0/x" }, "Malformed CIDR, mask bits must be an integer"],
  [{ cidr: "xx.11.xx/8" }, "Nonstandard IP address: xx.11.xx"],
  [{ cidr: ["10.0.0.0/8"] }, "prefix match pattern must be a string"],
  [{ wildcard: "a**" }, "Consecutive wildcard characters at pos 2"],
]);

refusing("What else is refused says why", "event-ruler: JsonRuleCompiler", [
  [{}, "Match expression name not found"],
  [{ prefix: "a", suffix: "b" }, "Only one key allowed in match expression"],
  [{ numeric: ["=", 1], prefix: "a" }, "Too many elements in numeric expression"],
  [{ prefix: { wildcard: "a" } }, "Unsupported prefix pattern: wildcard"],
  [{ suffix: {} }, "Suffix expression name not found"],
  [{ suffix: { "equals-ignore-case": 1 } }, "equals-ignore-case match pattern must be a string"],
  [{ exactly: 1 }, "exact match pattern must be a string"],
  [{ "anything-but": { cidr: "::/8" } }, "Unsupported anything-but pattern: cidr"],
  [{ numeric: [] }, "Invalid member in numeric match: ]"],
  [{ numeric: ["<", 1, "<", 2] }, "Too many elements in numeric expression"],
  [{ numeric: ["=", "1"] }, "Value of equals must be numeric"],
  [{ numeric: [">", 1, 2] }, "Bad value in numeric range: 2"],
  [{ numeric: [">", 2, "<", 1] }, "Bottom must be less than top"],
  [{ cidr: "300.1.1.1/8" }, "Invalid IP address: 300.1.1.1"],
  [{ wildcard: "ä\\b" }, "Invalid escape character at pos 3"],
  [[], "Match value must be String, number, true, false, or null"],
  [{ exists: 1 }, "exists match pattern must be either true or false."],
]);

matchingField(
  "A block of addresses may have a sign and a slash at its end",
  "event-ruler: JsonRuleCompiler",
  [
    [{ cidr: "10.0.0.0/+8" }, "10.1.2.3", true],
    [{ cidr: "10.0.0.0/8/" }, "11.1.2.3", false],
  ],
);

behaviour(
  "What is no pattern is refused by TestEventPattern",
  "EventBridge API: TestEventPattern",
  async (world) => {
    for (const [why, pattern] of refused) {
      await expect(isMatch(world, pattern, {}), why).rejects.toBeInstanceOf(InvalidEventPatternException);
    }
  },
);

behaviour("What is no pattern is refused by PutRule", "EventBridge API: PutRule", async (world) => {
  const EventBusName = world.unique("bus");
  await world.eventBridge.send(new CreateEventBusCommand({ Name: EventBusName }));
  for (const [why, pattern] of refused) {
    const command = new PutRuleCommand({ EventBusName, Name: "rule", EventPattern: json(pattern) });
    await expect(world.eventBridge.send(command), why).rejects.toBeInstanceOf(InvalidEventPatternException);
  }
});
