// What every store of orders does; the in-memory one and DynamoDB's both pass it.
import type { Product } from "@order-saga/contracts";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { foresee } from "../foresight.ts";
import {
  type Acceptance,
  lookedAt,
  type Order,
  repeated,
  requestCancel,
  type Tracked,
  track,
} from "../order.ts";
import { anOrder, aRequest, aShop, histories, minutes, mug, orderIdOf, seconds } from "../testing.ts";
import type { OrderStore, PageOf } from "./store.ts";

/** `create` may give the same store every time: each test uses orders, principals and SKUs of its own. */
export function orderStoreSuite(create: () => OrderStore): void {
  let count = 0;
  const newOrder = (given: Partial<Acceptance> = {}) => anOrder({ orderId: orderIdOf(++count), ...given });
  const newPrincipal = () => `principal-${++count}`;
  const newProduct = (): Product => ({ ...mug, sku: `MUG-${++count}` });

  test("what nobody wrote is not there", async () => {
    const store = create();
    expect(await store.load(newOrder().orderId)).toBeUndefined();
    expect(await store.products(["NOBODY-SELLS-IT"])).toEqual(new Map());
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
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => store.create({ ...order, fingerprint: `request ${n}` })),
    );
    const kept = await store.load(order.orderId);
    for (const answer of answers) expect(answer).toEqual(kept);
  });

  test("a version is written over the one before it, and over no other", async () => {
    const store = create();
    const order = await store.create(newOrder());
    const next = lookedAt(order, testNow);
    expect(await store.save({ ...next, version: next.version + 1 })).toBe(false);
    expect(await store.save(next)).toBe(true);
    expect(await store.save(next)).toBe(false);
    expect(await store.load(order.orderId)).toEqual(next);
  });

  test("of many writers of the same version one wins", async () => {
    const store = create();
    const order = await store.create(newOrder());
    const written = await Promise.all(
      Array.from({ length: 10 }, (_, n) => store.save({ ...repeated(order, testNow), repeats: n })),
    );
    expect(written.filter(Boolean)).toHaveLength(1);
    expect((await store.load(order.orderId))?.repeats).toBe(written.indexOf(true));
  });

  test("an order that is not there cannot be saved", async () => {
    const store = create();
    const order = newOrder();
    expect(await store.save(repeated(order, testNow))).toBe(false);
    expect(await store.load(order.orderId)).toBeUndefined();
  });

  test("an order with everything in it comes back as it was", async () => {
    const store = create();
    let order = await store.create(newOrder());
    for (const event of histories(order.orderId)["cancelled and released"] ?? []) {
      order = track(order, event as Tracked, testNow);
      expect(await store.save(order)).toBe(true);
    }
    expect(await store.load(order.orderId)).toEqual(order);
  });

  test.for(Object.entries(histories("")))(
    "what was foreseen is written as track would: %s",
    async ([name]) => {
      const store = create();
      let order = await store.create(newOrder());
      if (name.includes("refund")) {
        order = requestCancel(order, "", testNow);
        await store.save(order);
      }
      let written = 0;
      for (const event of (histories(order.orderId)[name] ?? []) as Tracked[]) {
        const foreseen = foresee(event, testNow);
        const next = track(order, event, testNow);
        if (foreseen && (await store.realize(foreseen))) written++;
        else expect(await store.save(next)).toBe(true);
        expect(await store.load(order.orderId)).toEqual(next);
        expect(foreseen ? await store.realize(foreseen) : false).toBe(false);
        order = next;
      }
      expect(written > 0).toBe(name !== "cancelled before it was placed elsewhere");
    },
  );

  test("nothing is foreseen of an order that is not there, and nothing is written", async () => {
    const store = create();
    const { orderId } = newOrder();
    const foreseen = foresee(anEvent("StockReserved", { orderId }), testNow);
    expect(foreseen && (await store.realize(foreseen))).toBe(false);
    expect(await store.load(orderId)).toBeUndefined();
  });

  test("of many writers of the same fact one writes it, and of different facts all do", async () => {
    const store = create();
    const { orderId } = await store.create(newOrder());
    const facts = (["StockReserved", "PaymentAuthorized"] as const).map((type) => anEvent(type, { orderId }));
    const writes = [...facts, ...facts, ...facts].map((event) => foresee(event, testNow));
    const answers = await Promise.all(writes.map((each) => each && store.realize(each)));
    expect(answers.filter(Boolean)).toHaveLength(2);
    expect(await store.load(orderId)).toMatchObject({ version: 3, stock: "RESERVED", payment: "AUTHORIZED" });
  });

  test("a version that was read before a foreseen write is not written over it", async () => {
    const store = create();
    const order = await store.create(newOrder());
    const foreseen = foresee(anEvent("StockReserved", { orderId: order.orderId }), testNow);
    expect(foreseen && (await store.realize(foreseen))).toBe(true);
    expect(await store.save(lookedAt(order, testNow))).toBe(false);
  });

  test("what is loaded is a copy: changing it changes nothing stored", async () => {
    const store = create();
    const order = await store.create(newOrder());
    const loaded = await store.load(order.orderId);
    loaded?.timeline.push({ type: "StockReserved", at: "" });
    expect((await store.load(order.orderId))?.timeline).toHaveLength(1);
  });

  test("an order is due from its time on, until nothing is due", async () => {
    const store = create();
    const now = testNow + ++count * 60 * minutes;
    const order = await store.create(newOrder({ now }));
    const isDue = async (at: number) => (await store.due(at, 10_000)).orderIds.includes(order.orderId);
    expect(await isDue(now + minutes - 1)).toBe(false);
    expect(await isDue(now + minutes)).toBe(true);
    let next: Order = lookedAt(order, now);
    await store.save(next);
    expect(await isDue(now + 17 * minutes - 1)).toBe(false);
    expect(await isDue(now + 17 * minutes)).toBe(true);
    for (const type of ["PaymentVoided", "StockReleased"] as const) {
      next = track(next, anEvent(type, { orderId: order.orderId }), now);
      await store.save(next);
    }
    expect(await isDue(now + 1000 * minutes)).toBe(false);
  });

  test("when more is due than the limit, it says so, and the rest comes later", async () => {
    const store = create();
    const orders = Array.from({ length: 40 }, () => newOrder({ now: testNow - 24 * 60 * minutes }));
    await Promise.all(orders.map((order) => store.create(order)));
    const { more, orderIds } = await store.due(testNow - 23 * 60 * minutes, 8);
    expect(more).toBe(true);
    expect(orderIds.length).toBeLessThanOrEqual(8);
    expect(orderIds.length).toBeGreaterThan(0);
    const all = await store.due(testNow - 23 * 60 * minutes, 10_000);
    expect(all.more).toBe(false);
    expect(all.orderIds).toEqual(expect.arrayContaining(orders.map((order) => order.orderId)));
  });

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

  test("a principal's orders come newest first, page by page, each once, and nobody else's", async () => {
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
    const next = lookedAt(order, testNow);
    await store.save(next);
    expect((await store.orders(principal, { limit: 1, cursor: undefined })).items).toEqual([next]);
  });

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

  test("a product is found by its SKU and replaced by the next one", async () => {
    const store = create();
    const [one, other] = [newProduct(), newProduct()];
    for (const product of [one, other]) await store.putProduct(product);
    const dearer = { ...one, unitPrice: 2000 };
    await store.putProduct(dearer);
    expect(await store.products([one.sku, other.sku, "NOBODY-SELLS-IT", one.sku])).toEqual(
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
