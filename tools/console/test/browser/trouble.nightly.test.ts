// The operator's cases: what an order's page says of each within seconds, and the one act that ends it.
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PurgeQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { BUS_NAME } from "@order-saga/local/source-folders";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { OrderDetail, Snapshot } from "../../src/console-api.ts";
import { type ConsoleInBrowser, openConsole } from "./browser.ts";

let { close, errors, open, page, saga } = {} as ConsoleInBrowser;
beforeAll(async () => {
  ({ close, errors, open, page, saga } = await openConsole());
});
afterAll(() => close());
afterEach(() => {
  saga.runtime.faults.remove();
  expect(errors).toEqual([]);
});

const WITHIN = { timeout: 5000 };
const MAILS = "notification-notify-customer";

/** What the page says of the order contains this within five seconds. */
async function says(orderId: string, words: RegExp): Promise<void> {
  await open(`/console/orders/${orderId}`);
  await expect.poll(() => page.locator("[data-why]").textContent({ timeout: 1000 }), WITHIN).toMatch(words);
}

/** Two clicks, and a few words where a reason is asked for; resolves with what the page says came of it. */
async function end(title: RegExp, reason?: string): Promise<string> {
  await page.getByRole("button", { name: title }).first().click();
  const dialog = page.getByRole("dialog");
  if (reason !== undefined) await dialog.getByLabel("Why, for the log of acts").fill(reason);
  await dialog.locator("button.first").click();
  const outcome = page.locator("[data-act-outcome]");
  await expect.poll(() => outcome.textContent(), WITHIN).not.toMatch(/^(Working …)?$/);
  return (await outcome.textContent()) ?? "";
}

const ask = async <T>(path: string) =>
  (await (await fetch(`${saga.runtime.url}/__local/console/${path}`)).json()) as T;
const acts = async () => (await ask<Snapshot>("snapshot")).acts.map(({ act, outcome }) => [act, outcome]);
const mailsOf = (orderId: string, kind: string) =>
  saga.runtime.aws.mails().filter(({ headers }) => headers["x-order-mail"] === `${orderId}/${kind}`);

async function settled(): Promise<string> {
  const orderId = await saga.place();
  await saga.settled(orderId);
  await saga.idle();
  return orderId;
}

test("an order whose first event was lost is listed, and published by hand", async () => {
  saga.runtime.faults.set([{ kind: "put-events", outcome: "refused", event: "OrderPlaced" }], 1);
  const key = crypto.randomUUID();
  await saga.place({ key }).catch(() => {});
  const { body } = await saga.request("GET", "/orders");
  const [{ orderId }] = (body as { items: [{ orderId: string }] }).items;
  await open("/console/orders");
  await page.getByRole("row").filter({ hasText: "the bus has not taken it" }).waitFor(WITHIN);
  await says(orderId, /^OrderPlaced is recorded, but the bus has not taken it; the sweep publishes it/);
  saga.runtime.faults.remove();
  expect(await end(/^Publish OrderPlaced now$/)).toBe("Done: taken by the bus.");
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  await says(orderId, /^Confirmed; the money is captured and the stock is sold\.$/);
});

test("a mail that was refused is told, and sent again", async () => {
  saga.runtime.faults.set([{ kind: "mail", outcome: "refused" }], 1);
  const orderId = await settled();
  saga.runtime.faults.remove();
  await says(
    orderId,
    /The mail service refused the mail “confirmed” at \d\d:\d\d:\d\d UTC \(MessageRejected\)/,
  );
  await page.getByText("confirmed, stuck").first().waitFor(WITHIN);
  expect(await end(/^Send the mail “confirmed” again$/)).toBe("Done: handed to notify-customer.");
  await saga.idle();
  expect(mailsOf(orderId, "confirmed")).toHaveLength(1);
  await end(/^Send the mail “received” again$/);
  await saga.idle();
  await says(orderId, /^Confirmed; the money is captured and the stock is sold\.$/);
});

test("a mail of unknown outcome is told, and may be sent a second time without breaking an invariant", async () => {
  saga.runtime.faults.set([{ kind: "mail", outcome: "unknown", times: 1 }], 1);
  const orderId = await settled();
  await says(orderId, /Whether the mail “received” went out is unknown/);
  expect(mailsOf(orderId, "received")).toHaveLength(1);
  await end(/^Send the mail “received” again$/);
  await saga.idle();
  expect(mailsOf(orderId, "received")).toHaveLength(2);
  await says(orderId, /^Confirmed; the money is captured and the stock is sold\.$/);
  const violated = async () =>
    (await ask<Snapshot>("snapshot")).accounts.invariants.filter(
      ({ id, state }) => id === "A14" && state === "violated",
    );
  await expect.poll(violated, WITHIN).toEqual([]);
});

