// After a restart the console knows earlier orders from their records, and a page gets a reset.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLaptopSaga } from "@order-saga/cli/testing/laptop";
import { expect, onTestFinished, test } from "vitest";
import type { OrderDetail, Snapshot } from "../src/console-api.ts";
import { consoleOf } from "./console-client.ts";

test("orders, mails and acts of before are there, events with numbers before the first", async () => {
  const data = mkdtempSync(join(tmpdir(), "console-"));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const first = await startLaptopSaga(data);
  const orderId = await first.place();
  await first.settled(orderId);
  await first.idle();
  const before = consoleOf(first.runtime);
  const old = (await before.read<Snapshot>("snapshot")).body;
  const published = old.events.filter((each) => each.orderId === orderId);
  const number = published[0]?.number;
  await before.act(`events/${number}/publish`);
  await first.idle();
  const listening = await before.listen({ after: old.sequence });
  await first.stop();
  await listening.reading;

  const second = await startLaptopSaga(data);
  onTestFinished(() => second.stop());
  const page = consoleOf(second.runtime);
  const next = await second.place();
  await second.settled(next);
  await second.idle();
  const now = (await page.read<Snapshot>("snapshot")).body;
  expect(now.runtimeId).not.toBe(old.runtimeId);
  expect(now.orders.map((each) => [each.orderId, each.status, each.isSettled]).sort()).toEqual(
    [
      [orderId, "CONFIRMED", true],
      [next, "CONFIRMED", true],
    ].sort(),
  );
  expect(now.acts).toMatchObject([{ act: "publish again", who: "ada" }]);
  expect(now.mails.filter((mail) => mail.orderId === orderId)).toHaveLength(2);
  const numbers = (of: string) => now.events.filter((each) => each.orderId === of).map((each) => each.number);
  expect(Math.max(...numbers(orderId))).toBeLessThan(1);
  expect(Math.min(...numbers(next))).toBeGreaterThan(0);
  expect(new Set(now.events.map((each) => each.number)).size).toBe(now.events.length);
  const { body } = await page.read<OrderDetail>(`orders/${orderId}`);
  expect(body.isPartial).toBe(true);
  expect(body.moments.map(({ kind }) => kind)).toEqual(published.map(() => "event"));
  // A number of the other run means nothing here.
  const lost = await page.listen({ lastEventId: old.sequence });
  await lost.until(() => lost.events.includes("reset"));
});
