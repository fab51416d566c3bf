// The end of a row: kept once, counted by the last of its part, and what collides is tried again.
import { testNow } from "@order-saga/messaging/testing";
import { describe, expect, test } from "vitest";
import { aBulk } from "../store/bulks.suite.ts";
import { createMemoryBulkStore } from "../store/bulks-memory.ts";
import { createMemoryStore } from "../store/memory.ts";
import { anOrder, orderIdOf } from "../testing.ts";
import type { Outcome } from "./bulk.ts";
import { countRow, refuseRow, settleRow } from "./settle.ts";

const cause = { causationId: "of-another-event", now: testNow };
const confirmed = (row: number, amount = 333): Outcome => ({
  state: "confirmed",
  orderId: orderIdOf(row),
  amount,
});
const rejected = (row: number, reason = "out_of_stock"): Outcome => ({
  state: "rejected",
  orderId: orderIdOf(row),
  reason,
});

/** A bulk of so many rows, and the pauses that were made. */
async function aShop(count: number) {
  const orders = createMemoryStore();
  const bulks = createMemoryBulkStore(orders);
  const { bulk, chunks } = aBulk({ count });
  await bulks.create(bulk, chunks, []);
  const pauses: number[] = [];
  const ports = { bulks, backOff: async (attempt: number) => void pauses.push(attempt) };
  const end = (row: number, outcome: Outcome) => settleRow(ports, bulk, { row, outcome, cause });
  const kept = async () => (await bulks.load(bulk.bulkId)) ?? expect.unreachable();
  return { orders, bulks, bulk, pauses, ports, end, kept };
}

test("the last row of a part writes the head, and the others do not", async () => {
  const { end, kept } = await aShop(102);
  for (let row = 0; row < 99; row++) expect(await end(row, confirmed(row))).toEqual([]);
  expect((await kept()).version).toBe(1);
  expect(await end(99, rejected(99))).toEqual([]);
  expect(await kept()).toMatchObject({ version: 2, tallies: { 0: { confirmed: 99, rejected: 1 } } });
  await end(100, confirmed(100));
  const [result] = await end(101, confirmed(101));
  expect(result?.data).toMatchObject({ confirmed: 101, rejected: 1, amount: 101 * 333 });
  expect(await kept()).not.toHaveProperty("dueAt");
});

test("the delivery that brought the result says it again, and another says nothing", async () => {
  const { bulk, end, kept, ports } = await aShop(1);
  const [result] = await end(0, confirmed(0));
  const { version } = await kept();
  expect(await end(0, confirmed(0))).toEqual([result]);
  const other = { causationId: "of-a-third-event", now: testNow };
  expect(await settleRow(ports, bulk, { row: 0, outcome: confirmed(0), cause: other })).toEqual([]);
  expect((await kept()).version).toBe(version);
});

test("of a part in which nothing has ended, nothing is counted", async () => {
  const { bulk, kept, ports } = await aShop(1);
  expect(await countRow(ports, bulk, { row: 0, cause })).toEqual([]);
  expect((await kept()).version).toBe(1);
});

test("a bulk whose head cannot be read yet is counted as it was read before", async () => {
  const { bulks, end } = await aShop(1);
  const { load } = bulks;
  bulks.load = async () => undefined;
  expect(await end(0, confirmed(0))).toHaveLength(1);
  bulks.load = load;
});

describe("a row that becomes no order", () => {
  test("ends as the others do", async () => {
    const { bulk, ports } = await aShop(1);
    const [result] = (await refuseRow(ports, bulk, { row: 0, outcome: rejected(0), cause })) as never[];
    expect(result).toMatchObject({
      data: { rejected: 1, firstErrors: [{ row: 0, reason: "out_of_stock" }] },
    });
  });

  test("does not end if another delivery has made it one", async () => {
    const { bulk, bulks, orders, ports } = await aShop(1);
    await orders.create(anOrder({ orderId: orderIdOf(0) }));
    expect(await refuseRow(ports, bulk, { row: 0, outcome: rejected(0), cause })).toBe("placed");
    expect(await bulks.outcomes(bulk.bulkId, [0])).toEqual(new Map());
  });
});

