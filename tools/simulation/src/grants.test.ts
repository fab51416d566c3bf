// The simulator refuses calls that a function's manifest does not grant; the checkers see orders not ending.
import type { FunctionManifest } from "@order-saga/messaging";
import { expect, test } from "vitest";
import type { FunctionCode } from "./lambda.ts";
import { aPlan, run, shippedFunctions } from "./testing.ts";

/** The shipped functions, one of them with another manifest. */
async function planted(name: string, change: Partial<FunctionManifest>): Promise<Map<string, FunctionCode>> {
  const functions = new Map(await shippedFunctions());
  const code = functions.get(name);
  if (!code) throw new TypeError(`There is no function ${name}.`);
  return functions.set(name, { ...code, manifest: { ...code.manifest, ...change } as FunctionManifest });
}

// Stock's messages are done with once their order's deadline has passed; the sweep has said it again by then.
test.each([
  ["inventory-reserve-stock", { table: { get: ["RES#*"], batchGet: ["SKU#*"] } }, "E11"],
  ["payment-authorize-payment", { says: ["PaymentDeclined"] }, "E9"],
  ["notification-notify-customer", { mail: false }, "E9"],
] as const)("%s with %j is refused, and the checkers see it", async (name, change, invariant) => {
  const { violations, world } = await run(aPlan(), await planted(name, change));
  expect(violations).toContainEqual(expect.objectContaining({ invariant }));
  expect(world.observed.lines.join()).toMatch(/AccessDenied|MailNotSent/);
});

test("a variable that the manifest does not grant is not there", async () => {
  const functions = await planted("inventory-reserve-stock", { environment: [] });
  await expect(run(aPlan(), functions)).rejects.toThrow("RESERVATION_SECONDS is not set");
});
