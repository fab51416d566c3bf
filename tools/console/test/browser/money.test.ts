// Money in the browser: a customer whose bank asks, a refund by a clerk, and what other hands do.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ConsoleInBrowser, openConsole } from "./browser.ts";

let { close, errors, open, page, saga, strangers } = {} as ConsoleInBrowser;
beforeAll(async () => {
  ({ close, errors, open, page, saga, strangers } = await openConsole());
});
afterAll(() => close());

async function buy(sku: string, card: string) {
  await open("/console/shop");
  await page.locator(`[data-sku="${sku}"] button`).click();
  await page.getByLabel("Test card").selectOption(card);
  const before = await page.locator("[data-order]").count();
  await page.getByRole("button", { name: "Buy" }).click();
  await page.locator("[data-order]").nth(before).waitFor();
  const bought = page.locator("[data-order]").first();
  return { bought, orderId: (await bought.getAttribute("data-order")) ?? "" };
}

const intentOf = (orderId: string) =>
  saga.runtime.aws.payments.intents().find(({ metadata }) => metadata.orderId === orderId)?.id ?? "";

test("the bank asks, the customer says yes, comes back, and the order moves on", async () => {
  const { bought, orderId } = await buy("TEA-ASSAM", "pm_card_threeDSecure2Required");
  await bought.getByText("action required", { exact: true }).waitFor();
  expect(await bought.locator("[data-asked]").textContent()).toMatch(/waits for (9 min \d+|10 min)/);
  await bought.getByRole("button", { name: "Confirm with your bank" }).click();
  await page.getByRole("button", { name: "Yes, pay" }).click();
  await page.getByText("Thank you: your bank has said yes.").waitFor();
  expect(new URL(page.url()).search).toBe("");
  await page.locator("[data-order]").first().getByText("confirmed", { exact: true }).waitFor();
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  expect(strangers).toEqual([]);
});

test("the bank asks and the customer says no: the shop says why nothing was charged", async () => {
  const { bought, orderId } = await buy("TEA-SENCHA", "pm_card_threeDSecure2Required");
  await bought.getByRole("button", { name: "Confirm with your bank" }).click();
  await page.getByRole("button", { name: "No, refuse" }).click();
  await page.getByText("Your bank did not say yes").waitFor();
  await page.getByText("Your bank could not confirm that it was you").waitFor();
  expect(await saga.settled(orderId)).toBe("REJECTED");
});

test("a clerk gives back a line: a question names the amount, and the ledger shows it", async () => {
  const orderId = await saga.place({ sku: "TEA-ASSAM", quantity: 3 });
  await saga.settled(orderId);
  await open(`/console/orders/${orderId}`);
  await page.getByLabel("by what came back").check();
  await page.getByLabel("of 3 × TEA-ASSAM").fill("1");
  await page.getByLabel("back in stock").check();
  await page.getByLabel("Reason").fill("bruised");
  await page.getByRole("button", { name: "Give back …" }).click();
  const question = page.getByRole("dialog");
  await question.getByText("Give back 8.50 EUR of").waitFor();
  await question.getByRole("button", { name: /^Give back/ }).click();
  await page.locator('[data-entry^="rf_"]').getByText("made", { exact: true }).waitFor();
  const row = await page.locator('[data-entry^="rf_"]').textContent();
  expect(row).toMatch(/^Refund-8\.50.EURmade/);
  // The clerk's words are sealed with the customer's key, which the console does not open.
  expect(row).toContain("by the shop; back in stock: 1 × TEA-ASSAM");
  expect(saga.runtime.aws.payments.refundsOf(intentOf(orderId))).toMatchObject([{ amount: 850 }]);
  await page.getByText(/8\.50.EUR: (asked for|pending|given back)/).waitFor();
  // What is left, and no more.
  await page.getByLabel("by amount").check();
  await page.getByLabel("Amount in EUR").fill("17.01");
  await page.getByRole("button", { name: "Give back …" }).click();
  await page.getByText("That is more than is left to give back.").waitFor();
});

test("a dispute rings, is in the ledger, and asks for a person; a secret is nowhere", async () => {
  const orderId = await saga.place({ sku: "POT-CAST-IRON" });
  await saga.settled(orderId);
  saga.runtime.aws.payments.byHand(intentOf(orderId), { do: "dispute", reason: "product_not_received" });
  await saga.until(orderId, "DisputeOpened");
  await open(`/console/orders/${orderId}`);
  await page.locator("[data-attention]").getByText("disputes 69.00 EUR (product not received)").waitFor();
  await page.locator('[data-ring="charge.dispute.created"]').getByText("200").waitFor();
  const session = await (await fetch(`${saga.runtime.url}/__local/console/session`)).text();
  expect(session).toContain(orderId);
  expect(session).not.toMatch(/pi_[A-Za-z0-9]+_secret|whsec_|sk_test/);
  expect(errors).toEqual([]);
});
