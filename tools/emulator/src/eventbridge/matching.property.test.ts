// Matching and the rule index agree with brute force: every combination of elements, every rule.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type FlatEvent, flatten, type Membership } from "./flatten.ts";
import { treeOf } from "./json-tree.ts";
import type { BusEvent, LiveRule } from "./model.ts";
import { compile, compilePattern } from "./pattern.ts";
import { indexRules } from "./rule-index.ts";

const seed = process.env.FC_SEED ? Number(process.env.FC_SEED) : undefined;
const parameters = { numRuns: 500, ...(seed !== undefined && { seed }) };

type Json = string | number | boolean | { [key: string]: Json } | Json[];

const value = fc.constantFrom<Json>(1, 2, "x");
/** Without plain values beside objects and arrays: they go with each, so that one element is not chosen. */
const ofOneKind = (list: Json[]) => {
  const isPlain = (each: Json | undefined) => typeof each !== "object";
  return list.filter((each) => isPlain(each) === isPlain(list[0]));
};
const { event } = fc.letrec<{ event: Json; node: Json }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    value,
    fc.dictionary(fc.constantFrom("a", "b"), tie("node"), { maxKeys: 2 }),
    fc.array(tie("node"), { maxLength: 3 }).map(ofOneKind),
  ),
  event: fc.dictionary(fc.constantFrom("a", "b"), tie("node"), { minKeys: 1, maxKeys: 2 }),
}));
const { pattern } = fc.letrec<{ pattern: Json }>((tie) => ({
  pattern: fc.dictionary(
    fc.constantFrom("a", "b"),
    fc.oneof({ maxDepth: 3 }, fc.array(value, { minLength: 1, maxLength: 2 }), tie("pattern")),
    { minKeys: 1, maxKeys: 2 },
  ),
}));

/** Every way to choose one element of each array of the event. */
function readings(node: Json): (Json | undefined)[] {
  if (Array.isArray(node)) return node.length === 0 ? [undefined] : node.flatMap(readings);
  if (typeof node !== "object") return [node];
  return Object.entries(node).reduce<Json[]>(
    (soFar, [key, child]) =>
      soFar.flatMap((left) =>
        readings(child).map((right) => ({
          ...(left as object),
          ...(right !== undefined && { [key]: right }),
        })),
      ),
    [{}],
  );
}

function matchesReading(wanted: Json, reading: Json | undefined): boolean {
  if (Array.isArray(wanted)) return wanted.some((each) => each === reading);
  if (typeof wanted !== "object") return false;
  return Object.entries(wanted).every(([key, child]) => {
    const at = typeof reading === "object" && !Array.isArray(reading) ? reading[key] : undefined;
    return matchesReading(child, at);
  });
}

test("an event matches if and only if one reading of its arrays does", () => {
  let yes = 0;
  fc.assert(
    fc.property(pattern, event, (wanted, given) => {
      const expected = readings(given).some((reading) => matchesReading(wanted, reading));
      if (expected) yes++;
      expect(compilePattern(wanted)(given)).toBe(expected);
    }),
    { ...parameters, numRuns: 3000 },
  );
  expect(yes).toBeGreaterThan(50);
});

const absent = { exists: false };
const { pattern: withAbsence } = fc.letrec<{ pattern: Json }>((tie) => ({
  pattern: fc.dictionary(
    fc.constantFrom("a", "b", "c"),
    fc.oneof(
      { maxDepth: 3 },
      fc.array(fc.oneof(value, fc.constant<Json>(absent)), { minLength: 1, maxLength: 2 }),
      tie("pattern"),
    ),
    { minKeys: 1, maxKeys: 3 },
  ),
}));

/** Lists of objects that lack some of their fields, which random values seldom contain. */
const few = fc.constantFrom<Json>(1, 2);
const row = fc.dictionary(
  fc.constantFrom("a", "b", "c"),
  fc.oneof(few, fc.array(fc.dictionary(fc.constantFrom("a", "b"), few), { maxLength: 2 })),
  { maxKeys: 3 },
);
const rows: fc.Arbitrary<Json> = fc.record({ a: fc.array(row, { minLength: 1, maxLength: 3 }) });
const tests = fc.array(fc.oneof(few, fc.constant<Json>(absent)), { minLength: 1, maxLength: 2 });
const ofRows: fc.Arbitrary<Json> = fc
  .dictionary(
    fc.constantFrom("a", "b", "c"),
    fc.oneof(tests, fc.dictionary(fc.constantFrom("a", "b"), tests, { minKeys: 1, maxKeys: 2 })),
    { minKeys: 2, maxKeys: 3 },
  )
  .map((a) => ({ a }));

