// The quick yes: given exactly where zod would accept a value and change nothing, for every event and any damage to it.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { accepts } from "./accepts.ts";
import { eventSchemas, eventTypes, parseEvent } from "./events/index.ts";

const examples = new Map(
  eventTypes.map((type) => {
    const text = readFileSync(new URL(`../examples/${type}.json`, import.meta.url), "utf8");
    return [type, JSON.stringify(JSON.parse(text).detail)] as const;
  }),
);

type Json = { [key: string | number]: unknown };
type Change = { at: number; how: "set" | "drop" | "add" | "repeat" | "turn"; value: unknown };

/** Values that some field somewhere takes, nearly takes, or takes after a change. */
const leaf = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.integer({ min: -1, max: 51 }),
  fc.constantFrom(99_999_999, 100_000_000, 49_950, 49_951, 1.5, 2 ** 53, -0),
  fc.constantFrom(" Ada", "Ada ", "", " ", "a".repeat(200), "a".repeat(201), "👩‍🚀".repeat(40), "\ud83d"),
  fc.constantFrom("ada@example.com", "EUR", "eur", "declined", "voided", "insufficient_funds", "pm_card"),
  fc.constantFrom("2026-02-28T23:59:59.999Z", "2026-02-29T00:00:00.000Z", "2026-02-28T23:59:59Z"),
  fc.constantFrom(`00-${"0a".repeat(16)}-${"0b".repeat(8)}-01`, "00000000-0000-0000-0000-000000000000"),
);
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom("set", "drop", "add", "repeat", "turn"),
  value: leaf,
});

/** Does something to one of the places in a value, wherever it lies. */
function damage(root: unknown, { at, how, value }: Change): void {
  const places: [Json, string][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      places.push([node as Json, key]);
      walk(child);
    }
  };
  walk(root);
  const [parent, key] = places[at % places.length] ?? [];
  if (parent === undefined || key === undefined) return;
  const child = parent[key];
  if (how === "set") parent[key] = value;
  else if (how === "add") parent[Array.isArray(parent) ? parent.length : "added"] = value;
  else if (how === "repeat" && Array.isArray(child)) child.push(...child, ...child);
  else if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else {
    delete parent[key];
    if (how === "turn") parent[key] = child;
  }
}

test("every golden example is accepted at once, and given back as it is", () => {
  for (const [type, text] of examples) {
    const detail = JSON.parse(text);
    const read = parseEvent(type, detail);
    expect(read.success && read.data, type).toBe(detail);
  }
});

test("whatever is done to an event, the quick yes is zod's yes without a change, and no other", () => {
  const quick = new Map(eventTypes.map((type) => [type, accepts(eventSchemas[type])]));
  let accepted = 0;
  fc.assert(
    fc.property(fc.constantFrom(...eventTypes), fc.array(change, { maxLength: 3 }), (type, changes) => {
      const detail = JSON.parse(examples.get(type) ?? "");
      for (const each of changes) damage(detail, each);
      const before = JSON.stringify(detail);
      const judged = eventSchemas[type].safeParse(detail);
      const isYes = quick.get(type)?.(detail);
      expect(isYes).toBe(judged.success && isDeepStrictEqual(judged.data, detail));
      expect(JSON.stringify(detail)).toBe(before);
      const read = parseEvent(type, detail);
      if (judged.success) expect(read).toEqual(judged);
      else expect(read.success ? [] : read.error.issues).toEqual(judged.error.issues);
      accepted += isYes ? 1 : 0;
    }),
    { numRuns: 3000 },
  );
  // Of three thousand, so that neither answer is the only one that was asked for.
  expect(accepted).toBeGreaterThan(500);
  expect(accepted).toBeLessThan(2500);
});

test.each([
  ["a field that zod drops", z.object({ a: z.string() }), { a: "", b: "" }],
  ["a name with space around it", z.string().check(z.trim()), " Ada"],
  ["two halves of one character", z.string().check(z.minLength(2)), "👩"],
  ["a number without end", z.number(), Number.POSITIVE_INFINITY],
  ["a field that only the prototype has", z.object({ a: z.string() }), Object.create({ a: "" })],
  ["a field that is missing", z.object({ a: z.nullable(z.string()) }), {}],
  ["a list in place of an object", z.object({}), []],
  ["nothing in place of an object", z.object({}), null],
])("there is no quick yes for %s", (_, schema: z.ZodMiniType, value) => {
  expect(accepts(schema)(value)).toBe(false);
});

test("zod judges alone what a schema of another kind describes, however deep it lies", () => {
  const kinds = [
    z.union([z.string(), z.number()]),
    z._default(z.string(), "x"),
    z.pipe(z.string(), z.transform(Number)),
    z.string().check(z.refine(async () => true)),
  ];
  for (const kind of kinds)
    expect(accepts(z.object({ list: z.array(kind) }))({ list: ["1"] }), kind.def.type).toBe(false);
});
