import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { lookAhead } from "./look-ahead.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("looks at once, again every ten seconds even after a look that failed, and never after its end", async () => {
  const look = vi.fn(async () => {
    if (look.mock.calls.length === 1) throw new Error("the disk is away");
  });
  const end = lookAhead(look);
  expect(look).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(look).toHaveBeenCalledTimes(3);
  end();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(look).toHaveBeenCalledTimes(3);
});
