// What every store of webhooks does; the in-memory one and DynamoDB's both pass it.
import { expect, test } from "vitest";
import { attempted, type Delivery, recorded, replayed, withoutEndpoint } from "../delivery.ts";
import { disabledBy, type EndpointState } from "../endpoint-state.ts";
import type { WebhookStore } from "../ports.ts";

const now = Date.parse("2026-01-05T12:00:00.000Z");

/** `create` may give the same store every time: each test has endpoints of its own. */
export function webhookStoreSuite(create: () => WebhookStore): void {
  let count = 0;
  const anEndpoint = () => `shop-${++count}`;
  const aDelivery = (endpoint: string, n = 0, dueAt = now): Delivery => ({
    ...recorded(
      { id: `msg_${n}_${endpoint}`, endpoint, orderId: "ord_1", type: "order.confirmed", body: "{}" },
      now,
    ),
    dueAt: new Date(dueAt).toISOString(),
  });

  test("a delivery is kept field by field, and replaced by its next version", async () => {
    const store = create();
    const first = aDelivery(anEndpoint());
    expect(await store.delivery(first.id)).toBeUndefined();
    expect(await store.saveDelivery(first)).toBe("written");
    expect(await store.delivery(first.id)).toEqual(first);
    const { delivery } = attempted(first, { error: "Timeout" }, { at: now, now: now + 15_000, chance: 0 });
    expect(await store.saveDelivery(delivery)).toBe("written");
    expect(await store.delivery(first.id)).toEqual(delivery);
  });

  test("a write over a version that has passed, or is not there yet, changes nothing", async () => {
    const store = create();
    const first = aDelivery(anEndpoint());
    expect(await store.saveDelivery({ ...first, version: 2 })).toBe("lost");
    await store.saveDelivery(first);
    expect(await store.saveDelivery({ ...first, body: "other" })).toBe("lost");
    expect(await store.saveDelivery({ ...first, body: "other", version: 3 })).toBe("lost");
    expect(await store.delivery(first.id)).toEqual(first);
  });

  test("of two that write an endpoint's state, one is told that it lost", async () => {
    const store = create();
    const name = anEndpoint();
    const first: EndpointState = { name, failures: 1, failingSince: new Date(now).toISOString(), version: 1 };
    const results = await Promise.all([store.saveEndpoint(first), store.saveEndpoint(first)]);
    expect(results.toSorted()).toEqual(["lost", "written"]);
    const disabled = disabledBy("gone", first, now);
    expect(await store.saveEndpoint(disabled)).toBe("written");
    expect(await store.endpoint(name)).toEqual(disabled);
  });

  test("what is due comes by endpoint, the oldest first, up to the limit, and no longer once it has ended", async () => {
    const store = create();
    const name = anEndpoint();
    const deliveries = [3, 1, 2, 5].map((n) => aDelivery(name, n, now + n));
    for (const each of [...deliveries, aDelivery(anEndpoint(), 0)]) await store.saveDelivery(each);
    const ids = (...numbers: number[]) => numbers.map((n) => `msg_${n}_${name}`);
    expect(await store.due(name, now + 3, 10)).toEqual(ids(1, 2, 3));
    expect(await store.due(name, now + 3, 2)).toEqual(ids(1, 2));
    const [three] = deliveries;
    if (!three) return expect.unreachable();
    await store.saveDelivery(attempted(three, { status: 200 }, { at: now, now, chance: 0 }).delivery);
    expect(await store.due(name, now + 9, 10)).toEqual(ids(1, 2, 5));
  });

  test("what was given up is listed as that, and not due, until it is replayed", async () => {
    const store = create();
    const name = anEndpoint();
    const first = aDelivery(name);
    await store.saveDelivery(first);
    const failed = withoutEndpoint(first);
    await store.saveDelivery(failed);
    expect(await store.failed(name, 10)).toEqual([first.id]);
    expect(await store.due(name, now + 10 ** 9, 10)).toEqual([]);
    expect(await store.delivery(first.id)).toEqual(failed);
    await store.saveDelivery(replayed(failed, now));
    expect(await store.failed(name, 10)).toEqual([]);
    expect(await store.due(name, now + 10 ** 9, 10)).toEqual([first.id]);
  });
}
