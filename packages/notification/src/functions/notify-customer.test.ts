// The function is put together from its environment alone, and its handler settles a batch.
import { testContext } from "@order-saga/messaging/testing";
import { beforeEach, expect, test, vi } from "vitest";
import { notification } from "../service.ts";

beforeEach(() => {
  vi.resetModules();
  vi.unstubAllEnvs();
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("TABLE_NAME", "notification");
  vi.stubEnv("DEAD_LETTER_QUEUE_URL", "http://127.0.0.1:1/queue");
  for (const [name, value] of Object.entries(notification.settings)) vi.stubEnv(name, value);
});

test("the settings of the manifest are all it needs", async () => {
  const { handler } = await import("./notify-customer.ts");
  expect(await handler({ Records: [] }, testContext)).toEqual({ batchItemFailures: [] });
});

test.each(["TABLE_NAME", "DEAD_LETTER_QUEUE_URL", "MAIL_FROM"])(
  "without %s it does not start, and says so",
  async (name) => {
    vi.stubEnv(name, "");
    await expect(import("./notify-customer.ts")).rejects.toThrow(`${name} is not set`);
  },
);
