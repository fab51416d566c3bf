// Each function is put together from its environment alone, and says which variable is missing.
import { functionsSuite, type LoadedFunction, stubEnvironment } from "@order-saga/messaging/functions.suite";
import { testContext } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { notification, notifyCustomer } from "../service.ts";

const load = (name: string): Promise<LoadedFunction> => import(/* @vite-ignore */ `./${name}.ts`);

functionsSuite({ service: notification, directory: import.meta.dirname, load });

test("notify-customer settles a batch", async () => {
  stubEnvironment(notification, notifyCustomer);
  const { handler } = await load("notify-customer");
  expect(await handler({ Records: [] }, testContext)).toEqual({ batchItemFailures: [] });
});