test("a last attempt that failed is said to be parked, then it is parked, and a redrive ends it", async () => {
  saga.runtime.faults.set([{ kind: "fail", reaction: "commit-stock" }], 1);
  const orderId = await saga.place();
  await saga.until(orderId, "PaymentCaptured");
  await expect.poll(() => lastAttempt(orderId), { timeout: 20_000 }).toBe(5);
  await says(orderId, /attempt 5 of 5, the last one: it is parked in the dead-letter queue at \d\d:/);
  await saga.idle();
  saga.runtime.faults.remove();
  await says(orderId, /commit-stock gave up on PaymentCaptured after 5 attempts/);
  expect(await end(/^Redrive PaymentCaptured to commit-stock$/)).toMatch(/^1 redriven, 1 settled/);
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
});

/** The number of the last attempt that has ended; each call lets the next one come. */
async function lastAttempt(orderId: string): Promise<number> {
  const { moments } = await ask<OrderDetail>(`orders/${orderId}`);
  const ended = moments.filter(
    (each) => each.kind === "attempt" && each.reaction === "commit-stock" && each.endedAt,
  );
  if (ended.length < 5) await saga.runtime.advanceClock(60_000);
  return ended.length;
}

test("a letter that an ended order needs no more makes it not stuck, and is discarded with a reason", async () => {
  const orderId = await settled();
  const detail = saga.eventsOf(orderId).find(({ type }) => type === "OrderPlaced");
  const MessageBody = JSON.stringify({ source: "shop.orders", "detail-type": "OrderPlaced", detail });
  const QueueUrl = saga.runtime.queueUrls.get("inventory-reserve-stock-dlq");
  await saga.runtime.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  await says(orderId, /^Confirmed; .* A message is left over \(OrderPlaced for reserve-stock\)/);
  expect(await page.getByText("confirmed, stuck").count()).toBe(0);
  expect(await end(/^Discard OrderPlaced for reserve-stock$/, "a repeat of the sweep")).toBe("1 discarded.");
  expect(await acts()).toContainEqual(["discard", "1 deleted for good: a repeat of the sweep"]);
  await says(orderId, /^Confirmed; the money is captured and the stock is sold\.$/);
});

test("a mail whose message was purged is missed, and sent", async () => {
  const mapping = saga.runtime.mappings.get(MAILS);
  await mapping?.disable();
  const orderId = await saga.place();
  await saga.settled(orderId);
  const QueueUrl = saga.runtime.queueUrls.get(MAILS);
  await expect.poll(() => saga.runtime.aws.queues.count(MAILS).ready, WITHIN).toBe(2);
  await saga.runtime.clients.sqs.send(new PurgeQueueCommand({ QueueUrl }));
  mapping?.enable();
  await saga.runtime.advanceClock(6000);
  await says(
    orderId,
    /The customer was not told: the mail “confirmed” was not sent, and no message is under way/,
  );
  await end(/^Send the mail “confirmed” again$/);
  await saga.idle();
  expect([mailsOf(orderId, "received").length, mailsOf(orderId, "confirmed").length]).toEqual([1, 1]);
});

test("an event with an odd value breaks no screen; it says that no service takes it", async () => {
  const orderId = `ord_${"b".repeat(32)}`;
  const sample = saga.eventsOf(await settled()).find(({ type }) => type === "OrderPlaced");
  const detail = {
    ...sample,
    orderId,
    data: { ...sample?.data, currency: "bad!", amount: "much", lines: 7 },
  };
  const Entries = [
    {
      EventBusName: BUS_NAME,
      Source: "shop.orders",
      DetailType: "OrderPlaced",
      Detail: JSON.stringify(detail),
    },
  ];
  await saga.runtime.clients.eventBridge.send(new PutEventsCommand({ Entries }));
  await saga.idle();
  await says(orderId, /^OrderPlaced breaks its contract, so no service acts on it/);
  for (const path of ["orders", "events", "flow", "dead-letters"]) {
    await open(`/console/${path}`);
    await page.getByRole("heading").first().waitFor();
  }
  await says(orderId, /^OrderPlaced breaks/);
  const letters = (await ask<OrderDetail>(`orders/${orderId}`)).deadLetters;
  for (const _ of letters) await end(/^Discard OrderPlaced for/, "no such order");
  await expect
    .poll(async () => (await ask<OrderDetail>(`orders/${orderId}`)).deadLetters.length, WITHIN)
    .toBe(0);
});
