// Bulk orders over HTTP: what is answered, what is kept, and what is shown of each row.
import { describe, expect, test } from "vitest";
import { aKey, minutes, mug, tea } from "../testing.ts";
import { aBulk, aBulkShop, ended, rowOf } from "./testing.ts";

describe("a bulk that is placed", () => {
  test("is answered with its place and its count", async () => {
    const { place } = await aBulkShop();
    const answer = await place(aBulk(tea.sku, mug.sku, tea.sku));
    const { bulkId } = answer.body;
    expect(answer).toEqual({
      status: 202,
      headers: { "content-type": "application/json", location: `/bulk-orders/${bulkId}` },
      body: { bulkId, count: 3 },
    });
  });

  test("keeps neither its contact nor its references in clear", async () => {
    const { bulks, place, said } = await aBulkShop();
    const { body } = await place(aBulk(tea.sku, mug.sku));
    const bulk = (await bulks.load(body.bulkId)) ?? expect.unreachable();
    expect(JSON.stringify([bulk, await bulks.rows(bulk), said])).not.toMatch(/example\.com|PO-\d/);
    expect(said).toMatchObject([
      { data: { addressVerified: true, personal: expect.stringMatching(/^v1\./) } },
    ]);
  });

  test("is said again by a repeat as long as it has no tasks, and not after", async () => {
    const { of, place, split } = await aBulkShop();
    await place(aBulk(tea.sku));
    await place(aBulk(tea.sku));
    expect(of("BulkPlaced")).toHaveLength(2);
    for (const event of of("BulkPlaced")) await split(event);
    expect((await place(aBulk(tea.sku))).status).toBe(202);
    expect(of("BulkPlaced")).toHaveLength(2);
  });

  test("that the bus did not take is 503, and is said by a repeat", async () => {
    const { lost, of, place } = await aBulkShop();
    lost.publish = true;
    expect((await place(aBulk(tea.sku))).status).toBe(500);
    lost.publish = false;
    expect((await place(aBulk(tea.sku))).status).toBe(202);
    expect(of("BulkPlaced")).toHaveLength(1);
  });

  test("is answered alike for ever, also when its customer's quota is used up", async () => {
    const { clock, place } = await aBulkShop({ ordersPerHour: 3 });
    const first = await place(aBulk(tea.sku, mug.sku));
    clock.now += 90 * minutes;
    expect((await place(aBulk(tea.sku, mug.sku, tea.sku), "another-key-0123456789")).status).toBe(202);
    expect(await place(aBulk(tea.sku, mug.sku))).toEqual(first);
  });

  test("names its rows only where their customer did", async () => {
    const { bulks, place } = await aBulkShop();
    const { body } = await place({ ...aBulk(), orders: [rowOf(tea.sku)] });
    const bulk = (await bulks.load(body.bulkId)) ?? expect.unreachable();
    const [row] = await bulks.rows(bulk);
    expect(row).not.toHaveProperty("sealedReference");
  });

  test("is named by each line about its request, also where it cannot be kept", async () => {
    const { bulks, lines, place } = await aBulkShop();
    bulks.create = async () => Promise.reject(new Error("no answer"));
    expect((await place(aBulk(tea.sku))).status).toBe(500);
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ level: "error", bulkId: expect.stringMatching(/^bulk_/) }),
    );
  });

  test("that an earlier secret's id names is the one that lines about a repeat name", async () => {
    const { bulks, lines, lost, place } = await aBulkShop();
    const bulkId = `bulk_${"7".repeat(32)}`;
    const { create } = bulks;
    bulks.create = async (...given) => ({ ...(await create(...given)), bulkId });
    lost.publish = true;
    expect((await place(aBulk(tea.sku))).status).toBe(500);
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ level: "error", bulkId }),
    );
  });
});

describe("a bulk's key", () => {
  test("makes another bulk for another customer, as another key does", async () => {
    const { place } = await aBulkShop();
    const ids = [
      (await place(aBulk(tea.sku))).body.bulkId,
      (await place(aBulk(tea.sku), aKey, "eve")).body.bulkId,
      (await place(aBulk(tea.sku), "another-key-0123456789")).body.bulkId,
    ];
    expect(new Set(ids).size).toBe(3);
  });

  test("is refused if it is none, or another bulk's, and nothing is said", async () => {
    const { place, said } = await aBulkShop();
    expect(await place(aBulk(tea.sku), "short")).toMatchObject({
      status: 400,
      body: { type: "invalid-idempotency-key" },
    });
    await place(aBulk(tea.sku));
    expect(await place(aBulk(mug.sku))).toMatchObject({
      status: 422,
      body: { type: "idempotency-key-reused" },
    });
    expect(said).toHaveLength(1);
  });
});

