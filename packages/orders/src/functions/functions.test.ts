// Each function is put together from its environment alone, and says which variable is missing.
import { functionsSuite, type LoadedFunction, stubEnvironment } from "@order-saga/messaging/functions.suite";
import { testContext } from "@order-saga/messaging/testing";
import { expect, test, vi } from "vitest";
import { orders, trackOrder } from "../service.ts";
import { anHttpRequest } from "../testing.ts";

const load = (name: string): Promise<LoadedFunction> => import(/* @vite-ignore */ `./${name}.ts`);

functionsSuite({ service: orders, directory: import.meta.dirname, load });

test("health answers with the version", async () => {
  vi.stubEnv("VERSION", "1.2.3");
  const { handler } = await load("health");
  expect(await handler(anHttpRequest({}))).toMatchObject({
    statusCode: 200,
    body: JSON.stringify({ status: "ok", version: "1.2.3" }),
  });
});

test("track-order settles a batch", async () => {
  stubEnvironment(orders, trackOrder);
  const { handler } = await load("track-order");
  expect(await handler({ Records: [] }, testContext)).toEqual({ batchItemFailures: [] });
});