describe("rows that end at the same time", () => {
  test.each(["settle", "refuse"] as const)("are tried again after pauses: %s", async (name) => {
    const { bulk, bulks, pauses, ports } = await aShop(1);
    const write = bulks[name] as typeof bulks.settle;
    let collisions = 3;
    const collide: typeof write = async (...given) => (collisions-- > 0 ? "conflict" : write(...given));
    Object.assign(bulks, { [name]: collide });
    const end = name === "settle" ? settleRow : refuseRow;
    expect(await end(ports, bulk, { row: 0, outcome: rejected(0), cause })).toHaveLength(1);
    expect(pauses).toEqual([1, 2, 3]);
  });

  test("come again by their message after twelve collisions", async () => {
    const { bulk, bulks, end, pauses } = await aShop(7);
    bulks.settle = async () => "conflict";
    await expect(end(5, confirmed(5))).rejects.toHaveProperty(
      "message",
      `Row 5 of ${bulk.bulkId} is contended.`,
    );
    expect(pauses).toHaveLength(12);
  });

  test("wait for the head as well, and a lost write of it does not", async () => {
    const { bulks, end, pauses } = await aShop(1);
    const { save } = bulks;
    const answers = ["conflict", "lost"] as const;
    let n = 0;
    bulks.save = async (next) => answers[n++] ?? save(next);
    expect(await end(0, confirmed(0))).toHaveLength(1);
    expect(pauses).toEqual([1]);
    expect(n).toBe(3);
  });

  test("say which bulk it was if its head is never free", async () => {
    const { bulk, bulks, end } = await aShop(1);
    bulks.save = async () => "conflict";
    await expect(end(0, confirmed(0))).rejects.toThrow(`bulk ${bulk.bulkId} is contended: 12 attempts`);
  });
});

describe("the rows that were not confirmed", () => {
  test("are in the result in the order of the rows, by the name that earlier releases kept", async () => {
    const { bulk, end } = await aShop(3);
    await end(2, rejected(2, "expired"));
    await end(0, { state: "cancelled", orderId: orderIdOf(0), reason: "cancelled" });
    const [result] = await end(1, confirmed(1));
    expect(bulk.events.BulkPlaced.data.count).toBe(3);
    expect(result?.data.firstErrors).toEqual([
      { row: 0, reference: "f-0", reason: "cancelled" },
      { row: 2, reference: "f-2", reason: "expired" },
    ]);
  });

  test("have no name if their customer gave none", async () => {
    const { bulks, end } = await aShop(1);
    const { rows } = bulks;
    bulks.rows = async (bulk) => (await rows(bulk)).map(({ reference: _, ...row }) => row);
    const [result] = await end(0, rejected(0));
    expect(result?.data.firstErrors).toStrictEqual([{ row: 0, reason: "out_of_stock" }]);
  });

  test("are looked for part by part until there are ten, and read only for the result", async () => {
    const { bulks, end } = await aShop(205);
    const asked: number[] = [];
    const { outcomes } = bulks;
    bulks.outcomes = async (bulkId, rows) => {
      asked.push(rows.length);
      return outcomes(bulkId, rows);
    };
    for (let row = 0; row < 204; row++)
      await end(row, row < 97 || row > 106 ? confirmed(row) : rejected(row));
    expect(asked).toEqual([]);
    const [result] = await end(204, confirmed(204));
    expect(asked).toEqual([100, 100]);
    expect(result?.data.firstErrors.map(({ row }) => row)).toEqual([
      97, 98, 99, 100, 101, 102, 103, 104, 105, 106,
    ]);
  });

  test("need no reading of the rows if there are none", async () => {
    const { bulks, end } = await aShop(1);
    bulks.rows = async () => expect.unreachable("each row is paid for");
    const [result] = await end(0, confirmed(0));
    expect(result?.data.firstErrors).toEqual([]);
  });
});