/** event-ruler's search in its simplest form: path by path, with every value that fits the earlier ones. */
function walks(
  wanted: [string, readonly unknown[]][],
  given: FlatEvent,
  chosen: Membership,
  isAbsentNowhere = false,
): boolean {
  const [[path, tests] = [], ...rest] = wanted;
  if (path === undefined || !tests) return true;
  const all = given.get(path) ?? [];
  const possible = all.filter(({ membership }) =>
    [...membership].every(([array, index]) => (chosen.get(array) ?? index) === index),
  );
  const isAbsent = (isAbsentNowhere ? all : possible).length === 0;
  if (isAbsent && tests.some((each) => typeof each === "object")) {
    return walks(rest, given, chosen, isAbsentNowhere);
  }
  return possible.some(
    ({ value, membership }) =>
      tests.includes(value) && walks(rest, given, new Map([...chosen, ...membership]), isAbsentNowhere),
  );
}

function pathsOf(wanted: Json, path = ""): [string, readonly unknown[]][] {
  if (Array.isArray(wanted)) return [[path, wanted]];
  return Object.entries(wanted).flatMap(([key, child]) =>
    pathsOf(child, path === "" ? key : `${path}.${key}`),
  );
}

test.each([
  ["any event", withAbsence, event],
  ["lists of objects", ofRows, rows],
])("a field may be absent from the elements that were chosen before it: %s", (kind, patterns, events) => {
  let [yes, elsewhere] = [0, 0];
  fc.assert(
    fc.property(patterns, events, (wanted, given) => {
      const flat = flatten(given);
      const paths = pathsOf(wanted).sort(([a], [b]) => (a < b ? -1 : 1));
      const expected = walks(paths, flat, new Map());
      if (expected) yes++;
      if (expected && !walks(paths, flat, new Map(), true)) elsewhere++;
      expect(compilePattern(wanted)(given)).toBe(expected);
    }),
    { ...parameters, numRuns: 5000 },
  );
  expect(yes).toBeGreaterThan(50);
  // Those that match only because the field is in another element.
  if (kind === "lists of objects") expect(elsewhere).toBeGreaterThan(20);
});

const name = fc.constantFrom("a", "b", "c");
const test1 = fc.oneof(
  name,
  name.map((prefix) => ({ prefix })),
  name.map((not) => ({ "anything-but": not })),
);
const field = fc.array(test1, { minLength: 1, maxLength: 3 });
const simple = fc.record(
  { source: field, "detail-type": field, detail: fc.record({ x: field }), resources: field },
  { requiredKeys: [] },
);
const rulePattern = fc
  .record({
    outside: simple,
    ways: fc.option(fc.array(simple, { minLength: 2, maxLength: 3 }), { nil: undefined }),
  })
  .map(({ outside, ways }) => ({ ...outside, ...(ways && { $or: ways }) }))
  .filter((each) => {
    const { $or = [], ...rest } = each as { $or?: object[] };
    return [each, ...$or].every((part) => Object.keys(part).length > 0) && Object.keys(rest).length >= 0;
  });

test("the index finds the rules that trying every rule finds, each once", () => {
  fc.assert(
    fc.property(
      fc.array(rulePattern, { maxLength: 8 }),
      name,
      name,
      fc.oneof(name, fc.array(name, { maxLength: 3 })),
      fc.array(name, { maxLength: 3 }),
      (patterns, source, detailType, x, resources) => {
        const rules = patterns.map((each, index) => ({
          name: String(index),
          enabled: true,
          compiled: compile(treeOf(each)),
        })) as LiveRule[];
        const given = { source, "detail-type": detailType, resources, detail: { x } } as unknown as BusEvent;
        const found = indexRules(rules)
          .matching(given)
          .map((rule) => rule.name);
        const expected = rules.filter((rule) => rule.compiled?.matches(given)).map((rule) => rule.name);
        expect(found.sort()).toEqual(expected.sort());
      },
    ),
    parameters,
  );
});

test.each<[string, (i: number) => object]>([
  ["a type", (i) => ({ source: ["shop"], "detail-type": [`Type${i}`] })],
  ["a value of one field", (i) => ({ detail: { customer: [`c${i}`] } })],
])("of ten thousand rules with %s each, one is tried", (_, pattern) => {
  let tried = 0;
  const rules = Array.from({ length: 10_000 }, (_, i) => {
    const compiled = compile(treeOf(pattern(i)));
    const matchesFlat: typeof compiled.matchesFlat = (flat) => {
      tried++;
      return compiled.matchesFlat(flat);
    };
    return { name: `rule-${i}`, enabled: true, compiled: { ...compiled, matchesFlat } };
  }) as LiveRule[];
  const given = {
    source: "shop",
    "detail-type": "Type9999",
    detail: { customer: "c9999" },
  } as unknown as BusEvent;
  expect(
    indexRules(rules)
      .matching(given)
      .map((rule) => rule.name),
  ).toEqual(["rule-9999"]);
  expect(tried).toBe(1);
});
