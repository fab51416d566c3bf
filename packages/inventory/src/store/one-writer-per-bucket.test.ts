// Writers of one SKU never overlap; writers of different SKUs do.
import { expect, test } from "vitest";
import type { Reservation } from "../reservation.ts";
import { createMemoryStore } from "./memory.ts";
import { oneWriterPerBucket } from "./one-writer-per-bucket.ts";

const reservation = (orderId: string, ...skus: string[]): Reservation => ({
  orderId,
  state: "RESERVED",
  lines: skus.map((sku) => ({ sku, quantity: 1 })),
  events: {},
  signals: 0,
  version: 1,
});

function observed() {
  const running = new Set<string>();
  const overlaps: string[] = [];
  let together = 0;
  const store = oneWriterPerBucket({
    ...createMemoryStore(),
    async reserve({ lines, orderId }) {
      for (const { sku } of lines) if (running.has(sku)) overlaps.push(sku);
      for (const { sku } of lines) running.add(sku);
      together = Math.max(together, running.size);
      await new Promise((resolve) => setImmediate(resolve));
      for (const { sku } of lines) running.delete(sku);
      if (orderId === "broken") throw new Error("the store is down");
      return "written";
    },
  });
  return { store, overlaps, together: () => together };
}

test("a hundred orders for one SKU are written one after the other", async () => {
  const { store, overlaps } = observed();
  const results = await Promise.all(
    Array.from({ length: 100 }, (_, i) => store.reserve(reservation(`o${i}`, "A"))),
  );
  expect(results).toEqual(Array(100).fill("written"));
  expect(overlaps).toEqual([]);
});

test("orders for different SKUs do not wait for each other, and shared ones do", async () => {
  const { store, overlaps, together } = observed();
  await Promise.all([
    store.reserve(reservation("1", "A")),
    store.reserve(reservation("2", "B")),
    store.reserve(reservation("3", "A", "B")),
    store.reserve(reservation("4", "B", "C")),
  ]);
  expect(overlaps).toEqual([]);
  expect(together()).toBe(2);
});

test("a writer that fails does not hold the line up", async () => {
  const { store } = observed();
  const broken = store.reserve(reservation("broken", "A"));
  const next = store.reserve(reservation("next", "A"));
  await expect(broken).rejects.toThrow("the store is down");
  expect(await next).toBe("written");
});
