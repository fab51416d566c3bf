// The page in a browser: it connects, shows orders live, and compensation running backwards.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ConsoleInBrowser, openConsole } from "./browser.ts";

let { close, errors, open, page, saga, strangers } = {} as ConsoleInBrowser;
beforeAll(async () => {
  ({ close, errors, open, page, saga, strangers } = await openConsole());
});
afterAll(() => close());

const text = (selector: string) => page.locator(selector).first().textContent();

test("from start to connected in under two seconds, without an error, and nothing is asked of another machine", async () => {
  // The fastest of some: others may need the machine meanwhile.
  let fastest = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 10 && fastest >= 2000; time++) {
    const begun = performance.now();
    await open("/");
    fastest = Math.min(fastest, performance.now() - begun);
  }
  expect(fastest).toBeLessThan(2000);
  expect(errors).toEqual([]);
  expect(strangers).toEqual([]);
});

test("what is bought in the shop appears live: its exact events, one capture, its mails", async () => {
  await open("/console/shop");
  await page.locator('[data-sku="TEA-ASSAM"] button').click();
  await page.getByRole("button", { name: "Buy" }).click();
  const bought = page.locator("[data-order]").first();
  await bought.getByText("confirmed", { exact: true }).waitFor();
  const orderId = (await bought.getAttribute("data-order")) ?? "";
  expect(await saga.settled(orderId)).toBe("CONFIRMED");

  await open(`/console/orders/${orderId}`);
  await page.getByRole("tab", { name: "Table" }).click();
  const rows = await page.locator("table.plain tbody tr").allInnerTexts();
  const said = (type: string) => rows.filter((row) => row.split("\t").at(3) === type).length;
  const types = saga.eventsOf(orderId).map(({ type }) => type);
  for (const type of new Set(types)) expect(said(type), type).toBe(1);
  expect(rows.filter((row) => row.includes("capture: done"))).toHaveLength(1);
  expect(rows.filter((row) => row.includes("mail “confirmed” sent"))).toHaveLength(1);
  expect(saga.runtime.aws.payments.intents()).toMatchObject([{ status: "succeeded" }]);
});

test("a declined card: compensation is drawn backwards, the stock is back, the customer has a mail", async () => {
  const before = await stockOf("TEA-SENCHA");
  const orderId = await saga.place({ sku: "TEA-SENCHA", paymentMethod: "pm_card_visa_chargeDeclined" });
  expect(await saga.settled(orderId)).toBe("REJECTED");
  await open(`/console/orders/${orderId}`);
  await page.locator(".link.undoes").waitFor({ state: "attached" });
  const backwards = await page.locator(".link.undoes").getAttribute("d");
  const [, fromX = 0] = /^M([\d.]+)/.exec(backwards ?? "") ?? [];
  const [, toX = 0] = /([\d.]+) [\d.]+$/.exec(backwards ?? "") ?? [];
  expect(Number(toX)).toBeLessThan(Number(fromX));
  expect(await page.locator(".bar.undo").first().getAttribute("aria-label")).toContain("release-stock");
  expect(await text("[data-why]")).toMatch(/declined/);
  expect(await page.locator('a[href^="/console/mail?id="]').count()).toBe(2);
  expect(await stockOf("TEA-SENCHA")).toEqual(before);
});

async function stockOf(sku: string) {
  return (await saga.request("GET", `/stock/${sku}`)).body;
}

test("deep links, back and forward; an unknown id says what to do", async () => {
  await open("/console/orders");
  await page.getByRole("link", { name: "Queues" }).click();
  await page.getByRole("heading", { name: "Queues", level: 1 }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "Orders", level: 1 }).waitFor();
  await page.goForward();
  await page.getByRole("heading", { name: "Queues", level: 1 }).waitFor();
  await open(`/console/orders/ord_${"0".repeat(32)}`);
  await page.getByText("There is no order").waitFor();
  await open("/console/nowhere");
  await page.getByText("There is no such page").waitFor();
});

test("the map has every service's reactions and events, and a line for each that is heard or said", async () => {
  await open("/");
  const shown = await page
    .locator("[data-node]")
    .evaluateAll((nodes) => nodes.map((node) => node.getAttribute("data-node")));
  const reactions = saga.runtime.reactions.map(({ manifest }) => manifest);
  for (const { name } of reactions) expect(shown).toContain(`reaction:${name}`);
  const events = new Set(reactions.flatMap(({ hears, says }) => [...hears, ...says]));
  for (const type of events) expect(shown).toContain(`event:${type}`);
  expect(shown.filter((id) => id?.startsWith("reaction:"))).toHaveLength(reactions.length);
  const lines = await page
    .locator("[data-edge]")
    .evaluateAll((edges) => edges.map((edge) => edge.getAttribute("data-edge")));
  const expected = reactions.flatMap(({ name, hears, says }) => [
    ...hears.map((type) => `event:${type}→reaction:${name}`),
    ...says.map((type) => `reaction:${name}→event:${type}`),
  ]);
  for (const line of expected) expect(lines).toContain(line);
});

test("everything by keyboard alone: go to a screen, walk the list, open an order, look at its timeline, ask for help", async () => {
  await saga.settled(await saga.place());
  await open("/");
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await page.getByRole("heading", { name: "Orders", level: 1 }).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /^Order ord_/ }).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("accounts");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Accounts", level: 1 }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await page.keyboard.press("/");
  expect(await page.evaluate('document.activeElement.hasAttribute("data-search")')).toBe(true);
});

test("an order can be copied as a test, and a session opens again from its file", async () => {
  const orderId = await saga.place();
  await saga.settled(orderId);
  await open(`/console/orders/${orderId}`);
  await page.getByRole("button", { name: "Copy as test" }).click();
  await page.getByText("Copied.").waitFor();
  expect(await page.evaluate("navigator.clipboard.readText()")).toContain(orderId);

  const exported = await (await fetch(`${saga.runtime.url}/__local/console/session`)).text();
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name: "Open" }).click(),
  ]);
  await chooser.setFiles({
    name: "session.json",
    mimeType: "application/json",
    buffer: Buffer.from(exported),
  });
  await page.locator('[data-connection="file"]').waitFor();
  await page.getByRole("heading", { name: `Order ${orderId}` }).waitFor();
});

test("a file that is no session is refused in words", async () => {
  await open("/console/orders");
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name: "Open" }).click(),
  ]);
  await chooser.setFiles({ name: "cat.json", mimeType: "application/json", buffer: Buffer.from("{}") });
  await page.getByText("cat.json is no session of this console").waitFor();
  expect(errors).toEqual([]);
});
