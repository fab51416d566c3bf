// A manifest that forgets a grant fails in the service that inventory's tests use, as it would fail in AWS.
import { expect, test } from "vitest";
import { reserveStock } from "./service.ts";
import { aMemoryService, anOrder, orderIdOf } from "./testing.ts";

test("a reaction whose manifest only reads the table cannot write it, and its message comes again", async () => {
  const service = aMemoryService({
    reserveStock: { ...reserveStock, table: { get: ["RES#*"], batchGet: ["SKU#*"] } },
  });
  await service.stock({ TEA: 10 });
  expect(await service.deliver(anOrder(orderIdOf(1), { TEA: 1 }))).toBe(1);
  expect(await service.store.load(orderIdOf(1))).toBeUndefined();
  expect(service.said).toEqual([]);
});
