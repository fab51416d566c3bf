// The recorded load is what the meter counts today, and what the stacks compare a stage's settings with.
import { readGolden } from "@order-saga/bench/cost/golden";
import { orderLoad } from "@order-saga/stacks/order-load";
import { expect, test } from "vitest";
import { load, measureLoad } from "./measured.ts";

const remedy = "If an order asks for that now: npx pnpm@12 capacity --measure, then --write";

test("an order's counts are the accepted ones", async () => {
  const { confirmed } = await readGolden();
  expect(load.operations, remedy).toMatchObject(confirmed ?? {});
});

test("the load is what the meter counts, and times are within a fifth", async () => {
  const now = await measureLoad(load.date);
  expect(now.writes, remedy).toEqual(load.writes);
  expect(Object.keys(now.functions).sort(), remedy).toEqual(Object.keys(load.functions).sort());
  for (const [name, { aloneMilliseconds, batchMilliseconds, deliveries, invocations }] of Object.entries(
    now.functions,
  )) {
    const recorded = load.functions[name];
    expect({ name, deliveries, invocations }, remedy).toEqual({
      name,
      deliveries: recorded?.deliveries,
      invocations: recorded?.invocations,
    });
    for (const [is, was = 0] of [
      [aloneMilliseconds, recorded?.aloneMilliseconds],
      [batchMilliseconds, recorded?.batchMilliseconds],
    ] as const)
      expect(Math.abs(is - was) / was, `${name}: ${is} ms, not ${was}. ${remedy}`).toBeLessThan(0.2);
  }
});

test("what the stacks say of an order is the recorded load", () => {
  expect(orderLoad.events).toBe(load.operations.events);
  expect(orderLoad.deliveries).toBe(load.operations.deliveries);
  const tables = Object.entries(load.writes).filter(([place]) => !place.includes("."));
  expect(orderLoad.writes, "stacks/order-load.ts").toEqual(Object.fromEntries(tables));
  const busiest = (service: string) =>
    Math.max(
      0,
      ...Object.entries(load.writes).flatMap(([place, units]) =>
        place.startsWith(`${service}.`) ? [units] : [],
      ),
    );
  const indexed = tables.flatMap(([service]) => (busiest(service) > 0 ? [[service, busiest(service)]] : []));
  expect(orderLoad.indexWrites, "stacks/order-load.ts").toEqual(Object.fromEntries(indexed));
});
