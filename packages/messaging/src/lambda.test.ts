// The composition root's ground: a missing variable is named, a silent function stays silent.
import { afterEach, expect, test, vi } from "vitest";
import { environment, lambdaLog, reactionPorts, silentPublisher } from "./lambda.ts";
import { anEvent } from "./testing.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("a variable is read, and a missing or empty one is named", () => {
  vi.stubEnv("TABLE_NAME", "orders");
  vi.stubEnv("BUS_NAME", "");
  expect(environment("TABLE_NAME")).toBe("orders");
  expect(() => environment("BUS_NAME")).toThrow("BUS_NAME is not set");
  expect(() => environment("NOT_THERE")).toThrow("NOT_THERE is not set");
});

test("a function that says nothing needs no bus, and is stopped when it speaks", async () => {
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("DEAD_LETTER_QUEUE_URL", "http://127.0.0.1:1/queue");
  const ports = reactionPorts("notification", { says: [] });
  expect(ports.publish).toBe(silentPublisher);
  await expect(ports.publish([anEvent("OrderConfirmed")])).rejects.toThrow(TypeError);
  await ports.publish([]);
});

test("a function that speaks does not start without its bus", () => {
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("DEAD_LETTER_QUEUE_URL", "http://127.0.0.1:1/queue");
  vi.stubEnv("BUS_NAME", "");
  expect(() => reactionPorts("orders", { says: ["OrderConfirmed"] })).toThrow("BUS_NAME is not set");
});

test("LOG_LEVEL decides what is written, one line each", () => {
  const written = vi.spyOn(process.stdout, "write").mockImplementation(() => true);
  vi.stubEnv("LOG_LEVEL", "warn");
  const log = lambdaLog("orders");
  log("info", "unimportant");
  log("warn", "important");
  const lines = written.mock.calls.map(([line]) => String(line));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/"message":"important"}\n$/);
});
