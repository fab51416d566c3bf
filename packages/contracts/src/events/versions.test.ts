// An event with two versions: both are read, one is said, and what is recorded keeps its bytes.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { defineEvents, earlier } from "./define.ts";
import { newestOf, readEvent, saidAs, type Versioned } from "./versions.ts";

const amount = z.int().check(z.gte(0), z.lte(99_999_999));
const currency = z.string().check(z.regex(/^[A-Z]{3}$/));
const first = z.object({ amount, currency });
const second = z.object({ total: z.object({ value: amount, currency }) });

const definition = (isStillFirst: boolean): Versioned =>
  defineEvents("orders", {
    OrderConfirmed: {
      layer: 4,
      description: "The order is paid.",
      data: second,
      before: earlier(
        1,
        first,
        ({ amount, currency }) => ({ total: { value: amount, currency } }),
        isStillFirst ? ({ total }) => ({ amount: total.value, currency: total.currency }) : undefined,
      ),
    },
  }).OrderConfirmed;

const envelope = {
  id: "778bd69f-d7d9-58b8-bc62-86dda648afd2",
  type: "OrderConfirmed",
  version: 1,
  orderId: "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
  causationId: null,
  occurredAt: "2026-01-05T12:00:00.000Z",
  producer: "orders",
};
/** The golden pair: what was said, and what is read. */
const golden = {
  old: { ...envelope, data: { amount: 1980, currency: "EUR" } },
  now: { ...envelope, version: 2, data: { total: { value: 1980, currency: "EUR" } } },
};

describe.each([
  ["while the first is still said", definition(true)],
  ["once the second is said", definition(false)],
])("%s", (_, versioned) => {
  test("both versions are read, as the newest", () => {
    expect(readEvent(versioned, golden.old)).toEqual({ success: true, data: golden.now });
    expect(readEvent(versioned, golden.now)).toEqual({ success: true, data: golden.now });
  });

  test("an old event is mended and loses unknown fields, as a new one does", () => {
    const spelled = { ...golden.old, occurredAt: "2026-01-05T12:00:00Z", added: 1 };
    expect(readEvent(versioned, spelled)).toEqual({ success: true, data: golden.now });
  });

  test.each([
    ["a broken old event", { ...golden.old, data: { amount: -1, currency: "EUR" } }, "/data/amount"],
    ["new data under the old version", { ...golden.now, version: 1 }, "/data/amount"],
    ["old data under the new version", { ...golden.old, version: 2 }, "/data/total"],
    ["a version after the newest", { ...golden.now, version: 3 }, "/version"],
    ["nothing", null, "/"],
  ])("%s is refused at its place", (_, detail, pointer) => {
    const read = readEvent(versioned, detail);
    expect(read.success ? "" : `/${read.error.issues[0]?.path.join("/")}`).toBe(pointer);
  });

  test("a recorded event keeps its bytes, and is understood as the newest", () => {
    const recorded = structuredClone(golden.old);
    expect(newestOf(versioned, recorded)).toEqual(golden.now);
    expect(recorded).toEqual(golden.old);
    expect(newestOf(versioned, golden.now)).toBe(golden.now);
  });
});

test("the first is said for one release, and then the second", () => {
  expect(saidAs(definition(true), golden.now.data)).toEqual({ version: 1, data: golden.old.data });
  expect(saidAs(definition(false), golden.now.data)).toEqual({ version: 2, data: golden.now.data });
});

test("whatever the first version accepts is accepted as the second, and said again as it was", () => {
  const data = fc.record({
    amount: fc.integer({ min: 0, max: 99_999_999 }),
    currency: fc.stringMatching(/^[A-Z]{3}$/),
  });
  fc.assert(
    fc.property(data, (said) => {
      const read = readEvent(definition(true), { ...golden.old, data: said });
      expect(read.success).toBe(true);
      if (read.success)
        expect(saidAs(definition(true), (read.data as { data: unknown }).data).data).toEqual(said);
    }),
  );
});
