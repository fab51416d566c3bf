// The reactions of bulk orders: a task for each row once, an order of each task once, and their ends.
import { type DomainEvent, newEvent } from "@order-saga/contracts";
import { testNow } from "@order-saga/messaging/testing";
import { describe, expect, test } from "vitest";
import { minutes, mug, tea } from "../testing.ts";
import { loadBulk, placeChildHandler, RowTask } from "./reactions.ts";
import { aBulk, aBulkShop } from "./testing.ts";

async function aPlacedBulk(...skus: string[]) {
  const shop = await aBulkShop();
  const bulkId = String((await shop.place(aBulk(...skus))).body.bulkId);
  const [placed] = shop.of("BulkPlaced");
  const head = async () => (await shop.bulks.load(bulkId)) ?? expect.unreachable();
  return { ...shop, bulkId, head, placed: placed ?? expect.unreachable() };
}

const at = (now: number) => new Date(now).toISOString();

describe("a bulk is split", () => {
  test("into tasks that have all that an order needs, and nothing of its customer", async () => {
    const { bulkId, placed, split, tasks } = await aPlacedBulk(tea.sku);
    await split(placed);
    expect(tasks).toEqual([
      {
        body: {
          bulkId,
          row: 0,
          orderId: expect.stringMatching(/^ord_/),
          lines: [{ sku: tea.sku, quantity: 2 }],
          paymentMethod: "pm_card_visa",
        },
        group: expect.any(String),
        delaySeconds: 0,
      },
    ]);
  });

  test("once, and says nothing", async () => {
    const { placed, said, split, tasks } = await aPlacedBulk(tea.sku, mug.sku);
    for (let delivery = 0; delivery < 3; delivery++) expect(await split(placed)).toBe(0);
    expect(tasks).toHaveLength(2);
    expect(said).toEqual([placed]);
  });

  test("so that it is looked at two minutes after its last order must have been decided", async () => {
    const { head, placed, split } = await aPlacedBulk(...Array.from({ length: 25 }, () => tea.sku));
    await split(placed);
    expect(await head()).toMatchObject({ isSplit: true, dueAt: at(testNow + 2500 + 17 * minutes) });
  });

  test("with delays of at most a quarter of an hour, which is the longest that SQS has", async () => {
    const shop = await aPlacedBulk(tea.sku);
    const rows = await shop.bulks.rows(await shop.head());
    const [row] = rows;
    if (!row) return expect.unreachable();
    shop.bulks.rows = async () => Array.from({ length: 9100 }, (_, n) => ({ ...row, row: n }));
    await shop.split(shop.placed);
    expect([8999, 9000, 9099].map((n) => shop.tasks[n]?.delaySeconds)).toEqual([899, 900, 900]);
  });

  test("again if its tasks could not be sent, or that they were was not recorded", async () => {
    const { bulks, head, lost, placed, split, tasks } = await aPlacedBulk(tea.sku);
    lost.send = true;
    expect(await split(placed)).toBe(1);
    lost.send = false;
    const { save } = bulks;
    bulks.save = async () => Promise.reject(new Error("no answer"));
    expect(await split(placed)).toBe(1);
    bulks.save = save;
    expect(await split(placed)).toBe(0);
    expect(tasks).toHaveLength(2);
    expect(await head()).toMatchObject({ isSplit: true, version: 2 });
  });

  test("by two deliveries at once: what one has recorded the other leaves as it is", async () => {
    const { bulks, head, placed, split } = await aPlacedBulk(tea.sku);
    const { save } = bulks;
    bulks.save = async (next) => {
      bulks.save = save;
      await split(placed);
      return save(next);
    };
    expect(await split(placed)).toBe(0);
    expect(await head()).toMatchObject({ isSplit: true, version: 2 });
  });

  test("later, if its head is written by others all the time", async () => {
    const { bulks, placed, split } = await aPlacedBulk(tea.sku);
    let attempts = 0;
    bulks.save = async () => {
      attempts++;
      return "lost";
    };
    expect(await split(placed)).toBe(1);
    expect(attempts).toBe(5);
  });

  test("never, if it is not there: its message comes again", async () => {
    const { placed, split } = await aPlacedBulk(tea.sku);
    const unknown = { ...placed, bulkId: `bulk_${"0".repeat(32)}` } as DomainEvent;
    expect(await split(unknown)).toBe(1);
  });
});

/** A bulk with its tasks, none of which was carried out. */
async function aSplitBulk(...skus: string[]) {
  const shop = await aPlacedBulk(...skus);
  await shop.split(shop.placed);
  const tasks = shop.tasks.splice(0);
  shop.said.splice(0);
  return { ...shop, given: tasks, sent: shop.tasks };
}

