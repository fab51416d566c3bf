// A sweep comes to every due record, some at once; one that fails keeps no other waiting.
import { expect, test } from "vitest";
import { createLog, silentLog } from "./log.ts";
import { NoTurn } from "./pace.ts";
import { type DueSweep, PAGE, sweepDue } from "./sweep.ts";
import { duePages } from "./versioned-store.ts";

function aSweep(given: Partial<DueSweep> & { orderIds?: string[] } = {}) {
  const { orderIds = ["a", "b", "c", "d"], ...rest } = given;
  const dueAt = new Date(0).toISOString();
  const records = orderIds.map((id) => ({ id, dueAt }));
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
    store: { due: async (now, limit) => duePages(records, ({ id }) => id, { now, limit }) },
    atOnce: 2,
    sweepOne: async (orderId) => {
      swept.push(orderId);
      return true;
    },
    says: { more: "more are due", failed: "one failed" },
    ...rest,
  });
  const warnings = () => lines.filter(({ level }) => level === "warn");
  return { lines, swept, sweep, warnings, run: () => sweep({ now: 0, log }) };
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

const many = Array.from({ length: 3 * PAGE + 7 }, (_, n) => `ord_${String(n).padStart(5, "0")}`);

test("a run goes on page by page, in order, until nothing is due", async () => {
  const all = aSweep({ orderIds: many, atOnce: 1 });
  expect(await all.run()).toBe(many.length);
  expect(all.swept).toEqual(many);
  expect(all.warnings()).toEqual([]);
});

test("a page that fails as a whole keeps those behind it not waiting", async () => {
  const { run } = aSweep({
    orderIds: many,
    sweepOne: async (orderId) => {
      if (many.indexOf(orderId) < PAGE) throw new RangeError("broken");
      swept.push(orderId);
      return true;
    },
  });
  const swept: string[] = [];
  await expect(run()).rejects.toThrow("broken");
  expect(swept).toEqual(many.slice(PAGE));
});

test("a page without anything to do ends the run, and what is behind it waits for the next", async () => {
  const seen: string[] = [];
  const idle = aSweep({ orderIds: many, sweepOne: async (orderId) => seen.push(orderId) < PAGE / 2 });
  expect(await idle.run()).toBe(PAGE / 2 - 1);
  expect(seen).toHaveLength(2 * PAGE);
  expect(idle.warnings()).toMatchObject([{ message: "more are due", count: 2 * PAGE }]);
});

test("when the time is up nothing more is begun, and what is left for the next run is logged", async () => {
  const begun: string[] = [];
  const late = aSweep({
    isTimeUp: () => begun.length >= 2,
    sweepOne: async (orderId) => begun.push(orderId) > 0,
  });
  expect(await late.run()).toBe(2);
  expect(late.warnings()).toMatchObject([{ message: "more are due", count: 2 }]);
});

test("a sweep without a limit of its own keeps to the time of its run", async () => {
  const { swept, sweep } = aSweep();
  expect(await sweep({ now: 0, log: silentLog, isTimeUp: () => swept.length >= 3 })).toBe(3);
});

test("where a record has no turn to be said, the run ends without a failure", async () => {
  const tired = aSweep({
    atOnce: 1,
    sweepOne: async (orderId) => {
      if (orderId === "c") throw new NoTurn();
      return true;
    },
  });
  expect(await tired.run()).toBe(2);
  expect(tired.warnings()).toMatchObject([{ message: "more are due", count: 3 }]);
});

test("a failure counts as something done, so that the page behind it is swept", async () => {
  const { run } = aSweep({
    orderIds: many,
    atOnce: 1,
    sweepOne: async (orderId) => {
      swept.push(orderId);
      const place = many.indexOf(orderId);
      if (place === PAGE + 7) throw new RangeError("broken");
      return place < PAGE && place % 2 === 0;
    },
  });
  const swept: string[] = [];
  await expect(run()).rejects.toThrow("broken");
  expect(swept).toHaveLength(3 * PAGE);
});

test("a last page that was not begun whole asks for no other", async () => {
  const asked: string[] = [];
  const short = aSweep({
    atOnce: 1,
    store: {
      due: async () => ({ orderIds: ["a", "b"], more: true, next: async () => expect.unreachable() }),
    },
    sweepOne: async (orderId) => {
      if (orderId === "b") throw new NoTurn();
      return asked.push(orderId) > 0;
    },
  });
  expect(await short.run()).toBe(1);
});

test("a sweep's own limit is told when its run began", async () => {
  const told: unknown[] = [];
  const { sweep } = aSweep({ isTimeUp: (now) => told.push(now) < 0 });
  await sweep({ now: 7, log: silentLog });
  expect(new Set(told)).toEqual(new Set([7]));
});

test("more that no page leads to is logged for the next run", async () => {
  const { run, warnings } = aSweep({ store: { due: async () => ({ orderIds: ["a"], more: true }) } });
  expect(await run()).toBe(1);
  expect(warnings()).toMatchObject([{ message: "more are due", count: 1 }]);
});
