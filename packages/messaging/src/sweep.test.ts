// A sweep comes to every due record, some at once; one that fails keeps no other waiting.
import { expect, test } from "vitest";
import { createLog } from "./log.ts";
import { type DueSweep, sweepDue } from "./sweep.ts";

function aSweep(given: Partial<DueSweep> & { orderIds?: string[]; more?: boolean } = {}) {
  const { more = false, orderIds = ["a", "b", "c", "d"], ...rest } = given;
  const lines: { level: string; message: string; orderId?: string; count?: number; errorName?: string }[] =
    [];
  const log = createLog({
    service: "test",
    level: "info",
    now: () => 0,
    write: (line) => lines.push(JSON.parse(line)),
  });
  const swept: string[] = [];
  const sweep = sweepDue({
    store: { due: async (_, limit) => ({ orderIds: orderIds.slice(0, limit), more }) },
    perRun: 10,
    atOnce: 2,
    sweepOne: async (orderId) => {
      swept.push(orderId);
      return true;
    },
    says: { more: "more are due", failed: "one failed" },
    ...rest,
  });
  const warnings = () => lines.filter(({ level }) => level === "warn");
  return { lines, swept, warnings, run: () => sweep({ now: 0, log }) };
}

test("every record that is due is swept, and those that had something to do are counted", async () => {
  const all = aSweep();
  expect(await all.run()).toBe(4);
  expect(all.swept).toEqual(["a", "b", "c", "d"]);
  expect(all.warnings()).toEqual([]);
  const one = aSweep({ sweepOne: async (orderId) => orderId === "b" });
  expect(await one.run()).toBe(1);
  expect(one.lines).toMatchObject([{ level: "info", message: "due order swept", orderId: "b" }]);
});

test("each is told the time and logs as its order, or as its bulk", async () => {
  const times: number[] = [];
  const { lines, run } = aSweep({
    orderIds: ["ord_7", "bulk_7"],
    sweepOne: async (_, { log, now }) => {
      times.push(now);
      log("warn", "looked");
      return false;
    },
  });
  await run();
  expect(times).toEqual([0, 0]);
  expect(lines).toMatchObject([{ orderId: "ord_7" }, { bulkId: "bulk_7" }]);
  expect(lines[1]).not.toHaveProperty("orderId");
});

test("one that fails is named, the others are swept, and the run fails with the first error", async () => {
  const { run, warnings } = aSweep({
    sweepOne: async (orderId) => {
      if (orderId < "c") throw new RangeError(orderId);
      return true;
    },
  });
  await expect(run()).rejects.toThrow(new RangeError("a"));
  expect(warnings()).toMatchObject([
    { message: "one failed", orderId: "a", errorName: "RangeError" },
    { message: "one failed", orderId: "b", errorName: "RangeError" },
  ]);
});

test("no more are swept at once than it may", async () => {
  let running = 0;
  let most = 0;
  const { run } = aSweep({
    orderIds: ["a", "b", "c", "d", "e", "f", "g"],
    atOnce: 3,
    async sweepOne() {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return true;
    },
  });
  expect(await run()).toBe(7);
  expect(most).toBe(3);
});

test("what is left for the next run is logged: beyond the limit, or when the time is up", async () => {
  const limited = aSweep({ more: true, perRun: 2 });
  expect(await limited.run()).toBe(2);
  expect(limited.warnings()).toMatchObject([{ message: "more are due", count: 2 }]);

  const begun: string[] = [];
  const late = aSweep({
    isTimeUp: () => begun.length >= 2,
    sweepOne: async (orderId) => begun.push(orderId) > 0,
  });
  expect(await late.run()).toBe(2);
  expect(late.warnings()).toMatchObject([{ message: "more are due", count: 2 }]);
});
