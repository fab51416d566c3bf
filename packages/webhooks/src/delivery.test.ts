// The schedule of one delivery: Standard Webhooks' own, with a little chance, and what a receiver asks for.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Answer,
  attempted,
  type Delivery,
  outcomeOf,
  recorded,
  replayed,
  retrySeconds,
} from "./delivery.ts";

const now = Date.parse("2026-01-05T12:00:00.000Z");
const known = { id: "msg_1_shop", endpoint: "shop", orderId: "ord_1", type: "order.confirmed", body: "{}" };
const first = recorded(known, now);

test.each<[Answer, string]>([
  [{ status: 200 }, "delivered"],
  [{ status: 204 }, "delivered"],
  [{ status: 301 }, "failed"],
  [{ status: 400 }, "failed"],
  [{ status: 410 }, "gone"],
  [{ status: 500 }, "failed"],
  [{ error: "Timeout" }, "failed"],
])("the answer %j is %s", (answer, outcome) => expect(outcomeOf(answer)).toBe(outcome));

test("it is tried again as the specification recommends, up to a tenth later, then fails", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (chance) => {
      let delivery: Delivery = first;
      for (const seconds of retrySeconds) {
        const next = attempted(delivery, { status: 500 }, { at: now, now, chance });
        expect(next.againInSeconds).toBeGreaterThanOrEqual(seconds);
        expect(next.againInSeconds).toBeLessThanOrEqual(Math.ceil(seconds * 1.1));
        delivery = next.delivery;
      }
      const last = attempted(delivery, { status: 500 }, { at: now, now, chance });
      expect(last).toMatchObject({ delivery: { state: "FAILED", tries: 10 } });
      expect(last.delivery.dueAt).toBeUndefined();
      expect(last.againInSeconds).toBeUndefined();
    }),
  );
});

test("a receiver may ask for a later time, up to a day, and for no earlier one", () => {
  const wait = (retryAfterSeconds: number) =>
    attempted(first, { status: 503, retryAfterSeconds }, { at: now, now, chance: 0 }).againInSeconds;
  expect([0, 1, 60, 10 ** 6].map(wait)).toEqual([5, 5, 60, 24 * 3600]);
});

test("an attempt says when it was, how long it took and what came of it; the newest twenty are kept", () => {
  let delivery: Delivery = first;
  for (let n = 0; n < 30; n++) {
    const began = now + n * 1000;
    ({ delivery } = attempted(
      replayed(delivery, began),
      { error: "Timeout" },
      { at: began, now: began + 9, chance: 0 },
    ));
  }
  expect(delivery.attempts).toHaveLength(20);
  expect(delivery.attempts.at(-1)).toEqual({
    at: "2026-01-05T12:00:29.000Z",
    error: "Timeout",
    durationMilliseconds: 9,
  });
});

test("each change is its next version, so that a task of an earlier one does nothing", () => {
  const { delivery } = attempted(first, { status: 410 }, { at: now, now, chance: 0 });
  expect(delivery).toMatchObject({ state: "PENDING", version: 2, dueAt: new Date(now).toISOString() });
  expect(replayed(delivery, now)).toMatchObject({ state: "PENDING", version: 3, replays: 1, tries: 0 });
});
