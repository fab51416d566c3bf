// Personal data leaves neither a record nor a message's text.
import { expect, test } from "vitest";
import { mask, maskText } from "./masking.ts";

const event = {
  data: { contact: { email: "ada@example.com", name: 'Ada "the" Countess' }, lines: [{ name: "Earl Grey" }] },
  authorization: { state: "ACTION_REQUIRED", clientSecret: "pi_1_secret_2" },
  reason: "write to bob@example.org, please",
};

test("a contact's address and name, any address and a client secret; a product keeps its name", () => {
  expect(mask(event)).toEqual({
    data: { contact: { email: "•••", name: "•••" }, lines: [{ name: "Earl Grey" }] },
    authorization: { state: "ACTION_REQUIRED", clientSecret: "•••" },
    reason: "write to •••, please",
  });
});

test("the same in a message's text, which stays JSON", () => {
  expect(JSON.parse(maskText(JSON.stringify(event)))).toEqual(mask(event));
  expect(maskText("not JSON, ada@example.com")).toBe("not JSON, •••");
});
