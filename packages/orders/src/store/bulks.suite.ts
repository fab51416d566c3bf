// What a store of bulk orders promises, for the memory one and DynamoDB's.
import { testNow } from "@order-saga/messaging/testing";
import { describe, expect, test } from "vitest";
import {
  type Bulk,
  countPart,
  lookedAt,
  noRows,
  type Outcome,
  placeBulk,
  type Row,
  said,
  split,
} from "../bulk/bulk.ts";
import type { BulkStore } from "../bulk/ports.ts";
import type { OrderStore } from "../ports.ts";
import { anOrder, minutes, orderIdOf } from "../testing.ts";

/** Every store of the run shares this number, so that each test has bulks of its own. */
let last = 0;
const hex = (number: number) => number.toString(16).padStart(32, "0");
const newBulkId = () => `bulk_${hex(++last)}`;

type Given = { bulkId?: string; count?: number; fingerprint?: string; now?: number };

/** A bulk whose rows lie two to a chunk. */
export function aBulk({ bulkId = newBulkId(), count = 3, fingerprint = "f", now = testNow }: Given = {}) {
  const rows = Array.from({ length: count }, (_, row): Row => {
    const reference = `${fingerprint}-${row}`;
    const lines = [{ sku: "TEA", quantity: 1 }];
    return { row, orderId: orderIdOf(1000 * last + row), lines, paymentMethod: "pm_card_visa", reference };
  });
  const chunks = Array.from({ length: Math.ceil(count / 2) }, (_, n) => rows.slice(2 * n, 2 * n + 2));
  const recipient = { contact: { email: "ada@example.com" } };
  const placement = { bulkId, principal: "ada", fingerprint, recipient, currency: "EUR", count, now };
  return { bulk: placeBulk({ ...placement, chunks: chunks.length }), chunks, rows };
}

const confirmed = (row: number, amount = 1980): Outcome => ({
  state: "confirmed",
  orderId: orderIdOf(row),
  amount,
});
const rejected = (row: number): Outcome => ({
  state: "rejected",
  orderId: orderIdOf(row),
  reason: "out_of_stock",
});

/** `create` may give the same store every time. */
export function bulkStoreSuite(create: () => BulkStore): void {
  describe("a bulk is made once", () => creating(create));
  describe("a bulk under one of several ids", () => creatingUnderEitherId(create));
  describe("a bulk's head", () => saving(create));
  describe("the ends of rows", () => settling(create));
}

function creating(create: () => BulkStore): void {
  test("and is not there before", async () => {
    const store = create();
    const { bulk } = aBulk();
    expect(await store.load(bulk.bulkId)).toBeUndefined();
    expect(await store.outcomes(bulk.bulkId, [0, 1])).toEqual(new Map());
    expect(await store.tallies(bulk.bulkId, [0])).toEqual(new Map());
  });

  test("with its rows in order, though chunk 10 stands before chunk 2 in text", async () => {
    const store = create();
    const { bulk, chunks, rows } = aBulk({ count: 25 });
    expect(await store.create(bulk, chunks, [])).toEqual(bulk);
    expect(await store.load(bulk.bulkId)).toEqual(bulk);
    expect(await store.rows(bulk)).toEqual(rows);
  });

  test("and the first stays, with rows of its own", async () => {
    const store = create();
    const first = aBulk();
    await store.create(first.bulk, first.chunks, []);
    const other = aBulk({ bulkId: first.bulk.bulkId, fingerprint: "another" });
    expect(await store.create(other.bulk, other.chunks, [])).toEqual(first.bulk);
    expect(await store.rows(first.bulk)).toEqual(first.rows);
  });

  test("of many at once one is written, and its rows are those that came with it", async () => {
    const store = create();
    const bulkId = newBulkId();
    const given = ["a", "b"].map((fingerprint) => aBulk({ bulkId, fingerprint, count: 6 }));
    const requests = [...given, ...given, ...given, ...given];
    const answers = await Promise.all(requests.map(({ bulk, chunks }) => store.create(bulk, chunks, [])));
    const kept = await store.load(bulkId);
    if (!kept) return expect.unreachable("one of them is there");
    for (const answer of answers) expect(answer).toEqual(kept);
    const own = given.find(({ bulk }) => bulk.fingerprint === kept.fingerprint);
    expect(await store.rows(kept)).toEqual(own?.rows);
  });
}