describe("a bulk that is looked at", () => {
  test("shows each row with its reference, if it has one, and where it stands", async () => {
    const shop = await aBulkShop();
    const orders = [rowOf(tea.sku, "PO-7"), rowOf(mug.sku), rowOf("NOT-SOLD"), rowOf(tea.sku)];
    const { body } = await shop.place({ ...aBulk(), orders });
    for (const event of shop.of("BulkPlaced")) await shop.split(event);
    for (const task of shop.tasks.slice(0, 3)) await shop.child(task);
    const [sold] = shop.of("OrderPlaced");
    for (const event of await ended(shop, sold?.orderId ?? "", "captured and committed"))
      await shop.collect(event);
    const answer = await shop.get(body.bulkId);
    expect(answer.headers).toMatchObject({ "cache-control": "private, no-cache" });
    const orderId = expect.stringMatching(/^ord_/);
    expect(answer.body).toStrictEqual({
      bulkId: body.bulkId,
      status: "RUNNING",
      count: 4,
      confirmed: 1,
      rejected: 1,
      cancelled: 0,
      amount: 1980,
      currency: "EUR",
      items: [
        { row: 0, reference: "PO-7", orderId, status: "CONFIRMED" },
        { row: 1, orderId, status: "PLACED" },
        { row: 2, orderId, status: "REJECTED", reason: "unknown_sku" },
        { row: 3, orderId, status: "WAITING" },
      ],
    });
  });

  test("shows a cancelled row, and the references that earlier releases kept", async () => {
    const shop = await aBulkShop();
    const { body } = await shop.place(aBulk(tea.sku));
    for (const event of shop.of("BulkPlaced")) await shop.split(event);
    for (const task of shop.tasks) await shop.child(task);
    const [placed] = shop.of("OrderPlaced");
    for (const event of await ended(shop, placed?.orderId ?? "", "cancelled and released"))
      await shop.collect(event);
    const { rows } = shop.bulks;
    shop.bulks.rows = async (bulk) =>
      (await rows(bulk)).map(({ sealedReference: _, ...row }) => ({ ...row, reference: "as it was" }));
    expect((await shop.get(body.bulkId)).body).toMatchObject({
      status: "COMPLETED",
      items: [{ reference: "as it was", status: "CANCELLED", reason: "cancelled" }],
    });
  });

  test("asks for the orders of rows that have not ended, and for no other", async () => {
    const shop = await aBulkShop();
    const { body } = await shop.place(aBulk("NOT-SOLD", tea.sku));
    for (const event of shop.of("BulkPlaced")) await shop.split(event);
    for (const task of shop.tasks) await shop.child(task);
    const [placed] = shop.of("OrderPlaced");
    const asked: string[][] = [];
    const { loadAll } = shop.store;
    shop.store.loadAll = async (ids) => {
      asked.push([...ids]);
      return loadAll(ids);
    };
    await shop.get(body.bulkId);
    expect(asked).toEqual([[placed?.orderId]]);
  });
});

describe("a page of a bulk", () => {
  test("goes on after the last row of the one before, and ends with the last row", async () => {
    const { get, place } = await aBulkShop();
    const { body } = await place(aBulk(...Array.from({ length: 23 }, () => tea.sku)));
    const rowsOf = (answer: Awaited<ReturnType<typeof get>>) =>
      answer.body.items.map(({ row }: { row: number }) => row);
    const first = await get(body.bulkId);
    expect(rowsOf(first)).toEqual(Array.from({ length: 20 }, (_, row) => row));
    const second = await get(body.bulkId, { cursor: first.body.next, limit: "3" });
    expect(rowsOf(second)).toEqual([20, 21, 22]);
    expect(second.body).not.toHaveProperty("next");
    // A page after the last has no rows, and no page after it.
    const cursor = Buffer.from("22").toString("base64url");
    const beyond = await get(body.bulkId, { cursor });
    expect(beyond.body).toMatchObject({ count: 23, items: [] });
    expect(beyond.body).not.toHaveProperty("next");
  });

  test.each(["", "x7", "7x", "1000", "-1"])("with the cursor of the place %j is a 400", async (place) => {
    const shop = await aBulkShop();
    const { body } = await shop.place(aBulk(tea.sku));
    const cursor = Buffer.from(place).toString("base64url");
    expect(await shop.get(body.bulkId, { cursor })).toMatchObject({
      status: 400,
      body: { type: "invalid-cursor" },
    });
  });

  test("is a 404 if it is another's, not there, or no bulk's id", async () => {
    const shop = await aBulkShop();
    const { body } = await shop.place(aBulk(tea.sku));
    shop.clock.now += minutes;
    const unknown = { status: 404, body: { type: "unknown-bulk" } };
    expect(await shop.get(body.bulkId, {}, "eve")).toMatchObject(unknown);
    for (const id of [`bulk_${"0".repeat(32)}`, "bulk", ""])
      expect(await shop.get(id)).toMatchObject(unknown);
  });
});
