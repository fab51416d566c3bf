// An event that EventBridge did not take is told again, and one that it took only once.
import { expect, test, vi } from "vitest";
import { openStorage } from "./storage.ts";
import { createTelling } from "./telling.ts";

test("an event is told until it is taken", async () => {
  vi.useFakeTimers();
  const storage = openStorage(":memory:");
  storage.note({ id: "one" });
  storage.note({ id: "two" });
  const told: unknown[] = [];
  let refusals = 1;
  const telling = createTelling(storage, async (event) => {
    if (refusals-- > 0) throw new Error("The disk is full.");
    told.push(event);
  });
  telling.soon();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toEqual([{ id: "one" }, { id: "two" }]);
  telling.soon();
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toHaveLength(2);
  expect(storage.noted()).toEqual([]);
  telling.stop();
  storage.close();
  vi.useRealTimers();
});
