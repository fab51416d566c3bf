// A customer who is forgotten is in no file of the laptop any more, whatever had happened to their orders.

import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { customerOf } from "@order-saga/messaging/personal-data/sealing";
import { KEYS_TABLE, keyRecord } from "@order-saga/messaging/personal-data/table";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Saga, startSaga } from "../src/testing/saga.ts";

/** A hundred of them run every night. */
const HISTORIES = Number(process.env.FORGET_HISTORIES ?? 3);
const SEED = Number(process.env.FORGET_SEED ?? 1);

let saga: Saga;
let data = "";
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "forget-"));
  saga = await startSaga(data);
});
afterAll(async () => {
  await saga.stop();
  rmSync(data, { recursive: true });
});

/** The text in the ways in which a file may hold it. */
function spellingsOf(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  // Of each alignment the part that does not depend on what stands beside it.
  const aligned = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .slice(before === 0 ? 0 : 4, -4),
  );
  const escaped = JSON.stringify(text).slice(1, -1);
  const percent = encodeURIComponent(text);
  const plain = [
    text,
    escaped,
    percent,
    ...aligned,
    ...aligned.map((each) => each.replaceAll("+", "-").replaceAll("/", "_")),
  ];
  return [
    ...plain.map((each) => Buffer.from(each)),
    Buffer.from(text, "utf16le"),
    Buffer.from(text, "utf16le").swap16(),
  ];
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Where the texts are found: in files by name, and in the log. */
function found(texts: readonly string[]): string[] {
  const places = [
    ...filesIn(data).map((file) => [file.slice(data.length + 1), readFileSync(file)] as const),
    ["the log", Buffer.from(saga.logs.join("\n"))] as const,
  ];
  return places.flatMap(([name, bytes]) =>
    texts
      .filter((text) => spellingsOf(text).some((each) => bytes.includes(each)))
      .map((text) => `${text} in ${name}`),
  );
}

/** What a person has written, a different text in each place. */
const canariesOf = (sub: string) => ({
  email: `${sub}@canary.example`,
  name: `Canary ${sub.replaceAll(/\d/g, (digit) => "abcdefghij"[Number(digit)] ?? "")}`,
  cancel: `${sub} may be called on +49 170 5550199`,
  refund: `${sub} found the cup broken`,
  reference: `for the office of ${sub}`,
});
type Canaries = ReturnType<typeof canariesOf>;

function randomFrom(seed: number): (below: number) => number {
  let state = seed * 2654435761;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) >>> 0;
    return state % below;
  };
}

const cards = ["pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined", "pm_card_authenticationRequired"];

/** Some orders of one customer, cancelled, refunded or neither, with a bulk or without. */
async function live(sub: string, canaries: Canaries, random: (below: number) => number): Promise<void> {
  const contact = { email: canaries.email, name: canaries.name };
  const line = { sku: "TEA-ASSAM", quantity: 1 };
  const headers = () => ({ "idempotency-key": randomUUID() });
  for (let count = 1 + random(2); count > 0; count--) {
    const paymentMethod = cards[random(cards.length)];
    const body = { contact, currency: "EUR", lines: [line], paymentMethod };
    const placed = await saga.request("POST", "/orders", { body, headers: headers(), sub });
    expect(placed.status, JSON.stringify(placed.body)).toBe(202);
    const path = `/orders/${placed.body.orderId}`;
    if (paymentMethod === "pm_card_visa" && random(3) > 0) await saga.settled(String(placed.body.orderId));
    if (random(2) === 0)
      await saga.request("POST", `${path}/refunds`, {
        body: { amount: 5, reason: canaries.refund },
        headers: headers(),
        sub: "clerk",
      });
    if (random(2) === 0)
      await saga.request("POST", `${path}/cancel`, { body: { reason: canaries.cancel }, sub });
  }
  if (random(2) === 0) {
    const orders = [{ lines: [line], paymentMethod: "pm_card_visa", reference: canaries.reference }];
    await saga.request("POST", "/bulk-orders", {
      body: { contact, currency: "EUR", orders },
      headers: headers(),
      sub,
    });
  }
}

