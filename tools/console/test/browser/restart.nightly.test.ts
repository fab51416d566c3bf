// The laptop restarts under the page: the page says so, resumes, and shows no gap or repetition.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kill, launch, type Running, ready, start } from "@order-saga/cli/testing/process";
import { expect, onTestFinished, test } from "vitest";
import { connected, launchBrowser, openPage } from "./browser.ts";

async function place({ url, token }: Running, key: string): Promise<string> {
  const answer = await fetch(`${url}/orders`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify({
      contact: { email: "ada@example.com", name: "Ada" },
      currency: "EUR",
      lines: [{ sku: "TEA-ASSAM", quantity: 1 }],
      paymentMethod: "pm_card_visa",
    }),
  });
  return ((await answer.json()) as { orderId: string }).orderId;
}

test("killed and started again: a banner, then live again, every order once and no event twice", async () => {
  const data = mkdtempSync(join(tmpdir(), "console-"));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  let running = await start(data);
  onTestFinished(() => kill(running));
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const { page, errors } = await openPage(browser);
  await page.goto(`${running.url}/console/orders`);
  await connected(page);
  const first = await place(running, "before-the-kill-0001");
  await page.locator(`a[href="/console/orders/${first}"]`).waitFor();

  await kill(running);
  await page.locator('[data-connection="lost"]').waitFor();
  await page.getByText("Disconnected.").waitFor();
  expect(await page.locator(`a[href="/console/orders/${first}"]`).count()).toBe(1);

  running = await ready(launch(data, Number(new URL(running.url).port)));
  await connected(page);
  const second = await place(running, "after-the-kill-00002");
  await page.locator(`a[href="/console/orders/${second}"]`).waitFor();
  expect(await page.locator(`a[href="/console/orders/${first}"]`).count()).toBe(1);
  expect(await page.getByText("Disconnected.").count()).toBe(0);

  await page.goto(`${running.url}/console/events`);
  await connected(page);
  await page.getByText("OrderConfirmed").first().waitFor();
  const snapshot = (await (await fetch(`${running.url}/__local/console/snapshot`)).json()) as {
    events: { number: number }[];
  };
  const numbers = snapshot.events.map(({ number }) => number);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(errors).toEqual([]);
});
