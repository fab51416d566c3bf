// A bulk in a browser: its cells colour as its orders settle, and lead to them.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ConsoleInBrowser, openConsole } from "./browser.ts";

let { close, errors, open, page, saga } = {} as ConsoleInBrowser;
beforeAll(async () => {
  ({ close, errors, open, page, saga } = await openConsole());
});
afterAll(() => close());

test("a sample bulk is placed, each order is a cell that settles, and the result is said once", async () => {
  await open("/console/bulk-orders");
  await page.getByRole("button", { name: "Place the bulk" }).click();
  await page.locator('[data-bulk="COMPLETED"]').waitFor({ timeout: 30_000 });
  const statuses = await page
    .locator(".cell")
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute("data-status")));
  const of = (status: string) => statuses.filter((each) => each === status).length;
  expect(of("CONFIRMED") + of("REJECTED")).toBe(statuses.length);
  expect(of("REJECTED")).toBeGreaterThan(0);
  const result = await page.locator("[data-bulk] [role=status]").first().textContent();
  expect(result).toContain(`${of("CONFIRMED")} confirmed, ${of("REJECTED")} rejected, 0 cancelled`);

  await page.locator('.cell[data-status="REJECTED"]').first().click();
  await page.getByRole("heading", { name: /^Order ord_/ }).waitFor();
  await page.goBack();
  await page.locator('[data-bulk="COMPLETED"]').waitFor();

  // Its one mail, and its events, lead back to it.
  for (const path of ["/console/mail", "/console/events"]) {
    await open(path);
    await page.locator('a[href^="/console/bulk-orders?bulk="]').first().click();
    await page.locator('[data-bulk="COMPLETED"]').waitFor();
  }
  expect(errors).toEqual([]);
  await saga.idle();
}, 60_000);