/** While the secret of ids is rotated, a bulk may have been made under another id. */
function creatingUnderEitherId(create: () => BulkStore): void {
  test("stays the only one", async () => {
    const store = create();
    const [earlier, late] = [aBulk(), aBulk()];
    await store.create(earlier.bulk, earlier.chunks, [newBulkId()]);
    expect(await store.create(late.bulk, late.chunks, [newBulkId(), earlier.bulk.bulkId])).toEqual(
      earlier.bulk,
    );
    expect(await store.load(late.bulk.bulkId)).toBeUndefined();
    expect(await store.rows(earlier.bulk)).toEqual(earlier.rows);
  });

  test("is one, though many are made at once under ids that know each other", async () => {
    const store = create();
    const [a, b] = [aBulk(), aBulk()];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        n % 2 === 0
          ? store.create(a.bulk, a.chunks, [b.bulk.bulkId])
          : store.create(b.bulk, b.chunks, [a.bulk.bulkId]),
      ),
    );
    const loaded = await Promise.all([a, b].map(({ bulk }) => store.load(bulk.bulkId)));
    const kept = loaded.filter((each) => each !== undefined);
    expect(kept).toHaveLength(1);
    for (const answer of answers) expect(answer).toEqual(kept[0]);
  });
}

/** A bulk with everything in it that one can have. */
function completed(bulk: Bulk): Bulk {
  const counting = {
    part: 0,
    tally: { ...noRows, confirmed: 2, rejected: 1, amount: 3960 },
    errors: [{ row: 1, reference: "PO-1", reason: "out_of_stock" }],
    cause: { causationId: null, now: testNow },
    staysDue: true,
  };
  return { ...countPart(split(bulk, testNow), counting), version: 2 };
}

function saving(create: () => BulkStore): void {
  async function aStored(given: Given = {}) {
    const store = create();
    const { bulk, chunks } = aBulk(given);
    await store.create(bulk, chunks, []);
    return { store, bulk };
  }

  test("is loaded as it was saved, in a copy", async () => {
    const { bulk, store } = await aStored();
    const next = completed(bulk);
    expect(await store.save(next)).toBe("written");
    const loaded = await store.load(bulk.bulkId);
    expect(loaded).toEqual(next);
    if (loaded) delete (loaded.tallies as Record<string, unknown>)[0];
    expect(await store.load(bulk.bulkId)).toEqual(next);
  });

  test("is written over the version before it alone, by one of many", async () => {
    const { bulk, store } = await aStored();
    const writers = Array.from({ length: 8 }, (_, n) => lookedAt(bulk, testNow + n));
    const results = await Promise.all(writers.map((each) => store.save(each)));
    expect(results.filter((each) => each === "written")).toHaveLength(1);
    expect(await store.load(bulk.bulkId)).toEqual(writers[results.indexOf("written")]);
    expect(await store.save(lookedAt(bulk, testNow))).toBe("lost");
    expect(await store.save({ ...bulk, version: 4 })).toBe("lost");
  });

  test("is due from its time on, until its result was said", async () => {
    // Long before anything that other tests make due.
    const now = testNow - ++last * 1000 * minutes;
    const { bulk, store } = await aStored({ now });
    const isDue = async (at: number) => (await store.due(at, 10_000)).orderIds.includes(bulk.bulkId);
    expect(await isDue(now + minutes - 1)).toBe(false);
    expect(await isDue(now + minutes)).toBe(true);
    await store.save(lookedAt(bulk, now));
    expect(await isDue(now + minutes)).toBe(false);
    expect(await isDue(now + 2 * minutes)).toBe(true);
    await store.save(said(lookedAt(bulk, now)));
    expect(await isDue(now + 1000 * minutes)).toBe(false);
  });

  test("is among no more than were asked for, and in the end all are come to", async () => {
    const store = create();
    const now = testNow - 10_000_000 * minutes;
    const waiting = new Map<string, Bulk>();
    for (let n = 0; n < 40; n++) {
      const { bulk, chunks } = aBulk({ now: now + n, count: 1 });
      waiting.set(bulk.bulkId, await store.create(bulk, chunks, []));
    }
    for (let run = 1; waiting.size > 0; run++) {
      const { more, orderIds } = await store.due(now + 2 * minutes, 16);
      expect(run).toBeLessThan(10);
      expect(orderIds.length).toBeLessThanOrEqual(16);
      if (run === 1) expect(more).toBe(true);
      for (const bulkId of orderIds) {
        const bulk = waiting.get(bulkId);
        if (!bulk) return expect.unreachable(`${bulkId} is not due, or was given twice`);
        await store.save(said(bulk));
        waiting.delete(bulkId);
      }
    }
    expect(await store.due(now + 2 * minutes, 16)).toEqual({ orderIds: [], more: false });
  });
}

