// Lambda's execution environment reads the process's variables, writes its log, and makes clients anew.
import { afterEach, expect, test, vi } from "vitest";
import { edgeOf } from "./execution-environment.ts";
import { lambda } from "./lambda.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("LOG_LEVEL decides what is written, one line each", () => {
  const written = vi.spyOn(process.stdout, "write").mockImplementation(() => true);
  vi.stubEnv("LOG_LEVEL", "warn");
  const { log } = edgeOf(lambda, "orders");
  log("info", "unimportant");
  log("warn", "important");
  const lines = written.mock.calls.map(([line]) => String(line));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/"message":"important"}\n$/);
});

test("a pause is shorter than the longest it may be, and no two ids are the same", async () => {
  vi.useFakeTimers();
  let over = false;
  const pause = lambda.pause(100).then(() => {
    over = true;
  });
  await vi.advanceTimersByTimeAsync(100);
  await pause;
  expect(over).toBe(true);
  expect(lambda.newId()).not.toBe(lambda.newId());
});

test("a client is made by the service that asks for it", () => {
  expect(lambda.client("ses", () => "a client")).toBe("a client");
});
