// What is due in memory is paged as in a table: the oldest first, and only what has come due.
import { expect, test } from "vitest";
import { duePages } from "./versioned-store.ts";

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const record = (id: string, dueSeconds?: number) => ({
  id,
  ...(dueSeconds !== undefined && { dueAt: at(dueSeconds) }),
});
const pagesOf = (records: readonly { id: string; dueAt?: string }[], limit: number) =>
  duePages(records, ({ id }) => id, { now: 7000, limit });

test("what is due now is listed, what is due later or never is not", () => {
  const { orderIds } = pagesOf([record("never"), record("now", 7), record("later", 8)], 9);
  expect(orderIds).toEqual(["now"]);
});

test("the oldest is first, however they are stored", () => {
  const stored = [record("second", 4), record("third", 6), record("first", 2)];
  expect(pagesOf(stored, 9).orderIds).toEqual(["first", "second", "third"]);
});

test("a full page that is the last has no other after it", () => {
  const page = pagesOf([record("a", 1), record("b", 2)], 2);
  expect(page).toEqual({ orderIds: ["a", "b"], more: false });
});

test("what is beyond the limit is on the next page", async () => {
  const page = pagesOf([record("a", 1), record("b", 2), record("c", 3)], 2);
  expect(page).toMatchObject({ orderIds: ["a", "b"], more: true });
  expect(await page.next?.()).toEqual({ orderIds: ["c"], more: false });
});
