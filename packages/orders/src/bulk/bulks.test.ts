// Bulk orders end to end over memory: whatever is lost, repeated or reordered, each row ends once.
import { newEvent } from "@order-saga/contracts";
import { testNow } from "@order-saga/messaging/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { minutes, mug, tea } from "../testing.ts";
import { aBulk, aBulkShop, ended, rowOf } from "./testing.ts";

test("a row that the shop has no room for comes again when it has, and not as another order", async () => {
  const shop = await aBulkShop();
  await shop.place(aBulk(tea.sku, mug.sku));
  for (const event of shop.of("BulkPlaced")) await shop.split(event);
  const [first, second] = shop.tasks.splice(0);
  if (!first || !second) throw new Error("There are no tasks.");
  await shop.child(first);
  shop.busyUntil(testNow + 40_000);
  await shop.child(second);
  expect(shop.of("OrderPlaced")).toHaveLength(1);
  expect(shop.tasks).toEqual([{ ...second, delaySeconds: 40 }]);
  // What was placed is said again, busy or not.
  await shop.child(first);
  expect(shop.of("OrderPlaced")).toHaveLength(2);
  shop.clock.now += 40_000;
  for (const task of shop.tasks.splice(0)) await shop.child(task);
  expect(new Set(shop.of("OrderPlaced").map(({ orderId }) => orderId)).size).toBe(2);
});

test("a bulk counts as many as it has orders, once; beyond the quota it is 429 and nothing is kept", async () => {
  const shop = await aBulkShop({ ordersPerHour: 5 });
  const key = (n: number) => `key-of-the-bulk-${n}`;
  const first = await shop.place(aBulk(tea.sku, mug.sku, tea.sku), key(1));
  expect(first.status).toBe(202);
  expect(await shop.place(aBulk(tea.sku, mug.sku, tea.sku), key(1))).toEqual(first);
  const refused = await shop.place(aBulk(tea.sku, mug.sku, tea.sku), key(2));
  expect(refused).toMatchObject({ status: 429, body: { type: "quota-exceeded" } });
  expect((await shop.place(aBulk(tea.sku, mug.sku), key(3))).status).toBe(202);
  expect(shop.of("BulkPlaced")).toHaveLength(3);
  shop.clock.now += Number(refused.headers?.["retry-after"]) * 1000;
  expect((await shop.place(aBulk(tea.sku, mug.sku, tea.sku), key(2))).status).toBe(202);
});

test("a bulk larger than the quota is told to come in parts, not later", async () => {
  const shop = await aBulkShop({ ordersPerHour: 2 });
  const refused = await shop.place(aBulk(tea.sku, mug.sku, tea.sku));
  expect(refused).toMatchObject({ status: 429, body: { detail: "Send these 3 orders in several bulks." } });
  expect(refused.headers).not.toHaveProperty("retry-after");
});

test("three rows: one confirmed, one out of stock, one unknown; one result, and one answer to a retry", async () => {
  const shop = await aBulkShop();
  const placed = await shop.place(aBulk(tea.sku, mug.sku, "NOT-SOLD"));
  expect(placed).toMatchObject({ status: 202, body: { count: 3 } });
  expect(await shop.place(aBulk(tea.sku, mug.sku, "NOT-SOLD"))).toEqual(placed);
  const { bulkId } = placed.body;
  expect((await shop.get(bulkId)).body).toMatchObject({
    status: "RUNNING",
    items: [{ row: 0, reference: "PO-0", status: "WAITING" }, { row: 1 }, { row: 2 }],
  });
  for (const event of shop.of("BulkPlaced")) await shop.split(event);
  expect(shop.tasks).toHaveLength(3);
  for (const task of shop.tasks) await shop.child(task);
  const orders = shop.of("OrderPlaced");
  expect(orders.map(({ data }) => [data.bulkId, data.bulkRow])).toEqual([
    [bulkId, 0],
    [bulkId, 1],
  ]);
  const [first, second] = orders;
  for (const event of await ended(shop, first?.orderId ?? "", "captured and committed"))
    await shop.collect(event);
  expect((await shop.get(bulkId)).body).toMatchObject({ status: "RUNNING", confirmed: 1, rejected: 1 });
  for (const event of await ended(shop, second?.orderId ?? "", "out of stock")) await shop.collect(event);
  const result = { count: 3, confirmed: 1, rejected: 2, cancelled: 0, amount: 1980 };
  expect(shop.of("BulkCompleted").map(({ data }) => data)).toEqual([
    {
      ...result,
      currency: "EUR",
      firstErrors: [
        { row: 1, reason: "out_of_stock" },
        { row: 2, reason: "unknown_sku" },
      ],
    },
  ]);
  expect((await shop.get(bulkId)).body).toMatchObject({
    status: "COMPLETED",
    ...result,
    items: [{ status: "CONFIRMED" }, { status: "REJECTED", reason: "out_of_stock" }, { status: "REJECTED" }],
  });
});

