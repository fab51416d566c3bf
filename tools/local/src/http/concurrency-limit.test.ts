import { expect, test } from "vitest";
import { limitConcurrency } from "./concurrency-limit.ts";

test("no more run at once than there are places, and each waits its turn", async () => {
  const inLine = limitConcurrency(3);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const acts = Array.from({ length: 20 }, (_, index) =>
    inLine(async () => {
      started.push(index);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return index;
    }),
  );
  expect(await Promise.all(acts)).toEqual(started);
  expect(most).toBe(3);
});

test("an act that fails gives its place on", async () => {
  const inLine = limitConcurrency(1);
  const failing = inLine(() => Promise.reject(new Error("broken")));
  const next = inLine(async () => "served");
  await expect(failing).rejects.toThrow("broken");
  expect(await next).toBe("served");
});
