// "Copy as test": what the console renders of an order is a vitest case that runs and passes.
import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LaptopSaga, startLaptopSaga } from "@order-saga/cli/testing/laptop";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { consoleOf } from "./console-client.ts";

let saga: LaptopSaga;
beforeAll(async () => {
  saga = await startLaptopSaga();
});
afterAll(() => saga.stop());

/** In a folder of this package, so that the case finds what it imports. */
function run(...cases: string[]): Promise<{ code: number; output: string }> {
  const folder = join(import.meta.dirname, "..", `.rendered-${process.pid}`);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "vitest.config.mjs"), "export default { test: { include: ['*.test.ts'] } };\n");
  for (const [index, text] of cases.entries()) writeFileSync(join(folder, `case-${index}.test.ts`), text);
  return new Promise((resolve) => {
    const vitest = join(import.meta.dirname, "../node_modules/vitest/vitest.mjs");
    execFile(
      process.execPath,
      [vitest, "run", "--root", folder],
      { env: { ...process.env, VITEST: "", NO_COLOR: "1" } },
      (error, out, err) => resolve({ code: error ? 1 : 0, output: out + err }),
    );
  });
}

test("orders that were confirmed, declined and cancelled run as cases; one that is changed fails", async () => {
  const page = consoleOf(saga.runtime);
  const confirmed = await saga.place();
  const declined = await saga.place({ paymentMethod: "pm_card_visa_chargeDeclined" });
  const cancelled = await saga.place();
  for (const orderId of [confirmed, declined, cancelled]) await saga.settled(orderId);
  await saga.cancel(cancelled);
  await saga.idle();
  const cases = await Promise.all(
    [confirmed, declined, cancelled].map(
      async (orderId) => (await page.read<string>(`orders/${orderId}/test`)).body,
    ),
  );
  expect(cases[0]).toContain("the order comes to be CONFIRMED");
  expect(cases[1]).toContain("the order comes to be REJECTED");
  expect(cases[2]).toContain("the order comes to be CANCELLED");
  expect(cases.join()).not.toContain("ada@");
  expect((await run(...cases)).output).toMatch(/Tests +9 passed/);
  const wrong = cases[0]?.replace('toBe("CONFIRMED")', 'toBe("REJECTED")') ?? "";
  expect(await run(wrong)).toMatchObject({ code: 1 });
});
