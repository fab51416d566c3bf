// The way to the customer's bank and back.
import { expect, test } from "vitest";
import { bankPageOf, wordsOnReturn } from "./bank.ts";

test("the bank's page is the provider's, of the intent that the secret opens", () => {
  expect(bankPageOf("pi_3Qx_secret_a1&b", "http://localhost:4566")).toBe(
    "http://localhost:4566/v1/authenticate/pi_3Qx?client_secret=pi_3Qx_secret_a1%26b",
  );
});

test("who comes back is told what the bank said; who comes otherwise, nothing", () => {
  const back = { payment_intent: "pi_3Qx" };
  expect(wordsOnReturn({ ...back, redirect_status: "succeeded" })).toMatch(/said yes/);
  expect(wordsOnReturn({ ...back, redirect_status: "failed" })).toMatch(/nothing is charged/);
  expect(wordsOnReturn(back)).toMatch(/nothing is charged/);
  expect(wordsOnReturn({})).toBeUndefined();
});
