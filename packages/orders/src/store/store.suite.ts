// What every store of orders does; the in-memory one and DynamoDB's both pass it.
import type { Product } from "@order-saga/contracts";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { dueStoreSuite, versionedStoreSuite } from "@order-saga/messaging/versioned-store.suite";
import { expect, test } from "vitest";
import { blindWriteOf } from "../blind-write.ts";
import {
  type Acceptance,
  afterFirstLook,
  type Order,
  repeated,
  requestCancel,
  type Tracked,
  track,
} from "../order.ts";
import type { OrderStore, PageOf } from "../ports.ts";
import { anOrder, aRequest, aShop, histories, minutes, mug, orderIdOf, seconds } from "../testing.ts";

/**
 * Every store of the run shares these numbers, so that each test has orders, principals and SKUs of its own.
 */
let count = 0;
const newOrder = (given: Partial<Acceptance> = {}) => anOrder({ orderId: orderIdOf(++count), ...given });
const newPrincipal = () => `principal-${++count}`;
const newProduct = (): Product => ({ ...mug, sku: `MUG-${++count}` });

/** The first version of an order with everything in it that an order can have. */
function fullOrder(): Order {
  const order = newOrder();
  const events = (histories(order.orderId)["cancelled and released"] ?? []) as Tracked[];
  const requested = requestCancel(order, "changed my mind", testNow);
  const tracked = events.reduce((known, event) => track(known, event, testNow), requested);
  return { ...repeated(tracked, testNow), version: 1 };
}

/** `create` may give the same store every time. */
export function orderStoreSuite(create: () => OrderStore): void {
  versionedStoreSuite({
    create,
    first: fullOrder,
    changed: (record, n) => ({ ...record, repeats: n + 2 }),
  });
  dueStoreSuite({ create, first: fullOrder, longAgo: testNow - 1900 * minutes });
  creating(create);
  creatingUnderEitherId(create);
  writingBlindly(create);
  listing(create);
  refusingCursors(create);
  catalogue(create);
}

/** An order is made once. */
function creating(create: () => OrderStore): void {
  test("an order, a product, a list that was never written is not there", async () => {
    const store = create();
    expect(await store.load(newOrder().orderId)).toBeUndefined();
    expect(await store.products(["NOT-SOLD-HERE"])).toEqual(new Map());
    expect(await store.orders(newPrincipal(), { limit: 10, cursor: undefined })).toEqual({ items: [] });
  });

  test("what was created is loaded, field by field", async () => {
    const store = create();
    const order = newOrder();
    expect(await store.create(order)).toEqual(order);
    expect(await store.load(order.orderId)).toEqual(order);
  });

  test("the first of an id stays: a second create returns it and writes nothing", async () => {
    const store = create();
    const order = newOrder();
    await store.create(order);
    const other = { ...order, fingerprint: "another" };
    expect(await store.create(other)).toEqual(order);
    expect(await store.load(order.orderId)).toEqual(order);
  });

  test("of many creates at once one is written, and all return it", async () => {
    const store = create();
    const order = newOrder();
    const { orderId } = order;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => store.create(newOrder({ orderId, fingerprint: `request ${n}` }))),
    );
    const kept = await store.load(order.orderId);
    for (const answer of answers) expect(answer).toEqual(kept);
  });

  test("a later version of an order that is not there is not saved", async () => {
    const store = create();
    const order = newOrder();
    expect(await store.save(repeated(order, testNow))).toBe("lost");
    expect(await store.load(order.orderId)).toBeUndefined();
  });

  test("an order with everything in it comes back as it was", async () => {
    const store = create();
    let order = await store.create(newOrder());
    for (const event of histories(order.orderId)["cancelled and released"] ?? []) {
      order = track(order, event as Tracked, testNow);
      expect(await store.save(order)).toBe("written");
    }
    expect(await store.load(order.orderId)).toEqual(order);
  });

  test("fifty equal requests at once make one order and fifty identical answers", async () => {
    const shop = aShop(create());
    const principal = newPrincipal();
    const product = newProduct();
    await shop.store.putProduct(product);
    const body = { ...aRequest, lines: [{ sku: product.sku, quantity: 2 }] };
    const answers = await Promise.all(Array.from({ length: 50 }, () => shop.place({ principal, body })));
    expect(answers[0]?.status).toBe(202);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const { items } = await shop.store.orders(principal, { limit: 10, cursor: undefined });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      orderId: answers[0]?.body.orderId,
      events: { OrderPlaced: shop.said[0] },
    });
    const events = shop.said.map((event) => JSON.stringify(event));
    expect(new Set(events).size).toBe(1);
  });
}

