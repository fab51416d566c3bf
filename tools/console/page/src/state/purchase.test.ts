// The idempotency key of a purchase when the button is pressed again.
import { expect, test } from "vitest";
import { purchaseKeys } from "./purchase.ts";

function keys() {
  let made = 0;
  return purchaseKeys(() => `key-${++made}`);
}
const tea = { lines: [{ sku: "TEA-ASSAM", quantity: 1 }] };
const pot = { lines: [{ sku: "POT-CAST-IRON", quantity: 1 }] };

test("pressed again after a lost answer: one key, so that it is bought once", () => {
  const { keyFor } = keys();
  expect([keyFor(tea), keyFor({ ...tea })]).toEqual(["key-1", "key-1"]);
});

test("bought again after it was accepted: another purchase", () => {
  const { keyFor, answered } = keys();
  const first = keyFor(tea);
  answered();
  expect(keyFor(tea)).not.toBe(first);
});

test("another basket is another purchase, as the API would refuse the key for it", () => {
  const { keyFor } = keys();
  expect(keyFor(tea)).not.toBe(keyFor(pot));
});
