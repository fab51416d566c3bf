// Random patterns and events: the engine says of each pair what a model of event-ruler's rules says.
// 400 pairs, at night 30,000; PAIRS asks for more, and FC_SEED repeats a run.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExactly } from "../src/eventbridge/lossless-json.ts";
import { parsePattern } from "../src/eventbridge/state.ts";
import { type Json, matches, write } from "./event-ruler-model.ts";

const pairs = Number(process.env.PAIRS ?? (process.env.NIGHTLY ? 30_000 : 400));
const seed = process.env.FC_SEED ? Number(process.env.FC_SEED) : undefined;

const text = (given: string): Json => ({ text: given });
const number = (given: string): Json => ({ number: given });
const list = (...given: Json[]): Json => ({ list: given });
const one = (key: string, value: Json): Json => ({ object: [[key, value]] });

const words = ["", "a", "ab", "aB", "b", "ba", "a*b", "a.b", "\\", "ä", "Ä", "🫖a", "null", "1"];
const addresses = ["10.0.0.1", "10.0.0.255", "10.0.1.0", "::1", "0:0::1", "2001:db8::1", "2001:0DB8:0::1"];
const numbers = ["0", "-0", "1", "1.0", "1e0", "10E-1", "2", "-1.5", "0.10", "0.1", "100", "1e2"];

const word = fc.constantFrom(...words);
const aText = fc.oneof({ weight: 4, arbitrary: word }, fc.constantFrom(...addresses)).map(text);
const aNumber = fc.constantFrom(...numbers).map(number);
const aWord = fc.constantFrom<Json>({ word: "true" }, { word: "false" }, { word: "null" });
const value = fc.oneof({ weight: 3, arbitrary: aText }, { weight: 2, arbitrary: aNumber }, aWord);

const ownWord = word.filter((each) => each !== "");
/** With escapes where a star or a backslash is meant as such, and never more than one star in a row. */
const wildcard = fc
  .array(fc.constantFrom("a", "b", "B", "*", "\\*", "\\\\", "ä", "."), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.filter((part, index) => part !== "*" || parts[index - 1] !== "*").join(""));
const texts = <T>(of: fc.Arbitrary<T>, make: (each: T) => Json) =>
  fc.oneof(
    of.map(make),
    fc.array(of, { minLength: 1, maxLength: 3 }).map((all) => list(...all.map(make))),
  );
const bound = fc.constantFrom(...numbers).map(number);
const range = fc
  .tuple(fc.constantFrom(">", ">="), bound, fc.constantFrom("<", "<="), bound)
  .filter(([, low, , high]) => Number(write(low)) < Number(write(high)))
  .map(([from, low, to, high]) => list(text(from), low, text(to), high));
const comparison = fc
  .tuple(fc.constantFrom("=", "<", "<=", ">", ">="), bound)
  .map(([operator, than]) => list(text(operator), than));
const cidr = fc.constantFrom("10.0.0.0/24", "10.0.0.77/31", "0.0.0.0/0", "2001:db8::/32", "::/127", "::/0");

const anyCase = (of: fc.Arbitrary<string>) => of.map((each) => one("equals-ignore-case", text(each)));
const operator = fc.oneof(
  fc.boolean().map((is) => one("exists", { word: is ? "true" : "false" })),
  word.map((each) => one("exactly", text(each))),
  fc.oneof(word.map(text), anyCase(word)).map((each) => one("prefix", each)),
  fc.oneof(word.map(text), anyCase(word)).map((each) => one("suffix", each)),
  anyCase(word),
  wildcard.map((each) => one("wildcard", text(each))),
  fc.oneof(range, comparison).map((each) => one("numeric", each)),
  cidr.map((each) => one("cidr", text(each))),
  fc
    .oneof(
      texts(word, text),
      texts(fc.constantFrom(...numbers), number),
      ...["prefix", "suffix", "equals-ignore-case"].map((name) =>
        texts(ownWord, text).map((each) => one(name, each)),
      ),
      texts(wildcard, text).map((each) => one("wildcard", each)),
    )
    .map((each) => one("anything-but", each)),
);

const key = fc.constantFrom("a", "b", "c");
const absence = one("exists", { word: "false" });
const field = fc
  .array(fc.oneof({ weight: 2, arbitrary: value }, operator, fc.constant(absence)), {
    minLength: 1,
    maxLength: 3,
  })
  .map((all) => list(...all));

/** Keys come twice, with dots, and several $or beside each other. */
const { pattern } = fc.letrec<{ pattern: Json; member: [string, Json] }>((tie) => ({
  member: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 4, arbitrary: fc.tuple(key, field) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom("a.b", "b.a"), field) },
    { weight: 2, arbitrary: fc.tuple(key, tie("pattern")) },
    {
      weight: 1,
      arbitrary: fc
        .array(tie("pattern"), { minLength: 2, maxLength: 3 })
        .map((ways): [string, Json] => ["$or", list(...ways)]),
    },
  ),
  pattern: fc
    .array(tie("member"), { minLength: 1, maxLength: 3 })
    .map((members): Json => ({ object: members })),
}));

/** Each key once: what a key that an event has twice means, nothing says. */
const { event } = fc.letrec<{ event: Json; node: Json }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 3, arbitrary: value },
    { weight: 2, arbitrary: tie("event") },
    { weight: 2, arbitrary: fc.array(tie("node"), { maxLength: 3 }).map((all) => list(...all)) },
  ),
  event: fc
    .uniqueArray(fc.tuple(key, tie("node")), { maxLength: 3, selector: ([name]) => name })
    .map((members): Json => ({ object: members })),
}));

test(`of ${pairs} random pairs the engine matches those that the model does`, { timeout: 600_000 }, () => {
  const counts = { matched: 0, missed: 0 };
  fc.assert(
    fc.property(pattern, event, (wanted, given) => {
      const expected = matches(wanted, given);
      counts[expected ? "matched" : "missed"] += 1;
      expect(parsePattern(write(wanted)).matches(parseExactly(write(given)))).toBe(expected);
    }),
    { numRuns: pairs, ...(seed !== undefined && { seed }) },
  );
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(pairs / 20);
});