/** Both stores over one table: a row becomes an order or ends without one, whichever is written first. */
export function rowOrOrderSuite(create: () => { bulks: BulkStore; orders: OrderStore }): void {
  const aRow = () => {
    const ofBulk = { bulkId: newBulkId(), bulkRow: 0 };
    const order = anOrder({ orderId: orderIdOf(1_000_000 + last), ofBulk });
    const refused: Outcome = { state: "rejected", orderId: order.orderId, reason: "unknown_sku" };
    return { ofBulk, order, refused };
  };

  test("a row that was refused becomes no order", async () => {
    const { bulks, orders } = create();
    const { ofBulk, order, refused } = aRow();
    expect(await bulks.refuse(ofBulk.bulkId, 0, refused)).toBe("written");
    expect(await orders.createOfRow(order, ofBulk)).toBeUndefined();
    expect(await orders.load(order.orderId)).toBeUndefined();
    expect(await bulks.refuse(ofBulk.bulkId, 0, refused)).toBe("known");
  });

  test("a row that became an order is not refused, and is the same order again after its end", async () => {
    const { bulks, orders } = create();
    const { ofBulk, order, refused } = aRow();
    expect(await orders.createOfRow(order, ofBulk)).toEqual(order);
    expect(await bulks.refuse(ofBulk.bulkId, 0, refused)).toBe("placed");
    expect(await bulks.tallies(ofBulk.bulkId, [0])).toEqual(new Map());
    expect(await bulks.settle(ofBulk.bulkId, 0, { ...refused, reason: "out_of_stock" } as Outcome)).toBe(
      "written",
    );
    expect(await orders.createOfRow({ ...order, fingerprint: "later" }, ofBulk)).toEqual(order);
    expect(await bulks.refuse(ofBulk.bulkId, 0, refused)).toBe("known");
  });

  test("of both at once one is written", async () => {
    const { bulks, orders } = create();
    for (let n = 0; n < 20; n++) {
      const { ofBulk, order, refused } = aRow();
      const refuse = async (): Promise<string> => {
        const result = await bulks.refuse(ofBulk.bulkId, 0, refused);
        return result === "conflict" ? refuse() : result;
      };
      const writes = [() => orders.createOfRow(order, ofBulk), refuse];
      const [made, ended] = await Promise.all(
        (n % 2 === 0 ? writes : writes.toReversed()).map((each) => each()),
      ).then((answers) => (n % 2 === 0 ? answers : answers.toReversed()));
      expect([made !== undefined, ended]).toEqual(made ? [true, "placed"] : [false, "written"]);
    }
  });
}

function settling(create: () => BulkStore): void {
  /** As settleRow does: two that end at once refuse each other. */
  async function settled(store: BulkStore, bulkId: string, row: number, outcome: Outcome) {
    for (;;) {
      const result = await store.settle(bulkId, row, outcome);
      if (result !== "conflict") return result;
    }
  }

  test("count once, and the first that is heard of a row stands", async () => {
    const store = create();
    const bulkId = newBulkId();
    expect(await store.settle(bulkId, 1, confirmed(1))).toBe("written");
    expect(await store.settle(bulkId, 1, confirmed(1))).toBe("known");
    expect(await store.settle(bulkId, 1, rejected(1))).toBe("known");
    expect(await store.settle(bulkId, 0, rejected(0))).toBe("written");
    expect(await store.outcomes(bulkId, [0, 1, 2])).toEqual(
      new Map([
        [0, rejected(0)],
        [1, confirmed(1)],
      ]),
    );
    const tally = { confirmed: 1, rejected: 1, cancelled: 0, amount: 1980 };
    expect(await store.tallies(bulkId, [0, 1])).toEqual(new Map([[0, tally]]));
  });

  test("are counted in parts of a hundred rows, and no other bulk's", async () => {
    const store = create();
    const [bulkId, other] = [newBulkId(), newBulkId()];
    const cancelled: Outcome = { state: "cancelled", orderId: orderIdOf(99), reason: "cancelled" };
    await store.settle(bulkId, 99, cancelled);
    await store.settle(bulkId, 100, confirmed(100, 5));
    await store.settle(other, 0, confirmed(0, 7));
    const first = { ...noRows, cancelled: 1 };
    const second = { ...noRows, confirmed: 1, amount: 5 };
    const parts = [0, 1, 2, 3, 4];
    expect(await store.tallies(bulkId, parts)).toEqual(new Map([first, second].entries()));
    expect(await store.tallies(bulkId, [1])).toEqual(new Map([[1, second]]));
    expect(await store.outcomes(bulkId, [99])).toEqual(new Map([[99, cancelled]]));
  });

  test("that come at once, and twice, are all counted once", async () => {
    const store = create();
    const bulkId = newBulkId();
    const rows = Array.from({ length: 20 }, (_, n) => n % 10);
    const results = await Promise.all(rows.map((row) => settled(store, bulkId, row, confirmed(row, 10))));
    expect(results.filter((each) => each === "written")).toHaveLength(10);
    expect(await store.tallies(bulkId, [0])).toEqual(
      new Map([[0, { ...noRows, confirmed: 10, amount: 100 }]]),
    );
  });

  test("are found of 500 rows in one question", async () => {
    const store = create();
    const bulkId = newBulkId();
    const all = Array.from({ length: 500 }, (_, row) => row);
    const ended = all.filter((row) => row % 5 === 0);
    for (const row of ended) await store.settle(bulkId, row, confirmed(row));
    expect([...(await store.outcomes(bulkId, all)).keys()].sort((a, b) => a - b)).toEqual(ended);
  });
}
