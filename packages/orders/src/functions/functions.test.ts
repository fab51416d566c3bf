// Each function is put together from its environment alone, and says which variable is missing.
import { readdirSync } from "node:fs";
import { functionsOf } from "@order-saga/messaging";
import { testContext } from "@order-saga/messaging/testing";
import { beforeEach, expect, test, vi } from "vitest";
import { orders } from "../service.ts";
import { anHttpRequest } from "../testing.ts";

const functions = functionsOf(orders);
const load = (name: string): Promise<{ handler: (...given: unknown[]) => Promise<unknown> }> =>
  import(/* @vite-ignore */ `./${name}.ts`);

beforeEach(() => {
  vi.resetModules();
  vi.unstubAllEnvs();
});

/** What a stage gives this function, by its manifest: no more. */
function stage({ environment, says, table }: (typeof functions)[number], withQueue: boolean) {
  vi.stubEnv("AWS_REGION", "eu-west-1");
  if (table !== "none") vi.stubEnv("TABLE_NAME", "orders");
  if (says.length > 0) vi.stubEnv("BUS_NAME", "orders");
  if (withQueue) vi.stubEnv("DEAD_LETTER_QUEUE_URL", "http://127.0.0.1:1/queue");
  for (const name of environment) vi.stubEnv(name, orders.settings[name] ?? "a secret");
}

test("every function of the manifest has its file, and every file its function", () => {
  const files = readdirSync(import.meta.dirname).filter((file) => !/^adapters\.ts$|\.test\.ts$/.test(file));
  expect(files.sort()).toEqual(functions.map(({ name }) => `${name}.ts`).sort());
});

test.for(functions)("$name starts with what its manifest asks for", async (given) => {
  stage(
    given,
    orders.reactions.some(({ name }) => name === given.name),
  );
  expect((await load(given.name)).handler).toBeInstanceOf(Function);
});

test.for(["ORDER_ID_SECRET", "DECIDE_WITHIN_SECONDS", "TABLE_NAME", "BUS_NAME"])(
  "without %s place-order does not start, and says so",
  async (name) => {
    const [given] = functions.filter((each) => each.name === "place-order");
    if (given) stage(given, false);
    vi.stubEnv(name, "");
    await expect(load("place-order")).rejects.toThrow(`${name} is not set`);
  },
);

test("health answers with the version", async () => {
  vi.stubEnv("VERSION", "1.2.3");
  const { handler } = await load("health");
  expect(await handler(anHttpRequest({}))).toMatchObject({
    statusCode: 200,
    body: JSON.stringify({ status: "ok", version: "1.2.3" }),
  });
});

test("track-order settles a batch", async () => {
  vi.stubEnv("AWS_REGION", "eu-west-1");
  for (const name of ["TABLE_NAME", "BUS_NAME", "DEAD_LETTER_QUEUE_URL"]) vi.stubEnv(name, "x");
  const { handler } = await load("track-order");
  expect(await handler({ Records: [] }, testContext)).toEqual({ batchItemFailures: [] });
});
