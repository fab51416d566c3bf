// sweep-bulks: says what a crash left out, takes ends from the orders' records, and has lost rows placed.
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { describe, expect, test } from "vitest";
import { track } from "../order.ts";
import { minutes, mug, tea } from "../testing.ts";
import { aBulk, aBulkShop, ended } from "./testing.ts";

type Shop = Awaited<ReturnType<typeof aBulkShop>>;

/** A bulk of these SKUs whose orders are placed; nothing was heard of their ends. */
async function aPlacedBulk(...skus: string[]) {
  const shop = await aBulkShop();
  const bulkId = String((await shop.place(aBulk(...skus))).body.bulkId);
  for (const event of shop.of("BulkPlaced")) await shop.split(event);
  for (const task of shop.tasks) await shop.child(task);
  const orders = shop.of("OrderPlaced").map(({ orderId }) => orderId);
  shop.said.splice(0);
  shop.tasks.splice(0);
  const head = async () => (await shop.bulks.load(bulkId)) ?? expect.unreachable();
  return { ...shop, bulkId, orders, head };
}

/** The order's record as after this history; its outcome is heard by nobody. */
const ends = async (shop: Shop, orderId: string | undefined, history: string) =>
  ended(shop, orderId ?? "", history);

const later = 20 * minutes;

/** How many bulks the runs so far have done something for. */
const swept = ({ lines }: Pick<Shop, "lines">) =>
  lines.filter((line) => line.includes("due order swept")).length;

describe("a bulk whose split nobody heard of", () => {
  test("is said again after a minute, every two minutes, as it was recorded", async () => {
    const shop = await aBulkShop();
    const { body } = await shop.place(aBulk(tea.sku));
    const [first] = shop.said.splice(0);
    const saidAt: number[] = [];
    for (let second = 0; second <= 301; second++) {
      await shop.sweep();
      if (shop.said.length > 0) saidAt.push(second);
      for (const event of shop.said.splice(0)) expect(event).toEqual(first);
      shop.clock.now += 1000;
    }
    expect(saidAt).toEqual([60, 180, 300]);
    expect(swept(shop)).toBe(3);
    expect(await shop.bulks.load(body.bulkId)).toMatchObject({ isSplit: false });
    expect(shop.lines.some((line) => line.includes("not complete"))).toBe(false);
  });

  test("stays due if the bus does not take it", async () => {
    const shop = await aBulkShop();
    await shop.place(aBulk(tea.sku));
    shop.clock.now += minutes;
    shop.lost.publish = true;
    await expect(shop.sweep()).rejects.toThrow("no answer");
    expect(shop.lines.map((line) => JSON.parse(line).message)).toContain("a due bulk could not be swept");
    shop.lost.publish = false;
    shop.said.splice(0);
    await shop.sweep();
    expect(shop.said.map(({ type }) => type)).toEqual(["BulkPlaced"]);
  });
});

describe("what the index still shows", () => {
  test("is left alone if it is not due, or not there", async () => {
    const shop = await aPlacedBulk(tea.sku);
    const { version } = await shop.head();
    shop.bulks.due = async () => ({ orderIds: [shop.bulkId, `bulk_${"0".repeat(32)}`], more: false });
    await shop.sweep();
    expect(swept(shop)).toBe(0);
    expect(shop.said).toEqual([]);
    expect((await shop.head()).version).toBe(version);
  });

  test("is left alone once the result was said", async () => {
    const shop = await aPlacedBulk(tea.sku);
    const [orderId] = shop.orders;
    for (const event of await ends(shop, orderId, "captured and committed")) await shop.collect(event);
    shop.said.splice(0);
    const { version } = await shop.head();
    shop.bulks.due = async () => ({ orderIds: [shop.bulkId], more: false });
    shop.clock.now += later;
    await shop.sweep();
    expect(shop.said).toEqual([]);
    expect((await shop.head()).version).toBe(version);
  });
});

