// The paging of lists: a cursor leads back to the place that it was made of, and nothing else is one.
import { testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { cursorAfter, orderPlace, pageOf, placeOfOrder, placeOfProduct, placeOfRow } from "./paging.ts";
import { orderIdOf } from "./testing.ts";

const invalid = expect.objectContaining({ problem: expect.objectContaining({ type: "invalid-cursor" }) });
const placedAt = new Date(testNow).toISOString();
const orderId = orderIdOf(7);

test("a cursor names the place that it was made of", () => {
  const place = orderPlace({ placedAt, orderId });
  expect(placeOfOrder(cursorAfter(place))).toEqual({ orderId, place });
  expect(placeOfProduct(cursorAfter("TEA"))).toBe("TEA");
  for (const row of [0, 7, 42, 499]) expect(placeOfRow(cursorAfter(String(row)))).toBe(row);
});

test.each([
  "",
  placedAt,
  `${placedAt}#`,
  `${placedAt}#ord_7`,
  `#${orderId}`,
  `${placedAt}#${orderId}#7`,
  `x${placedAt}#${orderId}`,
  `${placedAt}x#${orderId}`,
  `yesterday#${orderId}`,
  `yesterday#${orderId}#7`,
  `yesterday#${orderId}7`,
])("%j is the place of no order", (place) => {
  expect(() => placeOfOrder(cursorAfter(place))).toThrow(invalid);
});

test.each(["", "no spaces", "#"])("%j is the place of no product", (place) => {
  expect(() => placeOfProduct(cursorAfter(place))).toThrow(invalid);
});

test.each(["", "x7", "7x", "1000", "-1", "1.5"])("%j is the place of no row", (place) => {
  expect(() => placeOfRow(cursorAfter(place))).toThrow(invalid);
});

test("what is not base64url as a cursor has it is none, though it could be decoded", () => {
  for (const cursor of [`${cursorAfter("TEA")}=`, `${cursorAfter("TEA")} `])
    expect(() => placeOfProduct(cursor)).toThrow(invalid);
});

test("a parameter that is not known is named, by its first 64 letters", () => {
  expect(() => pageOf({ ["x".repeat(99)]: "" })).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ detail: "x".repeat(64) }) }),
  );
});
