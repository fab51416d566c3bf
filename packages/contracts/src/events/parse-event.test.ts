// What the reading of an event accepts, drops and refuses.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exampleEvent } from "./examples.ts";
import { type EventType, eventTypes, parseEvent } from "./index.ts";

type Json = { [key: string | number]: unknown };
type Place = { parent: Json; key: string; path: string };

/** Every place in a value, wherever it lies. */
function placesIn(root: unknown, path = ""): Place[] {
  if (typeof root !== "object" || root === null) return [];
  return Object.entries(root).flatMap(([key, child]) => [
    { parent: root as Json, key, path: `${path}/${key}` },
    ...placesIn(child, `${path}/${key}`),
  ]);
}

const aCopy = (type: EventType) => structuredClone(exampleEvent(type)) as unknown as Json;
const isRefused = (type: EventType, detail: unknown) => !parseEvent(type, detail).success;

/** Fields that an event may lack. */
const optional = [
  "/traceparent",
  "/data/contact/name",
  "/data/addressVerified",
  "/data/placedBy",
  "/data/firstErrors/0/reference",
];
const optionalOf: { readonly [T in EventType]?: readonly string[] } = {
  StockFeedRefused: ["/data/rows", "/data/refused"],
  OrderRejected: ["/data/held"],
  RefundMade: ["/data/reason", "/data/restock"],
};

describe.each(eventTypes)("%s", (type) => {
  test("is accepted as its example has it", () => {
    expect(parseEvent(type, aCopy(type))).toEqual({ success: true, data: exampleEvent(type) });
  });

  test("loses fields that this version does not know, at any depth", () => {
    const newer = aCopy(type);
    const objects = [newer, ...placesIn(newer).map(({ key, parent }) => parent[key])];
    for (const each of objects)
      if (typeof each === "object" && each !== null && !Array.isArray(each))
        Object.assign(each, { added: { more: [null, 1] } });
    expect(parseEvent(type, newer)).toEqual({ success: true, data: exampleEvent(type) });
  });

  test("is read with its times in another spelling of RFC 3339, which it loses", () => {
    const spelled = (time: string) => [
      time.replace(/0Z$/, "Z"),
      time.replace("Z", "+00:00"),
      time.replace("Z", "000Z"),
      new Date(Date.parse(time) + 7_200_000).toISOString().replace("Z", "+02:00"),
    ];
    for (const spelling of [0, 1, 2, 3]) {
      const other = aCopy(type);
      for (const { key, parent } of placesIn(other))
        if (/^\d{4}-\d\d-\d\dT/.test(String(parent[key])))
          parent[key] = spelled(String(parent[key]))[spelling];
      expect(other).not.toEqual(exampleEvent(type));
      expect(parseEvent(type, other)).toEqual({ success: true, data: exampleEvent(type) });
    }
  });

  test("is read with null for what may be absent, and is refused with null for what may not", () => {
    for (const { path } of placesIn(aCopy(type))) {
      const other = aCopy(type);
      const place = placesIn(other).find((each) => each.path === path);
      if (!place || Array.isArray(place.parent) || path === "/causationId") continue;
      place.parent[place.key] = null;
      const mayBeAbsent = [...optional, ...(optionalOf[type] ?? [])].includes(path);
      expect(parseEvent(type, other).success, path).toBe(mayBeAbsent);
    }
  });

  test("is refused without any of its fields, and the refusal names the field", () => {
    for (const { path } of placesIn(aCopy(type)).filter(
      (place) => ![...optional, ...(optionalOf[type] ?? [])].includes(place.path),
    )) {
      const broken = aCopy(type);
      const place = placesIn(broken).find((each) => each.path === path);
      if (!place || Array.isArray(place.parent)) continue;
      delete place.parent[place.key];
      const read = parseEvent(type, broken);
      const [issue] = read.success ? [] : read.error.issues;
      expect(`/${issue?.path.join("/")}`, path).toBe(path);
    }
  });

  test("is refused with a list, a text or nothing in place of data", () => {
    for (const data of [[], "", null, undefined])
      expect(isRefused(type, { ...aCopy(type), data })).toBe(true);
  });
});