describe("ends that were not heard", () => {
  test("are taken from the orders' records, each as it ended, and the result is said once", async () => {
    const shop = await aPlacedBulk(tea.sku, tea.sku, tea.sku, tea.sku);
    const [sold, declined, expired, cancelled] = shop.orders;
    await ends(shop, sold, "captured and committed");
    await ends(shop, declined, "declined and released");
    await ends(shop, expired, "expired and released");
    await ends(shop, cancelled, "cancelled and released");
    shop.clock.now += later;
    await shop.sweep();
    const result = { confirmed: 1, rejected: 2, cancelled: 1, amount: 1980 };
    expect(shop.of("BulkCompleted").map(({ data }) => data)).toMatchObject([
      {
        ...result,
        firstErrors: [
          { row: 1, reason: "insufficient_funds" },
          { row: 2, reason: "expired" },
          { row: 3, reason: "cancelled" },
        ],
      },
    ]);
    expect(shop.of("BulkCompleted")[0]?.causationId).toBe((await shop.head()).events.BulkPlaced.id);
    expect(await shop.head()).not.toHaveProperty("dueAt");
    expect(shop.lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ level: "warn", message: "a bulk is not complete in time" }),
    );
    shop.clock.now += later;
    await shop.sweep();
    expect(shop.of("BulkCompleted")).toHaveLength(1);
    expect(shop.tasks).toEqual([]);
  });

  test("count what was taken, not what was asked for", async () => {
    const shop = await aPlacedBulk(tea.sku);
    const [orderId = ""] = shop.orders;
    const order = (await shop.store.load(orderId)) ?? expect.unreachable();
    const short = anEvent("PaymentCaptured", { orderId, data: { amount: 1499 } });
    await shop.store.save(track(order, short, testNow));
    shop.clock.now += later;
    await shop.sweep();
    expect(shop.of("BulkCompleted")[0]?.data).toMatchObject({ confirmed: 1, amount: 1499 });
  });

  test("that are none yet are waited for, and looked at again two minutes later", async () => {
    const shop = await aPlacedBulk(tea.sku, tea.sku);
    const [sold] = shop.orders;
    await ends(shop, sold, "captured and committed");
    shop.clock.now += later;
    await shop.sweep();
    expect(swept(shop)).toBe(1);
    expect(shop.said).toEqual([]);
    expect(shop.tasks).toEqual([]);
    expect(await shop.head()).toMatchObject({
      dueAt: new Date(testNow + later + 2 * minutes).toISOString(),
    });
    expect((await shop.get(shop.bulkId)).body).toMatchObject({ confirmed: 1, status: "RUNNING" });
  });

  test("that were kept, but not counted by a crash, are counted", async () => {
    const shop = await aPlacedBulk(tea.sku);
    const [orderId = ""] = shop.orders;
    await shop.bulks.settle(shop.bulkId, 0, { state: "confirmed", orderId, amount: 777 });
    shop.clock.now += later;
    await shop.sweep();
    expect(shop.of("BulkCompleted")[0]?.data).toMatchObject({ confirmed: 1, amount: 777 });
  });

  test("of a part that is counted are not asked for again", async () => {
    const shop = await aPlacedBulk(...Array.from({ length: 101 }, () => tea.sku));
    for (const [row, orderId] of shop.orders.entries())
      if (row < 100) for (const event of await ends(shop, orderId, "out of stock")) await shop.collect(event);
    expect(Object.keys((await shop.head()).tallies)).toEqual(["0"]);
    const asked: number[][] = [];
    const { outcomes } = shop.bulks;
    shop.bulks.outcomes = async (bulkId, rows) => {
      asked.push([...rows]);
      return outcomes(bulkId, rows);
    };
    shop.clock.now += later;
    await shop.sweep();
    expect(asked).toEqual([[100]]);
  });
});

describe("a result that nobody said", () => {
  test("is said by the next run, and not a third time", async () => {
    const shop = await aPlacedBulk(tea.sku);
    const [sold] = shop.orders;
    await ends(shop, sold, "captured and committed");
    shop.clock.now += later;
    shop.lost.publish = true;
    await expect(shop.sweep()).rejects.toThrow("no answer");
    shop.lost.publish = false;
    const { events } = await shop.head();
    for (let run = 0; run < 2; run++) await shop.sweep();
    expect(swept(shop)).toBe(1);
    expect(shop.lines.filter((line) => line.includes("not complete in time"))).toHaveLength(1);
    expect(shop.said).toEqual([events.BulkCompleted]);
    expect(await shop.head()).not.toHaveProperty("dueAt");
  });
});

describe("orders that end while the sweep looks", () => {
  test("are not counted where none has ended yet", async () => {
    const shop = await aPlacedBulk(tea.sku);
    shop.bulks.tallies = async () => expect.unreachable("a read is paid for");
    shop.clock.now += later;
    await shop.sweep();
    expect(shop.said).toEqual([]);
  });

  test("bring the result themselves, which the sweep leaves to them", async () => {
    const shop = await aPlacedBulk(tea.sku);
    const [orderId] = shop.orders;
    const { outcomes } = shop.bulks;
    shop.bulks.outcomes = async (...given) => {
      const before = await outcomes(...given);
      shop.bulks.outcomes = outcomes;
      for (const event of await ends(shop, orderId, "captured and committed")) await shop.collect(event);
      return before;
    };
    shop.clock.now += later;
    await shop.sweep();
    expect(shop.of("BulkCompleted")).toHaveLength(1);
    expect(shop.of("BulkCompleted")[0]?.causationId).not.toBe((await shop.head()).events.BulkPlaced.id);
  });

  test("count what was asked for where nobody has said what was taken", async () => {
    const shop = await aPlacedBulk(tea.sku);
    const [orderId = ""] = shop.orders;
    const order = (await shop.store.load(orderId)) ?? expect.unreachable();
    // The failed refund of a cancellation overtook the capture that it is of.
    const data = { refundId: "cancellation-1", source: "cancellation", amount: 1980 } as const;
    await shop.store.save(track(order, anEvent("RefundFailed", { orderId, data }), testNow));
    shop.clock.now += later;
    await shop.sweep();
    expect(shop.of("BulkCompleted")[0]?.data).toMatchObject({ confirmed: 1, amount: 1980 });
  });
});

describe("rows that were never placed", () => {
  test("have their tasks sent again, and those that are orders do not", async () => {
    const shop = await aBulkShop();
    await shop.place(aBulk(tea.sku, mug.sku, tea.sku));
    for (const event of shop.of("BulkPlaced")) await shop.split(event);
    const [first, second, third] = shop.tasks.splice(0);
    if (second) await shop.child(second);
    shop.clock.now += later;
    await shop.sweep();
    expect(shop.tasks).toEqual([first, third]);
  });
});