/** The customer's key, as the tables keep it. */
async function keyOf(sub: string): Promise<string> {
  const [pk, sk] = Object.values(keyRecord(customerOf(sub)));
  const Key = { pk: { S: pk ?? "" }, sk: { S: sk ?? "" } };
  const { Item } = await saga.runtime.clients.dynamodb.send(
    new GetItemCommand({ TableName: KEYS_TABLE, Key, ConsistentRead: true }),
  );
  return Item?.bytes?.S ?? expect.unreachable("there is no key");
}

async function operate(what: "forget" | "export", sub: string): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json", "x-order-saga": "test" };
  const url = `${saga.runtime.url}/__local/customers/${what}`;
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ sub }) });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, unknown>;
}

test(
  `of ${HISTORIES} customers who are forgotten no byte is left (seed ${SEED})`,
  async () => {
    let mailed = 0;
    for (let number = 0; number < HISTORIES; number++) {
      const random = randomFrom(SEED * 1000 + number);
      const sub = `q${SEED}z${number}x${random(10_000)}`;
      const canaries = canariesOf(sub);
      // Some are forgotten while their mails are still waiting.
      const notify = random(2) === 0 ? saga.runtime.mappings.get("notification-notify-customer") : undefined;
      await notify?.disable();
      await live(sub, canaries, random);
      if (!notify) await saga.idle();
      const before = found(Object.values(canaries));
      expect(before.filter((place) => !place.includes("ses.sqlite"))).toEqual([]);
      mailed += before.length;
      const key = await keyOf(sub);
      expect(found([key])).not.toEqual([]);
      expect(await operate("forget", sub)).toMatchObject({ hadKey: true });
      notify?.enable();
      await saga.idle();
      expect(found([key, ...Object.values(canaries)]), sub).toEqual([]);
      expect(await operate("forget", sub)).toMatchObject({ hadKey: false });
    }
    expect(mailed).toBeGreaterThan(0);
    for (const name of saga.runtime.queueUrls.keys())
      if (name.endsWith("-dlq")) expect(saga.runtime.aws.queues.messages(name), name).toEqual([]);
  },
  60_000 + HISTORIES * 20_000,
);

test("the laptop starts again after somebody was forgotten", async () => {
  await saga.stop();
  saga = await startSaga(data);
  const orderId = await saga.place({ sub: "after-the-restart" });
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
});

test("what is kept of a customer is handed out with their words, until they are forgotten", async () => {
  const sub = "ada-of-the-export";
  const orderId = await saga.place({ sub });
  await saga.settled(orderId);
  const headers = { "idempotency-key": randomUUID() };
  await saga.request("POST", `/orders/${orderId}/refunds`, {
    body: { amount: 5, reason: "bruised" },
    headers,
  });
  await saga.request("POST", `/orders/${orderId}/cancel`, { body: { reason: "changed my mind" }, sub });
  await saga.idle();
  // The customer's orders are found by an index, which is eventually consistent.
  await saga.runtime.advanceClock(1000);
  expect(await operate("export", sub)).toMatchObject({
    customer: sub,
    isReadable: true,
    orders: [
      {
        orderId,
        contact: { email: "ada@example.com", name: "Ada" },
        cancelReason: "changed my mind",
        refunds: [{ amount: 5, reason: "bruised" }, {}],
        mails: { received: { state: "SENT" } },
      },
    ],
  });
  await operate("forget", sub);
  const after = await operate("export", sub);
  expect(after).toMatchObject({ isReadable: false, orders: [{ orderId }] });
  expect(JSON.stringify(after)).not.toMatch(/ada@example|changed my mind|bruised/);
  const again = await saga.place({ sub });
  await saga.settled(again);
  await saga.idle();
  expect(saga.runtime.aws.mails().some((mail) => mail.headers["x-order-mail"] === `${again}/confirmed`)).toBe(
    true,
  );
});
