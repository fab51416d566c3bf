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
      time: "1970-01-01T00:00:00.000Z",
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
