// The flow map and the failure board in a browser: arrow keys, a group's dry run, redriving all.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ConsoleInBrowser, openConsole } from "./browser.ts";

let { close, errors, open, page, saga } = {} as ConsoleInBrowser;
const stuck: string[] = [];
beforeAll(async () => {
  ({ close, errors, open, page, saga } = await openConsole());
  saga.runtime.faults.set(
    [
      { kind: "fail", reaction: "commit-stock" },
      { kind: "fail", reaction: "release-stock" },
    ],
    1,
  );
  stuck.push(
    await saga.place(),
    await saga.place(),
    await saga.place({ paymentMethod: "pm_card_visa_chargeDeclined" }),
  );
  await saga.idle();
});
afterAll(() => close());

const deadIn = (queue: string) => saga.runtime.aws.queues.messages(queue).length;
const LINE = "event:PaymentCaptured→reaction:commit-stock";

test("a line of the map shows the messages that lie at its end, and what went that way", async () => {
  await open("/console/flow");
  await page.locator(`[data-edge="${LINE}"] .touch`).dispatchEvent("click");
  const panel = page.getByRole("region", { name: "PaymentCaptured to commit-stock" });
  await panel.getByText("In inventory-commit-stock-dlq").waitFor();
  await expect.poll(() => panel.locator("summary").count()).toBe(2);
  await expect.poll(() => panel.getByRole("link", { name: "PaymentCaptured" }).count()).toBe(2);
  expect(new URL(page.url()).searchParams.get("node")).toBe(LINE);
  await page.reload();
  await panel.waitFor();
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
});

/** In the page: the height of each text of the map, in pixels of the screen. */
const textHeights = `[...document.querySelectorAll(".map svg text")].map((text) => {
  const { a, b } = text.getScreenCTM();
  return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
})`;
/** In the page: texts of the map that reach beyond their box. */
const spilling = `[...document.querySelectorAll(".map .node, .map .chip, .map .tally")].filter((group) => {
  const text = group.querySelector("text").getBoundingClientRect();
  const box = group.querySelector("rect").getBoundingClientRect();
  return text.left < box.left || text.right > box.right || text.top < box.top || text.bottom > box.bottom;
}).map((group) => group.textContent)`;

test("the map is read at 1440 pixels: letters of 12 at least, each within its box, from left to right", async () => {
  await open("/console/flow");
  await page.locator("[data-node]").first().waitFor();
  const heights = (await page.evaluate(textHeights)) as number[];
  expect(heights.length).toBeGreaterThan(50);
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(12);
  expect(await page.evaluate(spilling)).toEqual([]);
  const left = async (id: string) => (await page.locator(`[data-node="${id}"]`).boundingBox())?.x ?? 0;
  expect(await left("route:place-order")).toBeLessThan(await left("event:OrderPlaced"));
  expect(await left("event:OrderPlaced")).toBeLessThan(await left("reaction:reserve-stock"));
});

test("arrow keys walk the map, and Enter opens what they stand on", async () => {
  await open("/console/flow");
  await page.locator("h1:focus").waitFor();
  await page.locator('[data-node="event:OrderPlaced"]').focus();
  await page.keyboard.press("ArrowLeft");
  const focused = () => page.locator("[data-node]:focus").getAttribute("data-node");
  expect(await focused()).toMatch(/^(route:place-order|schedule:sweep-orders|reaction:place-child)$/);
  await page.keyboard.press("ArrowRight");
  expect(await focused()).toBe("event:OrderPlaced");
  await page.keyboard.press("Enter");
  const panel = page.getByRole("region", { name: "OrderPlaced" });
  await panel.getByRole("button", { name: "OrderPlaced to reserve-stock" }).click();
  await page.getByRole("region", { name: "OrderPlaced to reserve-stock" }).waitFor();
});

