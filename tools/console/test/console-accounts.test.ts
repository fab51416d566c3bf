// The accounts under faults, at rest, and after a table was edited by hand.
import { DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { LaptopSaga } from "@order-saga/cli/testing/laptop";
import { presets } from "@order-saga/local/faults/presets";
import { recover } from "@order-saga/local/testing/recover";
import { orderRecord, stockRecord } from "@order-saga/protocol/records";
import { expect, test } from "vitest";
import type { InvariantRow, Snapshot } from "../src/console-api.ts";
import { readSentences, unobservable } from "../src/invariant-rows.ts";
import { type consoleOf, withConsole } from "./console-client.ts";

let saga: LaptopSaga;
let page: ReturnType<typeof consoleOf>;
withConsole((...begun) => {
  [saga, page] = begun;
});

const violated = (rows: readonly InvariantRow[]) =>
  rows.filter(({ state }) => state === "violated").map(({ id, violations }) => ({ id, violations }));

/** Takes money from the same account of the provider, of which the saga knows nothing. */
async function takeElsewhere({ aws, values }: LaptopSaga["runtime"]): Promise<void> {
  const taking = { amount: "1987", currency: "eur", payment_method: "pm_card_visa", confirm: "true" };
  const answer = await fetch(`${aws.url}/v1/payment_intents`, {
    method: "POST",
    headers: { authorization: `Bearer ${values.STRIPE_API_KEY}` },
    body: new URLSearchParams({ ...taking, return_url: "http://localhost/" }),
  });
  expect(answer.status).toBe(200);
}

test("no alarm is false while events are doubled, shuffled and lost; at the end all is green", async () => {
  const stream = await page.listen();
  await takeElsewhere(saga.runtime);
  saga.runtime.faults.set(presets["flaky network"], 7);
  const orderIds = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      saga
        .place(index % 5 === 4 ? { paymentMethod: "pm_card_visa_chargeDeclined" } : {})
        .catch(() => undefined),
    ),
  );
  for (let round = 0; round < 3; round++) {
    await stream.until((frames) => frames.filter(({ accounts }) => accounts).length > round);
    await saga.runtime.advanceClock(60_000);
  }
  saga.runtime.faults.remove();
  await recover(saga);
  const { accounts, orders } = (await page.read<Snapshot>("snapshot")).body;
  expect(orders.filter(({ isSettled }) => !isSettled)).toEqual([]);
  expect(orders.length).toBeGreaterThanOrEqual(orderIds.filter(Boolean).length);
  const told = stream.frames.flatMap(({ accounts }) => (accounts ? violated(accounts.invariants) : []));
  expect(told).toEqual([]);
  expect(violated(accounts.invariants)).toEqual([]);
  const holding = async () =>
    (await page.read<Snapshot>("snapshot")).body.accounts.invariants
      .filter(({ state }) => state === "holds")
      .map(({ id }) => id);
  const observable = readSentences().flatMap(({ id }) => (unobservable.has(id) ? [] : [id]));
  await expect.poll(holding, { timeout: 15_000 }).toEqual(observable);
});

test("a counter that was edited is red, with its right value; so is an order whose record went back", async () => {
  const client = DynamoDBDocumentClient.from(saga.runtime.clients.dynamodb);
  const orderId = await saga.place();
  await saga.settled(orderId);
  await saga.idle();
  // The monitor has read the books with the order in them.
  const since = new Date(saga.runtime.now()).toISOString();
  const checkedAt = async () => (await page.read<Snapshot>("snapshot")).body.accounts.checkedAt;
  await expect.poll(async () => (await checkedAt()) > since, { timeout: 15_000 }).toBe(true);
  await client.send(
    new UpdateCommand({
      TableName: "inventory",
      Key: stockRecord.key("TEA-ASSAM"),
      UpdateExpression: "SET sold = sold + :one",
      ExpressionAttributeValues: { ":one": 1 },
    }),
  );
  await client.send(
    new UpdateCommand({
      TableName: "orders",
      Key: orderRecord.key(orderId),
      UpdateExpression: "SET OrderPlaced.#data.amount = :none",
      ExpressionAttributeNames: { "#data": "data" },
      ExpressionAttributeValues: { ":none": 0 },
    }),
  );
  const red = async () => violated((await page.read<Snapshot>("snapshot")).body.accounts.invariants);
  await expect
    .poll(async () => (await red()).map(({ id }) => id), { timeout: 15_000 })
    .toEqual(expect.arrayContaining(["A2", "A3", "A11", "A12"]));
  const rows = await red();
  expect(rows.find(({ id }) => id === "A3")?.violations).toEqual([
    { detail: "TEA-ASSAM: 1 sold, reservations hold 0" },
  ]);
  expect(rows.find(({ id }) => id === "A12")?.violations).toEqual([
    { orderId, detail: "the amount is not the sum of its lines" },
  ]);
});
