// Order ids and fingerprints: the same for the same, different for different, meaningless without the secret.
import { groupOf, OrderId, PlaceOrderRequest } from "@order-saga/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { aRequest } from "../testing.ts";
import { createIdentities, createIdentity } from "./hmac.ts";

const identity = createIdentity("secret");

test("an order id is a valid one, and the same for the same principal and key", () => {
  const id = identity.orderId("ada", "key-0123456789-abc");
  expect(OrderId.parse(id)).toBe(id);
  expect(createIdentity("secret").orderId("ada", "key-0123456789-abc")).toBe(id);
});

test("another principal, key or secret makes another order id", () => {
  const ids = [
    identity.orderId("ada", "key-0123456789-abc"),
    identity.orderId("bob", "key-0123456789-abc"),
    identity.orderId("ada", "key-0123456789-abd"),
    createIdentity("another").orderId("ada", "key-0123456789-abc"),
  ];
  expect(new Set(ids).size).toBe(4);
});

test("orders and bulks of one customer are of one group, those of another customer or secret are not", () => {
  const [one, ...others] = [
    identity.orderId("ada", "key-0123456789-abc"),
    identity.orderId("ada", "key-0123456789-abd"),
    identity.bulkId("ada", "key-0123456789-abc"),
  ].map(groupOf);
  expect(others).toEqual([one, one]);
  expect(one).toMatch(/^group_[0-9a-f]{12}$/);
  expect(groupOf(identity.orderId("bob", "key-0123456789-abc"))).not.toBe(one);
  expect(groupOf(createIdentity("another").orderId("ada", "key-0123456789-abc"))).not.toBe(one);
});

test("the secrets of a rotation are separated by commas, and each makes its own ids", () => {
  const [first, second, ...others] = createIdentities("new, old");
  expect(others).toEqual([]);
  for (const [each, secret] of [[first, "new"] as const, [second, "old"] as const])
    expect(each?.orderId("ada", "key-0123456789-abc")).toBe(
      createIdentity(secret).orderId("ada", "key-0123456789-abc"),
    );
});

test.each(["", "new,", ",old", "new,,old", " "])("an empty secret is refused: %j", (secrets) => {
  expect(() => createIdentities(secrets)).toThrow("A secret of order ids is empty.");
});

test("what stands before and after the border of principal and key is not confused", () => {
  expect(identity.orderId("ada1", "234567890123456789")).not.toBe(
    identity.orderId("ada", "1234567890123456789"),
  );
});

/** The same JSON with the keys of every object in another order. */
function shuffledKeys(value: unknown): fc.Arbitrary<unknown> {
  if (Array.isArray(value)) return fc.tuple(...value.map(shuffledKeys));
  if (typeof value !== "object" || value === null) return fc.constant(value);
  const entries = Object.entries(value);
  return fc
    .shuffledSubarray(entries, { minLength: entries.length })
    .chain((shuffled) =>
      fc.tuple(...shuffled.map(([key, each]) => fc.tuple(fc.constant(key), shuffledKeys(each)))),
    )
    .map((shuffled) => Object.fromEntries(shuffled as [string, unknown][]));
}

test("the order of keys in the body does not matter to a fingerprint", () => {
  const fingerprint = identity.fingerprint(PlaceOrderRequest.parse(aRequest));
  fc.assert(
    fc.property(shuffledKeys(aRequest), (body) => {
      expect(identity.fingerprint(PlaceOrderRequest.parse(body))).toBe(fingerprint);
    }),
  );
});

test("any other value, and another order of lines, makes another fingerprint", () => {
  const bodies: PlaceOrderRequest[] = [
    aRequest,
    { ...aRequest, contact: { email: "ada@example.com" } },
    { ...aRequest, paymentMethod: "pm_card_mastercard" },
    { ...aRequest, expectedTotal: 1980 },
    { ...aRequest, lines: [...aRequest.lines, { sku: "MUG", quantity: 1 }] },
    { ...aRequest, lines: [{ sku: "MUG", quantity: 1 }, ...aRequest.lines] },
  ];
  expect(new Set(bodies.map((body) => identity.fingerprint(PlaceOrderRequest.parse(body)))).size).toBe(6);
});

test("a fingerprint does not show what it was made from", () => {
  expect(identity.fingerprint(aRequest)).toMatch(/^[\w-]{43}$/);
});
