// Dead letters in a browser: the same counts everywhere, redriven one by one, none lost or doubled.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type ConsoleInBrowser, openConsole } from "./browser.ts";

let { close, open, page, saga } = {} as ConsoleInBrowser;
beforeAll(async () => {
  ({ close, open, page, saga } = await openConsole());
});
afterAll(() => close());
afterEach(() => void saga.runtime.faults.remove());

const DLQ = "inventory-commit-stock-dlq";
const dead = () => saga.runtime.aws.queues.messages(DLQ);
const intentOf = (orderId: string) =>
  saga.runtime.aws.payments.intents().filter(({ metadata }) => metadata.orderId === orderId);

/** An order whose stock is never committed: five attempts, then the dead-letter queue. */
async function stuckOrder(): Promise<string> {
  saga.runtime.faults.set([{ kind: "fail", reaction: "commit-stock" }], 1);
  const orderId = await saga.place();
  await saga.idle();
  return orderId;
}

test("a message that always fails: five attempts, and the same count in navigation, title, queue, map and group", async () => {
  await stuckOrder();
  expect(dead()).toHaveLength(1);
  expect(saga.runtime.faults.list()[0]?.hits).toBe(5);
  await open("/console/dead-letters");
  await page.locator("[data-group] [data-count]").first().waitFor();
  expect(await page.locator("[data-group] [data-count]").textContent()).toBe("1");
  expect(await page.locator('[data-count="failures"]').textContent()).toMatch(/^1\b/);
  await expect.poll(() => page.title()).toBe("(1) Dead letters · Order saga");
  await open(`/console/queues?queue=${DLQ}`);
  const row = page.getByRole("row").filter({ hasText: DLQ });
  expect(await row.getByRole("cell").nth(2).textContent()).toBe("1");
  await open("/");
  expect(await page.locator('[data-chips="reaction:commit-stock"] [data-chip="dead"]').textContent()).toBe(
    "1 dead",
  );
});

test("a dry run through the real rule changes nothing; redriven, the saga ends with exactly one capture", async () => {
  const [letter] = dead();
  const { orderId } = (JSON.parse(letter?.body ?? "{}") as { detail: { orderId: string } }).detail;
  await open("/console/dead-letters");
  await page.getByRole("button", { name: "Show messages" }).click();
  await page.getByRole("button", { name: "Dry run" }).click();
  await page.getByText("would settle").waitFor();
  expect(dead()).toHaveLength(1);
  await page.getByRole("button", { name: "Redrive the group" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Redrive 1" }).click();
  await page.getByText("No dead letter").waitFor();
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  expect(intentOf(orderId)).toMatchObject([{ status: "succeeded" }]);
  await page
    .getByRole("cell", { name: /redrive/ })
    .first()
    .waitFor();
});

test("redriven while it is still broken: the same group, failed again, nothing lost or doubled", async () => {
  const POISONED = "inventory-reserve-stock-dlq";
  const poisoned = () => saga.runtime.aws.queues.messages(POISONED);
  saga.runtime.faults.set([{ kind: "poison", reaction: "reserve-stock", times: 1 }], 1);
  expect(await saga.settled(await saga.place())).toBe("CONFIRMED");
  await expect.poll(() => poisoned().length).toBe(1);
  const [before] = poisoned();
  await open("/console/dead-letters");
  const group = await page.locator("[data-group]").getAttribute("data-group");
  await page.getByRole("button", { name: "Show messages" }).click();
  await page.getByText("breaks the contract at /").waitFor();
  await page.locator(".letter").getByRole("button", { name: "Redrive", exact: true }).click();
  await page
    .getByRole("dialog", { name: "Redrive 1 message to reserve-stock?" })
    .getByRole("button", { name: "Redrive 1" })
    .click();
  await page.getByText("failed again").first().waitFor();
  expect(poisoned()).toMatchObject([{ body: before?.body }]);
  expect(await page.locator("[data-group]").count()).toBe(1);
  expect(await page.locator("[data-group]").getAttribute("data-group")).toBe(group);
  expect(saga.runtime.aws.queues.count("inventory-reserve-stock")).toEqual({
    ready: 0,
    delayed: 0,
    inFlight: 0,
  });
});

test("duplicates and reordering on twenty orders: all of them end, and the accounts are green", async () => {
  saga.runtime.faults.set(
    [
      { kind: "duplicate", chance: 0.5 },
      { kind: "reorder", withinSeconds: 20, chance: 0.5 },
    ],
    7,
  );
  const orderIds = await Promise.all(Array.from({ length: 20 }, () => saga.place()));
  await saga.idle();
  saga.runtime.faults.remove();
  for (const orderId of orderIds) expect(await saga.settled(orderId)).toBe("CONFIRMED");
  await open("/console/accounts");
  await page.locator('[data-accounts="green"]').waitFor({ timeout: 15_000 });
  expect(await page.locator("[data-invariant]").count()).toBeGreaterThan(20);
});

test("a banner says which fault is on, and it is turned off where it is listed", async () => {
  await open("/console/faults");
  await page.getByRole("button", { name: "Turn on: mail outage" }).click();
  await page.getByText("A fault is on:").waitFor();
  await page.getByRole("button", { name: "None again" }).click();
  await page.getByText("No fault is on").waitFor();
  expect(saga.runtime.faults.list()).toEqual([]);
});

test("a fault made in the form strikes", async () => {
  await open("/console/faults");
  await page.getByLabel("Kind").selectOption("provider");
  await page.getByLabel("outcome").selectOption("declined");
  await page.getByLabel("times").fill("1");
  await page.getByRole("button", { name: "Add the fault" }).click();
  await page.locator("[data-fault]").waitFor();
  expect(await saga.settled(await saga.place())).toBe("REJECTED");
});
