// What was sealed for a customer opens until they are forgotten, and never as another's or about another.
import { randomBytes } from "node:crypto";
import { Personal } from "@order-saga/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { contactIn, contactText } from "./contact.ts";
import { createMemoryKeys } from "./memory.ts";
import { createOpen, createSeal, createSealForKnown } from "./personal-data.ts";
import { customerOf } from "./sealing.ts";

function aShop() {
  const keys = createMemoryKeys();
  return { keys, ...createSeal(keys, randomBytes), ...createOpen(keys) };
}

test("any text of any customer is opened as it was, and the contract knows its form", async () => {
  const { open, seal } = aShop();
  const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant("Zoë 👩‍🚀".repeat(100)));
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), text, async (principal, subject, given) => {
      const whole = given.toWellFormed();
      const sealed = await seal(principal, subject, whole);
      expect(Personal.safeParse(sealed).success).toBe(true);
      expect(await open(sealed, subject)).toBe(whole);
    }),
    { numRuns: 200 },
  );
});

test("nothing of the text is in what is sealed, and the same text is never sealed alike", async () => {
  const { seal } = aShop();
  const sealed = await seal("ada", "ord_1", "ada@example.com");
  const bytes = Buffer.from(sealed.split(".")[2] ?? "", "base64url").toString("latin1");
  for (const part of ["ada", "example"]) expect(sealed + bytes).not.toContain(part);
  expect(await seal("ada", "ord_1", "ada@example.com")).not.toBe(sealed);
});

test("a forgotten customer's text does not open, and what they say afterwards does", async () => {
  const { keys, open, seal } = aShop();
  const before = await seal("ada", "ord_1", "before");
  const others = await seal("eve", "ord_2", "of another");
  await keys.forget(customerOf("ada"));
  expect(await open(before, "ord_1")).toBeUndefined();
  const after = await seal("ada", "ord_1", "after");
  expect(await open(before, "ord_1")).toBeUndefined();
  expect(await open(after, "ord_1")).toBe("after");
  expect(await open(others, "ord_2")).toBe("of another");
});

test("what was changed, or is put into another order, does not open as anything", async () => {
  const { open, seal } = aShop();
  const sealed = await seal("ada", "ord_1", "ada@example.com");
  await expect(open(sealed, "ord_2")).rejects.toThrow();
  const [version, names, text = ""] = sealed.split(".");
  const changed = Buffer.from(text, "base64url").map((byte, at) => (at === 14 ? byte ^ 1 : byte));
  await expect(
    open([version, names, Buffer.from(changed).toString("base64url")].join("."), "ord_1"),
  ).rejects.toThrow();
});

test.each(["", "v1", "v1.short.AAAA", "v2.aaaaaaaaaaaaaaaabbbb.AAAA", "ada@example.com"])(
  "%j was never sealed",
  async (text) => {
    await expect(aShop().open(text, "ord_1")).rejects.toThrow(TypeError);
  },
);

test("a contact is itself again, with a name or without", () => {
  for (const contact of [{ email: "ada@example.com" }, { email: "zoë@example.com", name: 'Zoë "Z" O’Neil' }])
    expect(contactIn(contactText(contact))).toEqual(contact);
});

test("a key that an inconsistent read has not seen yet is asked for again", async () => {
  const keys = createMemoryKeys();
  const sealed = await createSeal(keys, randomBytes).seal("ada", "ord_1", "text");
  const lagging = {
    load: (customer: string, isFresh: boolean) =>
      isFresh ? keys.load(customer, true) : Promise.resolve(undefined),
  };
  expect(await createOpen(lagging).open(sealed, "ord_1")).toBe("text");
});

test("many texts cost one look at the key, and are opened in their order", async () => {
  const keys = createMemoryKeys();
  let looks = 0;
  const load: typeof keys.load = (...given) => {
    looks++;
    return keys.load(...given);
  };
  const counted = { ...keys, load };
  const texts = ["PO-1", "", "PO-3"];
  const sealed = await createSeal(counted, randomBytes).sealAll("ada", "bulk_1", texts);
  expect(looks).toBe(1);
  expect(await createOpen(counted).openAll(sealed, "bulk_1")).toEqual(texts);
  expect(looks).toBe(2);
  expect(await createOpen(counted).openAll([], "bulk_1")).toEqual([]);
  expect(await createSeal(counted, randomBytes).sealAll("eve", "bulk_1", [])).toEqual([]);
  expect(looks).toBe(2);
});

test("what is said of a customer who has no key is not kept, and makes none", async () => {
  const keys = createMemoryKeys();
  const { sealForKnown } = createSealForKnown(keys, randomBytes);
  expect(await sealForKnown("ada", "ord_1", "why")).toBeUndefined();
  expect(await keys.load(customerOf("ada"), true)).toBeUndefined();
  await createSeal(keys, randomBytes).seal("ada", "ord_1", "contact");
  expect(await createOpen(keys).open((await sealForKnown("ada", "ord_1", "why")) ?? "", "ord_1")).toBe("why");
});
