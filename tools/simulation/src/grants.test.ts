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

test.each([
  ["inventory-reserve-stock", { table: { get: ["RES#*"], batchGet: ["SKU#*"] } }],
  ["payment-authorize-payment", { says: ["PaymentDeclined"] }],
  ["notification-notify-customer", { mail: false }],
] as const)("%s with %j is refused, and its messages become dead letters", async (name, change) => {
  // Past its deadline an order's stock is not asked for, and its message would be done with.
  const settings = { decideWithinSeconds: 7200, reservationSeconds: 7200 };
  const { violations, world } = await run(aPlan({ settings }), await planted(name, change));
  expect(violations).toContainEqual(expect.objectContaining({ invariant: "E9" }));
  expect(world.observed.lines.join()).toMatch(/AccessDenied|MailNotSent/);
});

test("a variable that the manifest does not grant is not there", async () => {
  const functions = await planted("inventory-reserve-stock", { environment: [] });
  await expect(run(aPlan(), functions)).rejects.toThrow("RESERVATION_SECONDS is not set");
});
