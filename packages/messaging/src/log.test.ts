// Logs are one JSON line each, of the asked level, with the fields given on the way.
import { expect, test } from "vitest";
import { createLog, type LogLevel } from "./log.ts";

function aLog(level: LogLevel) {
  const lines: string[] = [];
  const log = createLog({ service: "orders", level, now: () => 0, write: (line) => lines.push(line) });
  return { log, read: () => lines.map((line) => JSON.parse(line)) };
}

test("a line says when, how bad, who, what, and the fields of everyone on the way", () => {
  const { log, read } = aLog("info");
  log.with({ orderId: "ord_1" }).with({ attempt: 2 })("warn", "late", { count: 3 });
  expect(read()).toEqual([
    {
      timestamp: "1970-01-01T00:00:00.000Z",
      level: "warn",
      service: "orders",
      message: "late",
      orderId: "ord_1",
      attempt: 2,
      count: 3,
    },
  ]);
});

test("lines below the level are not written", () => {
  const { log, read } = aLog("warn");
  for (const level of ["debug", "info", "warn", "error"] as const) log(level, level);
  expect(read().map((line) => line.message)).toEqual(["warn", "error"]);
});

test("of the orders that are not sampled only what went wrong is written, and of the others everything", () => {
  const lines: string[] = [];
  const log = createLog({
    service: "s",
    level: "info",
    sample: 0.1,
    now: () => 0,
    write: (l) => lines.push(l),
  });
  const orderIds = Array.from(
    { length: 4096 },
    (_, each) => `ord_${(each * 16).toString(16).padStart(32, "0")}`,
  );
  for (const orderId of orderIds) {
    log.with({ orderId })("info", "said");
    log("info", "sent", { orderId });
    log.with({ orderId })("warn", "late");
  }
  log("info", "of no order");
  const read = lines.map((line) => JSON.parse(line));
  const ordersWith = (message: string) =>
    read.filter((line) => line.message === message).map((line) => line.orderId);
  expect(ordersWith("said").length / orderIds.length).toBeCloseTo(0.1, 2);
  expect(ordersWith("sent")).toEqual(ordersWith("said"));
  expect(ordersWith("late")).toEqual(orderIds);
  expect(read.at(-1)?.message).toBe("of no order");
});

test("of a half, exactly the lower half of the ids is sampled", () => {
  const lines: string[] = [];
  const options = { service: "s", level: "info", sample: 0.5, now: () => 0 } as const;
  const log = createLog({ ...options, write: (line) => lines.push(JSON.parse(line).orderId) });
  for (const orderId of ["ord_7fff", "ord_8000"]) log("info", "said", { orderId });
  expect(lines).toEqual(["ord_7fff"]);
});

test("fields given to one line do not stay for the next", () => {
  const { log, read } = aLog("info");
  log("info", "one", { sku: "TEA" });
  log("info", "two");
  expect(read()[1]).not.toHaveProperty("sku");
});

test("a line break in a field does not begin a new line", () => {
  const lines: string[] = [];
  createLog({ service: "s", level: "info", now: () => 0, write: (line) => lines.push(line) })("info", "x", {
    reason: 'a\n{"level":"error"}',
  });
  expect(lines.join("")).not.toContain("\n");
});