test("Tab reaches one thing of an order's timeline, and arrow keys walk the rest", async () => {
  await open(`/console/orders/${stuck[0]}`);
  await page.locator("h1:focus").waitFor();
  await page.locator(".lanes [data-key]").first().waitFor();
  // Not by a selector, which forgives capitals that an SVG element's attribute does not.
  const places = await page
    .locator(".lanes [data-key]")
    .evaluateAll((all) => all.map((each) => each.getAttribute("tabindex")));
  expect(places.filter((place) => place === "0")).toHaveLength(1);
  await page.locator(".lanes").focus();
  await page.keyboard.press("ArrowRight");
  const focused = page.locator(".lanes [data-key]:focus");
  const first = await focused.getAttribute("data-key", { timeout: 5000 });
  await page.keyboard.press("ArrowRight");
  expect(await focused.getAttribute("data-key", { timeout: 5000 })).not.toBe(first);
});

test("a group is tried dry at once, and nothing of it moves", async () => {
  saga.runtime.faults.remove();
  await open("/console/dead-letters");
  const group = page.locator("[data-group]").filter({ hasText: "commit-stock" });
  await group.getByRole("button", { name: "Show messages" }).click();
  await page.getByRole("button", { name: "Dry run all 2" }).click();
  await page.getByText("Tried on copies: 2 × would settle.").waitFor();
  expect(await page.locator(".letter .dry-run").count()).toBe(2);
  expect(deadIn("inventory-commit-stock-dlq")).toBe(2);
});

test("what redrives keeps the focus while it works, and does nothing twice", async () => {
  await open("/console/dead-letters");
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  let count = 0;
  await page.route("**/dead-letters/redrive", async (route) => {
    count++;
    asked.resolve();
    await answered.promise;
    await route.fulfill({ status: 409, json: { title: "Not now." } });
  });
  const group = page.locator("[data-group]").filter({ hasText: "commit-stock" });
  const button = group.getByRole("button", { name: "Redrive the group" });
  await button.click();
  await page.getByRole("dialog").getByRole("button", { name: "Redrive 2" }).click();
  await asked.promise;
  expect(await button.getAttribute("aria-disabled")).toBe("true");
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Redrive the group");
  await page.keyboard.press("Enter");
  await group.getByRole("button", { name: "Discard the group" }).dispatchEvent("click");
  expect(await page.getByRole("dialog").count()).toBe(0);
  answered.resolve();
  await group.getByText("Not now.").waitFor();
  expect(count).toBe(1);
  await page.unroute("**/dead-letters/redrive");
});

test("all dead letters are redriven after a question that names how many and where, and every order ends", async () => {
  await open("/console/dead-letters");
  await page.getByRole("button", { name: "Redrive all 3" }).click();
  const question = page.getByRole("dialog", { name: "Redrive all 3 messages of 2 queues?" });
  await question.getByText("2 of inventory-commit-stock-dlq").waitFor();
  await question.getByRole("button", { name: "Redrive 3" }).click();
  await page.getByText("3 redriven, 3 settled.").waitFor();
  await page.getByText("No dead letter").waitFor();
  expect(deadIn("inventory-commit-stock-dlq") + deadIn("inventory-release-stock-dlq")).toBe(0);
  const ends = await Promise.all(stuck.map((orderId) => saga.settled(orderId)));
  expect(ends).toEqual(["CONFIRMED", "CONFIRMED", "REJECTED"]);
  const captured = saga.runtime.aws.payments.intents().filter(({ status }) => status === "succeeded");
  expect(captured).toHaveLength(2);
});

test("a seed is chosen where faults are, and what is on begins again with it", async () => {
  saga.runtime.faults.set([{ kind: "duplicate", chance: 0.5 }], 1);
  await open("/console/faults");
  await page.getByLabel("Seed").fill("42");
  await page.getByRole("button", { name: "Begin again" }).click();
  await expect.poll(() => saga.runtime.faults.seed()).toBe(42);
  expect(saga.runtime.faults.list()).toMatchObject([{ kind: "duplicate", chance: 0.5 }]);
  saga.runtime.faults.remove();
});

test("nothing of it wrote an error to the browser's console", () => {
  expect(errors).toEqual([]);
});