/** While the secret of ids is rotated, an order may have been made under another id. */
function creatingUnderEitherId(create: () => OrderStore): void {
  test("an order under one of the other ids stays the only one", async () => {
    const store = create();
    const [earlier, next] = [newOrder(), newOrder()];
    expect(await store.create(next, [newOrder().orderId])).toEqual(next);
    await store.create(earlier);
    const late = newOrder();
    expect(await store.create(late, [earlier.orderId])).toEqual(earlier);
    expect(await store.load(late.orderId)).toBeUndefined();
  });

  test("of creates at once under two ids that know each other one is written, and all return it", async () => {
    const store = create();
    const [a, b] = [newOrder(), newOrder()];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2 === 0 ? store.create(a, [b.orderId]) : store.create(b, [a.orderId]),
      ),
    );
    const kept = [await store.load(a.orderId), await store.load(b.orderId)].filter(Boolean);
    expect(kept).toHaveLength(1);
    for (const answer of answers) expect(answer).toEqual(kept[0]);
  });
}

/** Blind writes, and what is due after each. */
function writingBlindly(create: () => OrderStore): void {
  test.for(Object.entries(histories("")))("a blind write makes what track would: %s", async ([name]) => {
    const store = create();
    let order = await store.create(newOrder());
    if (name.includes("refund")) {
      order = requestCancel(order, "", testNow);
      await store.save(order);
    }
    let written = 0;
    for (const event of (histories(order.orderId)[name] ?? []) as Tracked[]) {
      const blind = blindWriteOf(event, testNow);
      const next = track(order, event, testNow);
      if (blind && (await store.writeBlind(blind))) written++;
      else expect(await store.save(next)).toBe("written");
      expect(await store.load(order.orderId)).toEqual(next);
      expect(blind ? await store.writeBlind(blind) : false).toBe(false);
      order = next;
    }
    expect(written > 0).toBe(name !== "cancelled before it was placed elsewhere");
  });

  test("a blind write to an order that is not there writes nothing", async () => {
    const store = create();
    const { orderId } = newOrder();
    const blind = blindWriteOf(anEvent("StockReserved", { orderId }), testNow);
    expect(blind && (await store.writeBlind(blind))).toBe(false);
    expect(await store.load(orderId)).toBeUndefined();
  });

  test("of many writers of the same fact one writes it, and of different facts all do", async () => {
    const store = create();
    const { orderId } = await store.create(newOrder());
    const facts = (["StockReserved", "PaymentAuthorized"] as const).map((type) => anEvent(type, { orderId }));
    const writes = [...facts, ...facts, ...facts].map((event) => blindWriteOf(event, testNow));
    const answers = await Promise.all(writes.map((each) => each && store.writeBlind(each)));
    expect(answers.filter(Boolean)).toHaveLength(2);
    expect(await store.load(orderId)).toMatchObject({ version: 3, stock: "RESERVED", payment: "AUTHORIZED" });
  });

  test("a blind write of a decision gives the order after it, one of another fact only that it was written", async () => {
    const store = create();
    const { orderId } = await store.create(newOrder());
    const write = (type: "StockReserved" | "PaymentAuthorized") => {
      const blind = blindWriteOf(anEvent(type, { orderId }) as Tracked, testNow);
      return blind && store.writeBlind(blind);
    };
    expect(await write("StockReserved")).toEqual(await store.load(orderId));
    expect(await write("PaymentAuthorized")).toBe(true);
  });

  test("a version that was read before a blind write is not written over it", async () => {
    const store = create();
    const order = await store.create(newOrder());
    const blind = blindWriteOf(anEvent("StockReserved", { orderId: order.orderId }), testNow);
    expect(blind && (await store.writeBlind(blind))).toBeTruthy();
    expect(await store.save(afterFirstLook(order, testNow))).toBe("lost");
  });

  test("an order is due from its time on, until nothing is due", async () => {
    const store = create();
    const now = testNow + ++count * 60 * minutes;
    const order = await store.create(newOrder({ now }));
    const isDue = async (at: number) => (await store.due(at, 10_000)).orderIds.includes(order.orderId);
    expect(await isDue(now + minutes - 1)).toBe(false);
    expect(await isDue(now + minutes)).toBe(true);
    let next: Order = afterFirstLook(order, now);
    await store.save(next);
    expect(await isDue(now + 17 * minutes - 1)).toBe(false);
    expect(await isDue(now + 17 * minutes)).toBe(true);
    for (const type of ["PaymentAborted", "PaymentVoided", "StockReleased"] as const) {
      next = track(next, anEvent(type, { orderId: order.orderId }), now);
      await store.save(next);
    }
    expect(await isDue(now + 1000 * minutes)).toBe(false);
  });
}

