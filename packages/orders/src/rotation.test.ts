// OrderIdSecret is rotated in steps: one key makes one order, though functions of two steps run at once.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { OrderStore } from "./ports.ts";
import { createMemoryStore } from "./store/memory.ts";
import { aRequest, aShop, tea } from "./testing.ts";

const runbook = readFileSync(new URL("../../../docs/runbooks/rotate-secrets.md", import.meta.url), "utf8");

/** The secret's values in the order of the runbook, after the one that it begins with. */
const values = [...runbook.matchAll(/secret set OrderIdSecret "([^"]+)"/g)].map(([, value = ""]) => value);
const steps = ["$OLD", ...values];
const rollouts = steps.slice(1).map((to, n) => [steps[n] ?? "", to] as const);

/** A request that stops before each of its calls of the store until it is let on. */
function stopping(store: OrderStore) {
  let arrived = Promise.withResolvers<void>();
  let go = Promise.withResolvers<void>();
  const stop = async () => {
    arrived.resolve();
    await go.promise;
  };
  const stopped = new Proxy(store, {
    get:
      (target, method: keyof OrderStore) =>
      async (...given: never[]) => {
        await stop();
        return (target[method] as (...given: never[]) => unknown)(...given);
      },
  });
  return {
    store: stopped,
    arrived: () => arrived.promise,
    next() {
      const { resolve } = go;
      [arrived, go] = [Promise.withResolvers(), Promise.withResolvers()];
      resolve();
    },
  };
}

/** Both requests have one key; bit n of the schedule says which of them makes the nth step. */
async function place(store: OrderStore, secrets: readonly string[], schedule: number): Promise<string[]> {
  const requests = secrets.map((secret) => {
    const { arrived, next, store: stopped } = stopping(store);
    const request = { isDone: false, arrived, next, answer: Promise.resolve("") };
    request.answer = aShop(stopped, {}, secret)
      .place()
      .then(({ body }) => {
        request.isDone = true;
        return String(body.orderId);
      });
    return request;
  });
  for (let n = 0; !requests.every(({ isDone }) => isDone); n++) {
    for (const { answer, arrived } of requests) await Promise.race([answer, arrived()]);
    const chosen = requests[(schedule >> n) & 1];
    const request = chosen?.isDone ? requests.find(({ isDone }) => !isDone) : chosen;
    request?.next();
  }
  return Promise.all(requests.map(({ answer }) => answer));
}

/** More steps than two requests make. */
const schedules = Array.from({ length: 2 ** 6 }, (_, schedule) => schedule);

/** How many orders two requests with one key make, in the schedule where they make most. */
async function ordersAtOnce(secrets: readonly string[]): Promise<number> {
  let most = 0;
  for (const schedule of schedules) {
    const store = createMemoryStore();
    await store.putProduct(tea);
    const answers = await place(store, secrets, schedule);
    most = Math.max(most, store.all().length, new Set(answers).size);
  }
  return most;
}

test("the runbook begins and ends with one secret, and the two are not the same", () => {
  expect(steps.length).toBeGreaterThan(2);
  expect(steps.at(-1)).toBe("$NEW");
});

test.for(rollouts)("while %s becomes %s, one key makes one order in every interleaving", async (rollout) => {
  expect(await ordersAtOnce(rollout)).toBe(1);
  expect(await ordersAtOnce([...rollout].reverse())).toBe(1);
});

test("a step that is left out makes two orders of one key, which this test would find", async () => {
  expect(await ordersAtOnce(["$OLD", "$NEW,$OLD"])).toBe(2);
  expect(await ordersAtOnce(["$OLD", "$NEW"])).toBe(2);
});

test.for(rollouts)(
  "after %s became %s, a retry finds its order, also if it is not sold any more",
  async ([from, to]) => {
    const store = createMemoryStore();
    await store.putProduct(tea);
    const isDropped = from.includes("$OLD") && !to.includes("$OLD");
    // What an earlier secret made is found as long as that secret is in the list.
    const maker = isDropped ? "$NEW,$OLD" : "$OLD";
    const first = await aShop(store, {}, maker).place();
    await store.putProduct({ ...tea, currency: "USD" });
    const again = await aShop(store, {}, to).place();
    expect([again.status, again.body.orderId, again.headers]).toEqual([
      202,
      first.body.orderId,
      first.headers,
    ]);
    const other = await aShop(store, {}, to).place({
      body: { ...aRequest, paymentMethod: "pm_card_mastercard" },
    });
    expect([other.status, other.body.type]).toEqual([422, expect.stringContaining("idempotency-key-reused")]);
    expect(store.all()).toHaveLength(1);
  },
);
