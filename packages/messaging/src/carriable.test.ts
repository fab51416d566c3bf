// What SQS does not take is escaped, and means the same as before.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { carriable } from "./carriable.ts";

const taken = /^[\t\n\r -\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

test("any JSON is carried, and is the same JSON", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\uFFFE", "a\uFFFFb", "\uDBFF\uDFFF", "\uD800x"),
  );
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const carried = carriable(JSON.stringify(texts));
      expect(carried).toMatch(taken);
      expect(JSON.parse(carried)).toEqual(texts);
    }),
  );
});

test("what is no JSON is carried too, and the rest of it stays", () => {
  expect(carriable("a\u0000b\uFFFFc\uD83Dd\n𠮷")).toBe("a\\u0000b\\uffffc\\ud83dd\n𠮷");
});