test("a currency that no card is charged in is refused whole, a total that is too small ends its row", async () => {
  const shop = await aBulkShop();
  expect(await shop.place({ ...aBulk(tea.sku), currency: "ZZZ" })).toMatchObject({
    status: 422,
    body: { type: "currency-not-supported" },
  });
  await shop.store.putProduct({ ...tea, sku: "PIN", unitPrice: 24 });
  const { body } = await shop.place(aBulk("PIN"));
  for (const event of shop.of("BulkPlaced")) await shop.split(event);
  for (const task of shop.tasks) await shop.child(task);
  expect(shop.of("OrderPlaced")).toEqual([]);
  expect((await shop.get(body.bulkId)).body.items).toEqual([
    expect.objectContaining({ status: "REJECTED", reason: "amount_too_small" }),
  ]);
});

test("a row that was refused becomes no order, though its product is sold when the task comes again", async () => {
  const shop = await aBulkShop();
  const { body } = await shop.place(aBulk("NOT-SOLD-YET"));
  for (const event of shop.of("BulkPlaced")) await shop.split(event);
  for (const task of shop.tasks) await shop.child(task);
  const first = shop.of("BulkCompleted");
  expect(first).toHaveLength(1);
  await shop.store.putProduct({ ...tea, sku: "NOT-SOLD-YET" });
  for (const task of shop.tasks) await shop.child(task);
  expect(shop.of("OrderPlaced")).toEqual([]);
  // The delivery that brought the result may have ended before it was on the bus.
  expect(shop.of("BulkCompleted")).toEqual([...first, ...first]);
  expect((await shop.get(body.bulkId)).body).toMatchObject({ rejected: 1, items: [{ status: "REJECTED" }] });
});

test("of two rows that are refused, the last alone says the result, however late the other looks", async () => {
  const shop = await aBulkShop();
  await shop.place(aBulk("NOT-SOLD", "NOR-THIS"));
  for (const event of shop.of("BulkPlaced")) await shop.split(event);
  const [first, last] = shop.tasks;
  if (!first || !last) return expect.unreachable("two rows, two tasks");
  const { tallies } = shop.bulks;
  shop.bulks.tallies = async (...given) => {
    shop.bulks.tallies = tallies;
    // The first has ended, and is to look how many have.
    await shop.child(last);
    return tallies(...given);
  };
  await shop.child(first);
  expect(shop.of("BulkCompleted")).toHaveLength(1);
  await shop.child(last);
  expect(shop.of("BulkCompleted")).toHaveLength(2);
});

test("a row whose order another delivery made is not refused, though its product is gone", async () => {
  const shop = await aBulkShop();
  await shop.place(aBulk(tea.sku));
  for (const event of shop.of("BulkPlaced")) await shop.split(event);
  const [task] = shop.tasks;
  if (!task) return expect.unreachable("one row, one task");
  const products = shop.store.products;
  shop.store.products = async (skus) => {
    shop.store.products = products;
    // While this delivery reads a catalogue without the tea, another places the order.
    expect(await shop.child(task)).toBe(0);
    return new Map([...(await products(skus))].filter(([sku]) => sku !== tea.sku));
  };
  const { load } = shop.store;
  let isFirst = true;
  shop.store.load = async (orderId) => {
    if (!isFirst) return load(orderId);
    isFirst = false;
    return undefined;
  };
  expect(await shop.child(task)).toBe(0);
  const placed = shop.of("OrderPlaced");
  expect(placed).toHaveLength(2);
  expect(placed[1]).toEqual(placed[0]);
  expect(await shop.bulks.outcomes(placed[0]?.data.bulkId ?? "", [0])).toEqual(new Map());
});

test.for(["\uffff", "PO\ufffe1", "PO\u0000", "\ud800", "PO\n1", "  ", "x".repeat(65)])(
  "a reference that no queue or table takes, or no person reads, is refused: %j",
  async (reference) => {
    const shop = await aBulkShop();
    const answer = await shop.place({ ...aBulk(), orders: [rowOf(tea.sku, reference)] });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: "/orders/0/reference" }] } });
  },
);

test("two rows with one reference are two rows, and it is answered as it came, in any script", async () => {
  const shop = await aBulkShop();
  const rows = ["Bestellung Nº 7 · 緑茶 🍵", "Bestellung Nº 7 · 緑茶 🍵"];
  const { body } = await shop.place({ ...aBulk(), orders: rows.map((each) => rowOf(tea.sku, each)) });
  const { items } = (await shop.get(body.bulkId)).body as { items: { reference: string; orderId: string }[] };
  expect(items.map(({ reference }) => reference)).toEqual(rows);
  expect(new Set(items.map(({ orderId }) => orderId)).size).toBe(2);
});

