// What every store of the customers' keys does; the in-memory one and DynamoDB's both pass it.
import { expect, test } from "vitest";
import type { ForgettingKeyStore } from "./keys.ts";

const key = (id: string) => ({ id, bytes: new Uint8Array(32).fill(id.charCodeAt(0)) });
const plain = (found: { id: string; bytes: Uint8Array } | undefined) =>
  found && { id: found.id, bytes: [...found.bytes] };

/** `create` may give the same store every time: each test has customers of its own. */
export function keyStoreSuite(create: () => ForgettingKeyStore): void {
  test("the first key that is made stays, if another is made", async () => {
    const keys = create();
    expect(await keys.load("one", true)).toBeUndefined();
    expect(plain(await keys.create("one", key("aaaa")))).toEqual(plain(key("aaaa")));
    expect(plain(await keys.create("one", key("bbbb")))).toEqual(plain(key("aaaa")));
    for (const isFresh of [true, false])
      expect(plain(await keys.load("one", isFresh))).toEqual(plain(key("aaaa")));
  });

  test("two that make a key at once have the same", async () => {
    const keys = create();
    const [one, other] = await Promise.all([keys.create("two", key("a")), keys.create("two", key("b"))]);
    expect(plain(one)).toEqual(plain(other));
  });

  test("a customer who was forgotten has no key, and gets another; no other is touched", async () => {
    const keys = create();
    await keys.create("three", key("a"));
    await keys.create("four", key("b"));
    expect(await keys.forget("three")).toBe(true);
    expect(await keys.forget("three")).toBe(false);
    expect(await keys.load("three", true)).toBeUndefined();
    expect(plain(await keys.load("four", true))).toEqual(plain(key("b")));
    expect(plain(await keys.create("three", key("c")))).toEqual(plain(key("c")));
  });
}
