// What every store of the customers' keys does; the in-memory one and DynamoDB's both pass it.
import { expect, test } from "vitest";
import type { ForgettingKeyStore, StoppingKeyStore } from "./keys.ts";

const key = (id: string) => ({ id, bytes: new Uint8Array(32).fill(id.charCodeAt(0)) });
const plain = (found: { id: string; bytes: Uint8Array } | undefined) =>
  found && { id: found.id, bytes: [...found.bytes] };

/** `create` may give the same store every time: each test has customers of its own. */
export function keyStoreSuite(create: () => ForgettingKeyStore & StoppingKeyStore): void {
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

  test("an address is marked under its customer's key, a complaint weighs more, and the key stays as it was", async () => {
    const keys = create();
    const five = await keys.create("five", key("a"));
    expect(five.stops).toBeUndefined();
    await keys.stop("five", "a", "one", "bounced");
    await keys.stop("five", "a", "one", "complained");
    await keys.stop("five", "a", "one", "bounced");
    await keys.stop("five", "a", "other", "bounced");
    const found = await keys.load("five", true);
    expect(found?.stops).toEqual({ one: "complained", other: "bounced" });
    expect(plain(found)).toEqual(plain(five));
  });

  test("nothing is marked under another key, or for a customer who has none; a mark goes with its key", async () => {
    const keys = create();
    await keys.create("six", key("a"));
    await keys.stop("six", "b", "one", "bounced");
    await keys.stop("nobody", "a", "one", "bounced");
    expect((await keys.load("six", true))?.stops).toBeUndefined();
    expect(await keys.load("nobody", true)).toBeUndefined();
    await keys.stop("six", "a", "one", "bounced");
    await keys.forget("six");
    expect((await keys.create("six", key("c"))).stops).toBeUndefined();
  });
}
