// The reader's place: basket, scroll and focus survive, tabs have titles, letter keys can be switched off,
// and every screen is usable on a phone and at 200 %, with faults on.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ConsoleInBrowser, connected, openConsole, openPage } from "./browser.ts";

let { browser, close, errors, open, page, saga } = {} as ConsoleInBrowser;
beforeAll(async () => {
  ({ browser, close, errors, open, page, saga } = await openConsole());
});
afterAll(() => close());

const focused = () =>
  page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent") as Promise<string>;
const go = (name: string) => page.getByRole("navigation").getByRole("link", { name, exact: true }).click();

test("the basket is there after another screen, and each tab has its screen's title", async () => {
  await open("/console/shop");
  expect(await page.title()).toBe("Shop · Order saga");
  await page.getByRole("button", { name: "Add Assam to the basket" }).click();
  await go("Mail");
  await expect.poll(() => page.title()).toBe("Mail · Order saga");
  await page.goBack();
  await page.locator(".basket").getByText("1 × Assam").waitFor();
  await page.reload();
  await connected(page);
  await page.locator(".basket").getByText("1 × Assam").waitFor();
});

test("the focus stays on what was pressed: more, fewer, none, and Buy", async () => {
  await open("/console/shop");
  await page.getByRole("button", { name: "One Assam more" }).focus();
  await page.keyboard.press("Enter");
  expect(await focused()).toBe("One Assam more");
  for (const left of [1, 0]) {
    await page.getByRole("button", { name: "One Assam fewer" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(focused).toBe(left > 0 ? "One Assam fewer" : "Add Assam to the basket");
  }
  await page.keyboard.press("Enter");
  await expect.poll(focused).toBe("One Assam more");
  await page.getByRole("button", { name: "Buy" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Accepted as").waitFor();
  expect(await focused()).toBe("Buy");
  await page.keyboard.press("Enter");
  await page.locator("[data-order]").first().getByText("confirmed", { exact: true }).waitFor();
  expect(await page.locator("[data-order]").count()).toBe(1);
});

test("a removed fault passes the focus to its list, and not to the beginning of the page", async () => {
  saga.runtime.faults.set([{ kind: "fail" }, { kind: "crash" }], 1);
  await open("/console/faults");
  await page.locator("[data-fault]").nth(1).waitFor();
  await page.getByRole("button", { name: /^Remove: every reaction fails/ }).focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator("[data-fault]").count()).toBe(1);
  await expect.poll(() => page.evaluate("document.activeElement.tagName")).toBe("UL");
});

test("the clock moves far only after a question, and an order's id is copied", async () => {
  saga.runtime.faults.remove();
  await open("/console/faults");
  await page.getByRole("button", { name: "+1 h" }).click();
  const clock = page.getByRole("dialog", { name: "Move the clock 1 h forward?" });
  await clock.getByRole("button", { name: "Leave it" }).click();
  expect(saga.runtime.clockAhead()).toBe(0);
  const orderId = await saga.place();
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  await open(`/console/orders/${orderId}`);
  await page.getByRole("button", { name: "Copy the id" }).click();
  await page.getByText("The id is copied.").waitFor();
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(orderId);
});

test("a customer of the shop is asked before an order is cancelled", async () => {
  await open("/console/shop");
  await page.getByRole("button", { name: /Assam (more|to the basket)/ }).click();
  const before = await page.locator("[data-order]").count();
  await page.getByRole("button", { name: "Buy" }).click();
  await expect.poll(() => page.locator("[data-order]").count()).toBe(before + 1);
  const bought = page.locator("[data-order]").first();
  await bought.getByText("confirmed", { exact: true }).waitFor();
  await bought.getByRole("button", { name: /^Cancel ord_/ }).click();
  const question = page.getByRole("dialog", { name: /^Cancel 1 order: ord_/ });
  await question.getByText("the money is refunded and the stock given back").waitFor();
  await question.getByRole("button", { name: "Cancel the order" }).click();
  await bought.getByText("cancelled", { exact: true }).waitFor();
});

test("a preset says in a sentence what it does, and comes beside what is on, with its hits", async () => {
  saga.runtime.faults.set([{ kind: "fail", reaction: "release-stock", times: 2 }], 7);
  saga.runtime.faults.strike("fail", () => true);
  await open("/console/faults");
  await page.getByText("The mail service refuses mails as too many").waitFor();
  await page.getByRole("button", { name: "Turn on: mail outage" }).click();
  await expect.poll(() => saga.runtime.faults.list().length).toBe(2);
  expect(saga.runtime.faults.list()).toMatchObject([{ kind: "fail", hits: 1 }, { kind: "mail" }]);
  expect(saga.runtime.faults.seed()).toBe(7);
  saga.runtime.faults.remove();
});

test("a list is scrolled as it was on the way back, and rows that come above it do not move it", async () => {
  const { page: own, context } = await openPage(browser);
  await own.route("**/__local/console/snapshot", async (route) => {
    const snapshot = (await (await route.fetch()).json()) as { orders: object[] };
    const orders = Array.from({ length: 300 }, (_, index) => ({
      ...snapshot.orders[0],
      orderId: `ord_${String(index).padStart(32, "0")}`,
    }));
    await route.fulfill({ json: { ...snapshot, orders } });
  });
  await own.goto(`${saga.runtime.url}/console/orders`);
  await connected(own);
  const top = () => own.locator(".rows").evaluate((rows) => rows.scrollTop);
  const first = () =>
    own.evaluate(`(() => {
      const box = document.querySelector(".rows").getBoundingClientRect();
      return document.elementFromPoint(box.left + 300, box.top + 40).closest("[data-row]").dataset.row;
    })()`);
  await own.locator(".rows").evaluate((rows) => rows.scrollTo(0, 3600));
  await own.locator(`[data-row="ord_${"103".padStart(32, "0")}"] a`).click();
  await own
    .getByRole("heading", { name: /^Order|There is no order|No such/ })
    .first()
    .waitFor();
  await own.goBack();
  await expect.poll(top).toBe(3600);
  const before = await first();
  await saga.settled(await saga.place());
  await expect.poll(top).toBeGreaterThan(3600);
  expect(await first()).toBe(before);
  await context.close();
});

test("letters alone do nothing once they are switched off; the switch and Ctrl K stay", async () => {
  await open("/console/shop");
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await page.getByRole("checkbox", { name: "Letters and signs alone do something" }).uncheck();
  await page.keyboard.press("Escape");
  for (const key of ["g", "o", "?", "/"]) await page.keyboard.press(key);
  expect(await page.getByRole("dialog").count()).toBe(0);
  expect(new URL(page.url()).pathname).toBe("/console/shop");
  expect(await page.evaluate("document.activeElement.matches('input')")).toBe(false);
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Go to" }).waitFor();
  await page.keyboard.press("Escape");
  await page.reload();
  await connected(page);
  await page.keyboard.press("?");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.evaluate("localStorage.removeItem('letter-keys')");
});

/** In the page: what is cut off at the right, and how much of the window the frame leaves to the screen. */
const seen = `(() => {
  const isScrolled = (each) => each.closest(".scroll, .table, .tabs, .side ul, pre, svg, .lanes, .visually-hidden, .skip");
  const wide = [...document.querySelectorAll("body *")].filter((each) => {
    const { right, width } = each.getBoundingClientRect();
    return width > 0 && right > innerWidth + 1 && !isScrolled(each);
  });
  const main = document.querySelector("#main").getBoundingClientRect();
  return {
    cut: wide.map((each) => each.outerHTML.slice(0, 80)),
    isSideways: document.scrollingElement.scrollWidth > innerWidth + 1,
    top: Math.round(main.top),
    tab: document.querySelector(".side [aria-current]").getBoundingClientRect().right <= innerWidth,
  };
})()`;

/** By day the screens that differ most; every night all. */
const byDay = ["flow", "shop", "orders", "dead-letters", "faults", "api"];
const all = [...byDay, "bulk-orders", "feeds", "queues", "events", "mail", "accounts"];

test.each([
  { words: "a phone", width: 360, height: 740 },
  { words: "200 %", width: 720, height: 450 },
])(
  "$words, with eleven faults on: no screen is cut off, and half of the window is the screen's",
  async (size) => {
    saga.runtime.faults.remove();
    saga.runtime.faults.set([{ kind: "poison" }], 1);
    const orderId = await saga.place();
    await saga.settled(orderId);
    saga.runtime.faults.add(
      Array.from({ length: 10 }, () => ({ kind: "queue-down" as const, chance: 0.01 })),
    );
    const { page: own, context } = await openPage(browser, size);
    const screens = process.env.NIGHTLY ? all : byDay;
    for (const screen of [...screens, `orders/${orderId}`]) {
      await own.goto(`${saga.runtime.url}/console/${screen}`);
      await connected(own);
      await own.locator("h1").waitFor();
      const found = (await own.evaluate(seen)) as { top: number };
      expect({ screen, ...found }).toEqual({
        screen,
        cut: [],
        isSideways: false,
        tab: true,
        top: expect.any(Number) as number,
      });
      expect(found.top, screen).toBeLessThanOrEqual(size.height / 2);
    }
    saga.runtime.faults.remove();
    await context.close();
  },
);

test("nothing of it wrote an error to the browser's console", () => {
  expect(errors).toEqual([]);
});
