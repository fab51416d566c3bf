// The screen of webhooks: endpoints in true words, attempts, and one webhook sent again by two clicks.

import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ConsoleInBrowser, openConsole } from "./browser.ts";

type Receiver = {
  status: number;
  refuses: (body: string) => boolean;
  ids: string[];
  server: Server;
  url: string;
};

async function aReceiver(): Promise<Receiver> {
  const receiver = { status: 200, refuses: (_: string) => false, ids: [] as string[] };
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    receiver.ids.push(String(request.headers["webhook-id"]));
    response.writeHead(receiver.refuses(body) ? 500 : receiver.status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(receiver, {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  });
}

let shop: Receiver;
let erp: Receiver;
let { close, errors, open, page, saga } = {} as ConsoleInBrowser;
beforeAll(async () => {
  shop = await aReceiver();
  erp = await aReceiver();
  const settings = { WEBHOOK_ENDPOINTS: `shop=${shop.url},erp=${erp.url}` };
  ({ close, errors, open, page, saga } = await openConsole(settings));
});
afterAll(async () => {
  await close();
  for (const { server } of [shop, erp]) server.close();
});

const endpoint = (name: string) => page.locator(`[data-endpoint="${name}"]`);
const webhooks = (name: string, state: string) =>
  page.locator(`tr[data-webhook$="_${name}"][data-state="${state}"]`);

test("before an order has ended each endpoint is healthy, and nothing was told", async () => {
  await open("/console/webhooks");
  await expect.poll(() => endpoint("shop").textContent()).toContain("It takes what it is told.");
  expect(await page.getByText("No order has ended yet").count()).toBe(1);
});

test("a webhook is shown with its attempt, on its order too, and is sent again by two clicks", async () => {
  const orderId = await saga.place();
  await saga.settled(orderId);
  await webhooks("shop", "DELIVERED").first().waitFor();
  await webhooks("shop", "DELIVERED").first().getByRole("button").click();
  expect(await page.getByRole("list", { name: "Attempts" }).textContent()).toContain("200");
  await page.getByRole("button", { name: "Send again" }).click();
  await page.getByRole("button", { name: "Send it again" }).click();
  await expect.poll(() => shop.ids.length).toBe(2);
  expect(new Set(shop.ids).size).toBe(1);
  await open(`/console/orders/${orderId}`);
  await webhooks("erp", "DELIVERED").first().waitFor();
});

test("an endpoint that answers 410 is said to be told nothing more, and has what it missed once enabled", async () => {
  erp.status = 410;
  await open("/console/webhooks");
  const told = erp.ids.length;
  for (let n = 0; n < 2; n++) await saga.settled(await saga.place());
  await expect.poll(() => endpoint("erp").getAttribute("data-state")).toBe("disabled");
  const words = await endpoint("erp").textContent();
  expect(words).toContain("It answered 410, so it is told nothing more.");
  await expect.poll(() => endpoint("erp").textContent()).toContain("2 not taken yet.");
  expect(await endpoint("shop").getAttribute("data-state")).toBe("healthy");
  await picture();
  erp.status = 200;
  await page.getByRole("button", { name: "Enable" }).click();
  await expect.poll(() => endpoint("erp").getAttribute("data-state")).toBe("healthy");
  await expect.poll(() => new Set(erp.ids).size, { timeout: 10_000 }).toBe(3);
  expect(erp.ids.length).toBeGreaterThan(told);
});

test("an endpoint that fails is said to be tried by one, and after three days to be told nothing more", async () => {
  erp.status = 500;
  await open("/console/webhooks");
  for (let n = 0; n < 3; n++) await saga.settled(await saga.place());
  await expect.poll(() => endpoint("erp").getAttribute("data-state")).toBe("failing");
  expect(await endpoint("erp").textContent()).toContain("It failed three times in a row; others are told");
  expect(await endpoint("erp").textContent()).toContain("One webhook tries it again");
  for (let times = 0; times < 10; times++) {
    await saga.runtime.advanceClock(10 * 3600_000);
    await saga.idle();
  }
  await expect.poll(() => endpoint("erp").getAttribute("data-state")).toBe("disabled");
  expect(await endpoint("erp").textContent()).toContain("It took nothing for three days.");
  erp.status = 200;
  await page.getByRole("button", { name: "Enable" }).click();
  await expect.poll(() => endpoint("erp").getAttribute("data-state")).toBe("healthy");
});

test("a webhook that was given up is shown with its endpoint, and with its order", async () => {
  const bad = new Set<string>();
  erp.refuses = (body) => [...bad].some((orderId) => body.includes(orderId));
  const orderId = await saga.place();
  bad.add(orderId);
  await saga.settled(orderId);
  for (let times = 0; times < 12; times++) {
    await saga.runtime.advanceClock(25 * 3600_000);
    await saga.idle();
    // Another one in between, so that the endpoint itself is well.
    await saga.settled(await saga.place());
    await saga.idle();
  }
  await open("/console/webhooks");
  await expect.poll(() => endpoint("erp").textContent()).toContain("given up");
  expect(await endpoint("erp").getAttribute("data-state")).toBe("healthy");
});

test("axe finds nothing on the screen, with a webhook open", async () => {
  await page.locator("tr[data-webhook] button").first().click();
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await axe
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)).toEqual([]);
});

test("an endpoint is disabled by hand after a question, and the screen says so", async () => {
  await open("/console/webhooks");
  await endpoint("shop").waitFor();
  await page.getByRole("button", { name: "Disable" }).first().click();
  await page.getByRole("button", { name: "Disable it" }).click();
  await expect.poll(() => endpoint("shop").textContent()).toContain("It was disabled by hand.");
  expect(errors).toEqual([]);
});

async function picture(): Promise<void> {
  const image = await page.screenshot();
  expect(image.length).toBeGreaterThan(30_000);
  if (process.env.PICTURES !== "1") return;
  const folder = fileURLToPath(new URL("../../../../docs/pictures/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}webhooks.png`, image);
}
