// Encoded keys sort as DynamoDB's keys, and a range holds what its condition allows.
import fc from "fast-check";
import { expect, test } from "vitest";
import { compares } from "./expressions/evaluate.ts";
import { keyIn, rangeOf, type SortCondition } from "./keys.ts";
import { compareNumbers, difference, readNumber, sum } from "./numbers.ts";
import { type AttributeValue, compare } from "./values.ts";

const texts = fc.oneof(
  fc.string({ minLength: 1, unit: "binary" }),
  fc.constantFrom("a", "ab", "a\0", "a\u0001", "a\u0002", "\ufffd", "\u{1f375}"),
);
const numbers = fc.oneof(
  fc.integer().map(String),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.integer({ min: -120, max: 80 }))
    .map(([digits, power]) => readNumber(`${digits}e${power}`)),
  fc.constantFrom("0", "1", "-1", "0.1", "-0.1", "10", "-10", "1.5"),
);
const values: fc.Arbitrary<AttributeValue>[] = [
  texts.map((S) => ({ S })),
  numbers.map((N) => ({ N })),
  fc.uint8Array({ minLength: 1 }).map((bytes) => ({ B: Buffer.from(bytes).toString("base64") })),
];
const schema = { hash: { name: "h", type: "S" }, range: { name: "r", type: "S" } } as const;
const keyOf = (h: AttributeValue, r: AttributeValue) => keyIn({ h, r }, schema) ?? "";

test.each(["texts", "numbers", "bytes"])("keys with %s sort as these do", (kind) => {
  const value = values[["texts", "numbers", "bytes"].indexOf(kind)] as fc.Arbitrary<AttributeValue>;
  fc.assert(
    fc.property(texts, value, value, (partition, a, b) => {
      const [one, other] = [keyOf({ S: partition }, a), keyOf({ S: partition }, b)];
      expect(one < other ? -1 : one > other ? 1 : 0).toBe(Math.sign(compare(a, b) ?? Number.NaN));
      // SQLite compares by bytes.
      expect(Math.sign(Buffer.compare(Buffer.from(one), Buffer.from(other)))).toBe(
        Math.sign(compare(a, b) ?? 0),
      );
    }),
    { numRuns: 3000 },
  );
});

const conditions = fc.oneof(
  ...values.map((value) =>
    fc.tuple(fc.constantFrom("=", "<", "<=", ">", ">=", "between", "begins_with"), value, value, value),
  ),
);

test("a range holds the keys of its partition that fulfil the condition, and no others", () => {
  fc.assert(
    fc.property(texts, texts, conditions, (partition, other, [operator, value, upper, found]) => {
      const starts = operator === "begins_with" && "S" in value && "S" in found;
      if (operator === "begins_with" && !starts) return;
      const condition = { operator, value, upper } as SortCondition;
      const { from, to } = rangeOf({ S: partition }, condition);
      const isIn = (h: string) => keyOf({ S: h }, found) >= from && keyOf({ S: h }, found) < to;
      const holds =
        operator === "between"
          ? compares(">=", found, value) && compares("<=", found, upper)
          : starts
            ? Buffer.from(found.S).subarray(0, Buffer.byteLength(value.S)).equals(Buffer.from(value.S))
            : compares(operator as "=", found, value);
      expect(isIn(partition)).toBe(holds);
      if (other !== partition) expect(isIn(other)).toBe(false);
    }),
    { numRuns: 5000 },
  );
});

test("sums and differences are exact where DynamoDB has the digits for them", () => {
  const small = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
  const scaled = (digits: bigint) => readNumber(`${digits}e-5`);
  fc.assert(
    fc.property(small, small, (a, b) => {
      expect(sum(scaled(a), scaled(b))).toBe(scaled(a + b));
      expect(difference(scaled(a), scaled(b))).toBe(scaled(a - b));
      expect(Math.sign(compareNumbers(scaled(a), scaled(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
  expect(sum("0.1", "0.2")).toBe("0.3");
  expect(() => sum(`9${"0".repeat(37)}`, "0.1")).toThrow("38 significant digits");
  expect(() => sum(readNumber("9e125"), readNumber("9e125"))).toThrow("overflow");
});