describe("a row is placed", () => {
  test("as its customer's order, with the bulk's contact and the row that it is", async () => {
    const { bulkId, child, given, head, of, store } = await aSplitBulk(tea.sku, mug.sku);
    for (const task of given) await child(task);
    const { personal } = (await head()).events.BulkPlaced.data;
    const [first, second] = of("OrderPlaced");
    expect(first?.data).toMatchObject({ bulkId, bulkRow: 0, amount: 1980, currency: "EUR", personal });
    expect(second?.data).toMatchObject({ bulkId, bulkRow: 1, amount: 3000, personal });
    expect(await store.load(first?.orderId ?? "")).toMatchObject({ principal: "ada" });
    expect(first?.data.decideBy).toBe(at(testNow + 15 * minutes));
  });

  test("once: a repeat says it again, as it was recorded, as long as nobody has answered it", async () => {
    const { child, given, of } = await aSplitBulk(tea.sku);
    const [task] = given;
    if (!task) return expect.unreachable();
    for (let delivery = 0; delivery < 3; delivery++) expect(await child(task)).toBe(0);
    expect(of("OrderPlaced")).toHaveLength(3);
    expect(new Set(of("OrderPlaced").map((event) => JSON.stringify(event))).size).toBe(1);
  });

  test("and counted once by admission, however often its task comes", async () => {
    const { child, clock, given, taken } = await aSplitBulk(tea.sku);
    for (const task of [...given, ...given]) {
      clock.now += 7000;
      await child(task);
      expect(taken).toEqual([tea.sku]);
    }
  });

  test.each([
    [40_000, 40],
    [40_001, 41],
    [2_000_000, 900],
  ])(
    "later, if the shop has no room for %i milliseconds: in %i seconds at most",
    async (busy, delaySeconds) => {
      const { busyUntil, child, given, said, sent, taken } = await aSplitBulk(tea.sku);
      const [task] = given;
      if (!task) return expect.unreachable();
      busyUntil(testNow + busy);
      expect(await child(task)).toBe(0);
      expect(sent).toEqual([{ ...task, delaySeconds }]);
      expect(said).toEqual([]);
      expect(taken).toEqual([]);
    },
  );

  test("if the shop has room for its products, and without asking where nobody counts orders", async () => {
    const { asked, bulks, child, given, store } = await aSplitBulk(tea.sku, mug.sku);
    const [first, second] = given;
    if (!first || !second) return expect.unreachable();
    await child(first);
    expect(asked).toEqual([tea.sku]);
    const ports = {
      bulks,
      store,
      decideWithinSeconds: 900,
      sendTasks: async () => {},
      backOff: async () => {},
    };
    const task = RowTask.parse(second.body);
    expect(await placeChildHandler(ports)(task, { now: testNow } as never)).toMatchObject([
      { type: "OrderPlaced", data: { bulkRow: 1 } },
    ]);
  });

  test("not at all, if it cannot be one: it ends as rejected, and why is said with underscores", async () => {
    const { bulkId, bulks, child, given, of } = await aSplitBulk("NOT-SOLD");
    for (const task of given) await child(task);
    const [outcome] = (await bulks.outcomes(bulkId, [0])).values();
    expect(outcome).toEqual({ state: "rejected", orderId: expect.any(String), reason: "unknown_sku" });
    expect(of("BulkCompleted")).toHaveLength(1);
  });
});

describe("an order's end is counted", () => {
  const orderId = `ord_${"7".repeat(32)}`;
  const cause = { causationId: null, now: testNow };

  test.each<[string, (ofBulk: object) => DomainEvent, object]>([
    [
      "confirmed, with what was taken",
      (of) => newEvent("OrderConfirmed", orderId, cause, { amount: 719, currency: "EUR", ...of }),
      { state: "confirmed", orderId, amount: 719 },
    ],
    [
      "rejected, with the reason",
      (of) => newEvent("OrderRejected", orderId, cause, { reason: "expired", ...of }),
      { state: "rejected", orderId, reason: "expired" },
    ],
    [
      "cancelled",
      (of) => newEvent("OrderCancelled", orderId, cause, { refunded: false, ...of }),
      { state: "cancelled", orderId, reason: "cancelled" },
    ],
  ])("%s", async (_, event, outcome) => {
    const { bulkId, bulks, collect, of } = await aPlacedBulk(tea.sku);
    const end = event({ bulkId, bulkRow: 0 });
    expect(await collect(end)).toBe(0);
    expect((await bulks.outcomes(bulkId, [0])).get(0)).toEqual(outcome);
    expect(of("BulkCompleted")).toMatchObject([{ causationId: end.id }]);
  });

  test("by its message's next delivery, if its bulk is not there: the error says which", async () => {
    const { bulks } = await aBulkShop();
    const bulkId = `bulk_${"0".repeat(32)}`;
    await expect(loadBulk(bulks, bulkId)).rejects.toHaveProperty("message", `There is no bulk ${bulkId}.`);
  });

  test("in no bulk, if it is of none", async () => {
    const { bulkId, bulks, collect } = await aPlacedBulk(tea.sku);
    const data = { amount: 719, currency: "EUR" };
    bulks.settle = async () => expect.unreachable("there is no such row");
    for (const of of [{}, { bulkRow: 0 }, { bulkId }])
      expect(
        await collect(newEvent("OrderConfirmed", orderId, cause, { ...data, ...of } as typeof data)),
      ).toBe(0);
    expect(await bulks.outcomes(bulkId, [0])).toEqual(new Map());
  });
});
