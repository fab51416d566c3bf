// Watching an order, aborting requests, and one key per intent.
import { expect, onTestFinished, test, vi } from "vitest";
import { createIntent, createStorefront, newIdempotencyKey } from "./index.ts";

/** A shop that gives these answers one after the other, and what it was asked. */
function aShop(...answers: (() => Response | Promise<Response>)[]) {
  const asked: { path: string; etag: string | null }[] = [];
  const pauses: number[] = [];
  const shop = createStorefront({
    baseUrl: "http://shop.example",
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      asked.push({ path: pathname + search, etag: request.headers.get("if-none-match") });
      request.signal.throwIfAborted();
      return (await answers[asked.length - 1]?.()) ?? Response.json({}, { status: 500 });
    },
    retry: { attempts: 2, random: () => 1, pause: async (milliseconds) => void pauses.push(milliseconds) },
  });
  return { asked, pauses, shop };
}

const order = (status: string, etag: string) => () =>
  Response.json({ orderId: "ord_1", status }, { headers: { etag } });
const unchanged =
  (headers: Record<string, string> = {}) =>
  () =>
    new Response(null, { status: 304, headers });

test("an order is watched from how it is to its decision, each request waiting for what comes next", async () => {
  const { asked, shop } = aShop(
    order("PLACED", '"1"'),
    unchanged(),
    order("RESERVED", '"2"'),
    order("CONFIRMED", '"4"'),
  );
  const seen: string[] = [];
  for await (const { status } of shop.watch("ord_1")) seen.push(status);
  expect(seen).toEqual(["PLACED", "RESERVED", "CONFIRMED"]);
  expect(asked).toEqual([
    { path: "/orders/ord_1", etag: null },
    { path: "/orders/ord_1?wait=20", etag: '"1"' },
    { path: "/orders/ord_1?wait=20", etag: '"1"' },
    { path: "/orders/ord_1?wait=20", etag: '"2"' },
  ]);
});

test("where there is no place to wait in, the next request comes when the API says", async () => {
  const { pauses, shop } = aShop(
    order("PLACED", '"1"'),
    unchanged({ "retry-after": "2" }),
    order("REJECTED", '"2"'),
  );
  for await (const _ of shop.watch("ord_1"));
  expect(pauses).toEqual([2000]);
});

test("a watch that is aborted throws the reason, also while it pauses", async () => {
  const leaving = new AbortController();
  const { asked, shop } = aShop(order("PLACED", '"1"'), () => {
    leaving.abort(new Error("the page is closed"));
    return unchanged({ "retry-after": "30" })();
  });
  const watching = async () => {
    for await (const _ of shop.watch("ord_1", { signal: leaving.signal }));
  };
  await expect(watching()).rejects.toThrow("the page is closed");
  expect(asked).toHaveLength(2);
});

test("a request that is aborted is not sent again, and its pause ends", async () => {
  const leaving = new AbortController();
  const { asked, shop } = aShop(() => {
    leaving.abort(new Error("left"));
    return Response.json({}, { status: 503 });
  });
  await expect(shop.order("ord_1", { signal: leaving.signal })).rejects.toThrow("left");
  expect(asked).toHaveLength(1);
});

test("an order that is as it was is no change, and one that is another has its ETag", async () => {
  const { asked, shop } = aShop(unchanged(), order("CONFIRMED", '"5"'));
  expect(await shop.orderSince("ord_1", { etag: '"4"' })).toBeUndefined();
  expect(await shop.orderSince("ord_1", { etag: '"4"', waitSeconds: 5 })).toMatchObject({ etag: '"5"' });
  expect(asked.map(({ path }) => path)).toEqual(["/orders/ord_1", "/orders/ord_1?wait=5"]);
});

test("a page of plain HTTP under a name of its own makes keys, each another", () => {
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  onTestFinished(() => void vi.unstubAllGlobals());
  const made = [newIdempotencyKey(), newIdempotencyKey()];
  expect(made.every((key) => /^[0-9a-f]{32}$/.test(key))).toBe(true);
  expect(made[0]).not.toBe(made[1]);
});

test("an intent has one key over reloads of its page, and another for other content or when it is over", async () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
  const basket = { lines: [{ sku: "TEA", quantity: 1 }], contact: { email: "ada@example.com" } };
  const key = await createIntent("basket", { storage }).keyFor(basket);
  const reloaded = createIntent("basket", { storage });
  expect(await reloaded.keyFor(basket)).toBe(key);
  expect([...kept.values()].join()).not.toContain("ada");
  const other = await reloaded.keyFor({ ...basket, currency: "EUR" });
  expect(other).not.toBe(key);
  reloaded.over();
  expect(await reloaded.keyFor({ ...basket, currency: "EUR" })).not.toBe(other);
});