const leaf = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.integer({ min: -1, max: 51 }),
  fc.constantFrom(99_999_999, 100_000_000, 49_950, 49_951, 1.5, 2 ** 53, -0),
  fc.constantFrom(" Ada", "Ada ", "", " ", "a".repeat(200), "a".repeat(201), "👩‍🚀".repeat(40), "\ud83d"),
  fc.constantFrom("ada@example.com", "EUR", "eur", "declined", "aborted", "insufficient_funds", "pm_card"),
  fc.constantFrom("2026-02-28T23:59:59.999Z", "2026-02-29T00:00:00.000Z", "2026-02-28T23:59:59Z"),
);

test("whatever is changed in an event, what is accepted is accepted again as it was read", () => {
  fc.assert(
    fc.property(fc.constantFrom(...eventTypes), fc.nat(), leaf, (type, at, value) => {
      const detail = aCopy(type);
      const places = placesIn(detail);
      const place = places[at % places.length];
      if (place) place.parent[place.key] = value;
      const before = JSON.stringify(detail);
      const read = parseEvent(type, detail);
      expect(JSON.stringify(detail)).toBe(before);
      if (read.success) expect(parseEvent(type, read.data)).toEqual(read);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["a number of another kind", "OrderConfirmed", { amount: 1.5 }],
  ["an amount beyond the largest", "OrderConfirmed", { amount: 2 ** 53 }],
  ["a day that the calendar does not have", "StockReserved", { reservedUntil: "2026-02-29T00:00:00.000Z" }],
  ["a reason longer than the longest", "OrderCancelRequested", { reason: "a".repeat(501) }],
  ["a word that is none of the choices", "OrderRejected", { reason: "bored" }],
] as [string, EventType, object][])("%s is refused", (_, type, change) => {
  const detail = aCopy(type);
  expect(isRefused(type, { ...detail, data: { ...(detail.data as Json), ...change } })).toBe(true);
});

test("the reason for a cancellation may be as long as the longest, and empty", () => {
  for (const reason of ["", "a".repeat(500)])
    expect(
      isRefused("OrderCancelRequested", {
        ...aCopy("OrderCancelRequested"),
        data: { by: "customer", reason },
      }),
    ).toBe(false);
});

const parts = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

test.each([
  [`00-${parts}`, `00-${parts}`],
  [`01-${parts}`, `00-${parts}`],
  [`cc-${parts}-what-may-come`, `00-${parts}`],
  [`ff-${parts}`, undefined],
  [`00-${parts}-more`, undefined],
  ["00-1-1-1", undefined],
  ["", undefined],
  [7, undefined],
  [null, undefined],
])("an event with the trace %j is read with the trace %j", (traceparent, expected) => {
  const read = parseEvent("OrderPlaced", { ...aCopy("OrderPlaced"), traceparent });
  expect(read.success && read.data.traceparent).toBe(expected);
  expect(read.success).toBe(true);
});

test("what is mended and unknown may be of any depth", () => {
  const levels = 200_000;
  const added = JSON.parse("[".repeat(levels) + "]".repeat(levels));
  for (const traceparent of [`01-${parts}`, added])
    expect(parseEvent("OrderPlaced", { ...aCopy("OrderPlaced"), added, traceparent }).success).toBe(true);
});

test.each(["2026-02-29T00:00:00Z", "2026-02-28", "2026-02-28T12:00:00", "28 Feb 2026 12:00 UTC", 0])(
  "an event at %j is refused",
  (occurredAt) => expect(isRefused("OrderPlaced", { ...aCopy("OrderPlaced"), occurredAt })).toBe(true),
);

test("space around a customer's name is taken away", () => {
  const detail = aCopy("OrderPlaced");
  (detail.data as Json).contact = { email: "ada@example.com", name: " Ada " };
  const read = parseEvent("OrderPlaced", detail);
  expect(read.success && read.data.data.contact?.name).toBe("Ada");
});

test.each([null, undefined, 1, "", [], {}])("%j is no event", (detail) => {
  expect(isRefused("OrderPlaced", detail)).toBe(true);
});

test.each(["OrderPlaced", "BulkPlaced"] as const)(
  "%s says who is written to, sealed or as it once was",
  (type) => {
    const { personal, ...data } = aCopy(type).data as Json;
    const contact = { email: "ada@example.com" };
    for (const recipient of [{ personal }, { contact }, { personal, contact }])
      expect(isRefused(type, { ...aCopy(type), data: { ...data, ...recipient } })).toBe(false);
    for (const recipient of [{}, { personal: "ada@example.com" }, { personal: "" }, { contact: {} }])
      expect(isRefused(type, { ...aCopy(type), data: { ...data, ...recipient } })).toBe(true);
  },
);