test("another customer sees no bulk, another body under the key is refused, and pages join", async () => {
  const shop = await aBulkShop();
  const { body } = await shop.place(aBulk(tea.sku, mug.sku, tea.sku));
  expect((await shop.get(body.bulkId, {}, "eve")).status).toBe(404);
  expect((await shop.place(aBulk(tea.sku))).body.type).toBe("idempotency-key-reused");
  const page = (await shop.get(body.bulkId, { limit: "2" })).body;
  expect(page.items.map(({ row }: { row: number }) => row)).toEqual([0, 1]);
  const rest = (await shop.get(body.bulkId, { limit: "2", cursor: page.next })).body;
  expect(rest.items.map(({ row }: { row: number }) => row)).toEqual([2]);
  expect(rest).not.toHaveProperty("next");
  expect((await shop.get(body.bulkId, { cursor: "AAAA" })).body.type).toBe("invalid-cursor");
});

const ways = ["captured and committed", "out of stock", "declined and released", "refunded after the sale"];

test("whatever is lost, repeated or reordered, every row has one outcome and the result is said of all", async () => {
  const fates = fc.array(fc.record({ way: fc.constantFrom(...ways), copies: fc.nat({ max: 2 }) }), {
    minLength: 1,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(
      fates,
      fc.boolean(),
      fc.boolean(),
      fc.infiniteStream(fc.nat()),
      async (rows, noSplit, noTasks, draws) => {
        const shop = await aBulkShop();
        const { body } = await shop.place(aBulk(...rows.map(() => tea.sku)));
        const settle = async () => {
          if (!noSplit || shop.clock.now > testNow)
            for (const event of shop.of("BulkPlaced")) await shop.split(event);
          const tasks = noTasks && shop.clock.now === testNow ? [] : shop.tasks;
          for (const task of [...tasks].sort(() => ((draws.next().value ?? 0) % 2) - 0.5))
            await shop.child(task);
          for (const { data, orderId } of shop.of("OrderPlaced")) {
            const { copies = 0, way = "" } = rows[data.bulkRow ?? 0] ?? {};
            const events = await ended(shop, orderId, way);
            for (let copy = 0; copy < copies; copy++)
              for (const event of events.toReversed()) await shop.collect(event);
          }
        };
        await settle();
        for (let run = 0; run < 6; run++) {
          shop.clock.now += 20 * minutes;
          await shop.sweep();
          await settle();
        }
        const results = shop.of("BulkCompleted");
        expect(new Set(results.map((event) => JSON.stringify(event))).size).toBe(1);
        const { amount, cancelled, confirmed, rejected } = results[0]?.data ?? {};
        const { items } = (await shop.get(body.bulkId)).body as { items: { status: string }[] };
        const count = (status: string) => items.filter((each) => each.status === status).length;
        expect([confirmed, rejected, cancelled]).toEqual([
          count("CONFIRMED"),
          count("REJECTED"),
          count("CANCELLED"),
        ]);
        expect((confirmed ?? 0) + (rejected ?? 0) + (cancelled ?? 0)).toBe(rows.length);
        expect(amount).toBe((confirmed ?? 0) * 2 * tea.unitPrice);
      },
    ),
    { numRuns: 60 },
  );
});

test("tasks of a bulk become visible at its pace, in its customer's group, which does not show who it is", async () => {
  const shop = await aBulkShop();
  await shop.place(aBulk(...Array.from({ length: 25 }, () => tea.sku)));
  for (const event of shop.of("BulkPlaced")) await shop.split(event);
  expect(shop.tasks.map(({ delaySeconds }) => delaySeconds)).toEqual([
    ...Array(10).fill(0),
    ...Array(10).fill(1),
    ...Array(5).fill(2),
  ]);
  expect(new Set(shop.tasks.map(({ group }) => group)).size).toBe(1);
  expect(shop.tasks[0]?.group).not.toContain("ada");
});

test("an outcome of a bulk that is not there comes again, and one without a bulk changes nothing", async () => {
  const shop = await aBulkShop();
  const cause = { causationId: null, now: testNow };
  const orderId = `ord_${"1".repeat(32)}`;
  const data = { amount: 1, currency: "EUR" };
  const stray = { ...data, bulkId: `bulk_${"0".repeat(32)}`, bulkRow: 0 };
  expect(await shop.collect(newEvent("OrderConfirmed", orderId, cause, stray))).toBe(1);
  expect(await shop.collect(newEvent("OrderConfirmed", orderId, cause, data))).toBe(0);
});
