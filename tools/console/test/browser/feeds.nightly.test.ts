// A stock feed in a browser: the file goes to the bucket, its rows become stock, and bad rows are told.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ConsoleInBrowser, openConsole } from "./browser.ts";

let { close, errors, open, page, saga, strangers } = {} as ConsoleInBrowser;
beforeAll(async () => {
  ({ close, errors, open, page, saga, strangers } = await openConsole());
});
afterAll(() => close());

const available = async (sku: string) => {
  const { body } = await saga.request("GET", `/stock/${sku}`);
  return (body as { available: number }).available;
};

const feed = (text: string) => ({ name: "stock.csv", mimeType: "text/csv", buffer: Buffer.from(text) });

test("a file that is chosen becomes stock, row by row, and what was refused is told by line", async () => {
  const before = await available("TEA-ASSAM");
  await open("/console/feeds");
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name: "Choose a file" }).click(),
  ]);
  await chooser.setFiles(feed("sku,delta\nTEA-ASSAM,7\nNO-SUCH-TEA,1\nTEA-SENCHA,2\nTEA-ASSAM,3\n"));
  await page.locator('[data-feed="IMPORTED"]').waitFor({ timeout: 30_000 });
  expect(await page.locator("[data-feed]").textContent()).toContain("3 applied, 1 refused of 4 rows");
  expect(await page.locator('[data-refused="3"]').textContent()).toContain("NO-SUCH-TEA");
  expect(await available("TEA-ASSAM")).toBe(before + 10);
  await page
    .locator(`[data-stock="TEA-ASSAM"]`)
    .getByText(String(before + 10))
    .waitFor();

  for (const line of [2, 4, 5]) await page.locator(`[data-row="${line}"][data-applied="true"]`).waitFor();
  expect(await page.locator('[data-row="3"]').getAttribute("data-applied")).toBe("false");
  await page
    .locator('[data-row="2"]')
    .getByRole("button", { name: /its record/ })
    .click();
  await page.locator("dl.facts").getByText("TEA-ASSAM").waitFor();
  expect(errors).toEqual([]);
  expect(strangers).toEqual([]);
}, 60_000);

test("a file that is no feed is refused in words, and changes nothing", async () => {
  await open("/console/feeds");
  await page.setInputFiles('input[type="file"][accept*="csv"]', feed("colour\nred\n"));
  await page.locator('[data-feed="REFUSED"]').waitFor({ timeout: 30_000 });
  expect(await page.locator("[data-feed]").textContent()).toContain("0 applied");
  await saga.idle();
}, 60_000);