/** Lists, page by page. */
function listing(create: () => OrderStore): void {
  test("a principal's orders come newest first, page by page, each once, and no other principal's", async () => {
    const store = create();
    const principal = newPrincipal();
    const orders = Array.from({ length: 7 }, (_, n) => newOrder({ principal, now: testNow + n * seconds }));
    for (const order of [...orders, newOrder({ principal: newPrincipal() })]) await store.create(order);
    const found = await pages((cursor) => store.orders(principal, { limit: 3, cursor }));
    expect(found.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(found.flat()).toEqual(orders.toReversed());
  });

  test("a last page that is full has no next one", async () => {
    const store = create();
    const principal = newPrincipal();
    for (let n = 0; n < 4; n++) await store.create(newOrder({ principal }));
    const found = await pages((cursor) => store.orders(principal, { limit: 2, cursor }));
    expect(found.map((page) => page.length)).toEqual([2, 2]);
  });

  test("an order placed while the list is being read moves no other out of it", async () => {
    const store = create();
    const principal = newPrincipal();
    const orders = Array.from({ length: 3 }, (_, n) => newOrder({ principal, now: testNow + n }));
    for (const order of orders) await store.create(order);
    const first = await store.orders(principal, { limit: 2, cursor: undefined });
    await store.create(newOrder({ principal, now: testNow + 10 }));
    const second = await store.orders(principal, { limit: 2, cursor: first.next });
    expect([...first.items, ...second.items]).toEqual(orders.toReversed());
  });

  test("an order in a list is as it stands now", async () => {
    const store = create();
    const principal = newPrincipal();
    const order = await store.create(newOrder({ principal }));
    const next = afterFirstLook(order, testNow);
    await store.save(next);
    expect((await store.orders(principal, { limit: 1, cursor: undefined })).items).toEqual([next]);
  });
}

/** Cursors that the list did not make. */
function refusingCursors(create: () => OrderStore): void {
  test.for(["", "0", "not a cursor", "_w", Buffer.from('["a","b","c"]').toString("base64url"), "%00"])(
    "a cursor that no list has given is refused: %s",
    async (cursor) => {
      const store = create();
      const refused = { problem: { status: 400, type: "invalid-cursor" } };
      await expect(store.orders("ada", { limit: 1, cursor })).rejects.toMatchObject(refused);
      await expect(store.catalogue({ limit: 1, cursor })).rejects.toMatchObject(refused);
    },
  );

  test("a cursor of one list is refused by the other", async () => {
    const store = create();
    const principal = newPrincipal();
    for (let n = 0; n < 2; n++) {
      await store.create(newOrder({ principal }));
      await store.putProduct(newProduct());
    }
    const { next: ofOrders } = await store.orders(principal, { limit: 1, cursor: undefined });
    const { next: ofProducts } = await store.catalogue({ limit: 1, cursor: undefined });
    const refused = { problem: { type: "invalid-cursor" } };
    await expect(store.catalogue({ limit: 1, cursor: ofOrders })).rejects.toMatchObject(refused);
    await expect(store.orders(principal, { limit: 1, cursor: ofProducts })).rejects.toMatchObject(refused);
  });
}

/** The catalogue. */
function catalogue(create: () => OrderStore): void {
  test("a product is found by its SKU and replaced by the next one", async () => {
    const store = create();
    const [one, other] = [newProduct(), newProduct()];
    for (const product of [one, other]) await store.putProduct(product);
    const dearer = { ...one, unitPrice: 2000 };
    await store.putProduct(dearer);
    expect(await store.products([one.sku, other.sku, "NOT-SOLD-HERE", one.sku])).toEqual(
      new Map([
        [one.sku, dearer],
        [other.sku, other],
      ]),
    );
  });

  test("the catalogue comes by SKU, page by page, each product once", async () => {
    const store = create();
    const products = Array.from({ length: 120 }, newProduct);
    await Promise.all(products.map((product) => store.putProduct(product)));
    const found = (await pages((cursor) => store.catalogue({ limit: 50, cursor }))).flat();
    const skus = found.map(({ sku }) => sku);
    expect(skus).toEqual([...new Set(skus)].sort());
    expect(skus).toEqual(expect.arrayContaining(products.map(({ sku }) => sku)));
    expect(found).toEqual(expect.arrayContaining(products.slice(0, 3)));
  });
}

/** Every page of a list, one after the other. */
async function pages<T>(list: (cursor: string | undefined) => Promise<PageOf<T>>): Promise<T[][]> {
  const found: T[][] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await list(cursor);
    found.push(page.items);
    cursor = page.next;
  }
  return found;
}
