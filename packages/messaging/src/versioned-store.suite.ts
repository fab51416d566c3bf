// What every store of versioned records does; each service's store suite runs it.
import { expect, test } from "vitest";
import type { Due, DueStore, Versioned, VersionedStore } from "./versioned-store.ts";

type Given<R extends Versioned> = {
  /** May give the same store every time: each test uses orders of its own. */
  create: () => VersionedStore<R> & Partial<DueStore>;
  /** The first version of a new order's record, with every field that a record can have. */
  first: () => R;
  /** Another record of the same order, different for each number. */
  changed: (record: R, n: number) => R;
};

export function versionedStoreSuite<R extends Versioned>({ changed, create, first }: Given<R>): void {
  const second = (record: R, n = 1): R => ({ ...changed(record, n), version: 2 });

  test("a record that was never written is not there", async () => {
    expect(await create().load(first().orderId)).toBeUndefined();
  });

  test("what was saved is loaded, field by field, and replaced as a whole by its next version", async () => {
    const store = create();
    const record = first();
    for (const version of [record, second(record)]) {
      expect(await store.save(version)).toBe("written");
      expect(await store.load(record.orderId)).toEqual(version);
    }
  });

  test("of two that create the record, one is told that it lost", async () => {
    const store = create();
    const record = first();
    const both = [record, changed(record, 1)];
    const results = await Promise.all(both.map((each) => store.save(each)));
    expect(results.toSorted()).toEqual(["lost", "written"]);
    expect(await store.load(record.orderId)).toEqual(both[results.indexOf("written")]);
  });

  test("of many that write over the same version, one is written", async () => {
    const store = create();
    const record = first();
    await store.save(record);
    const all = Array.from({ length: 10 }, (_, n) => second(record, n));
    const results = await Promise.all(all.map((each) => store.save(each)));
    expect(results.filter((each) => each === "written")).toHaveLength(1);
    expect(await store.load(record.orderId)).toEqual(all[results.indexOf("written")]);
  });

  test("a write over a version that has passed, or is not there yet, changes nothing", async () => {
    const store = create();
    const record = first();
    expect(await store.save(second(record))).toBe("lost");
    expect(await store.load(record.orderId)).toBeUndefined();
    await store.save(record);
    await store.save(second(record));
    for (const version of [1, 2, 4]) {
      expect(await store.save({ ...changed(record, 2), version })).toBe("lost");
    }
    expect(await store.load(record.orderId)).toEqual(second(record));
  });

  test("what was saved and what is loaded are copies: to change them changes nothing stored", async () => {
    const store = create();
    const record = first();
    const kept = structuredClone(record);
    await store.save(record);
    emptied(record);
    const loaded = await store.load(kept.orderId);
    if (!loaded) return expect.unreachable();
    emptied(loaded);
    expect(await store.load(kept.orderId)).toEqual(kept);
  });
}

/** Takes all that is in the objects and lists of a record out of it. */
function emptied(record: object): void {
  for (const value of Object.values(record)) {
    if (Array.isArray(value)) value.length = 0;
    else if (typeof value === "object") for (const key of Object.keys(value)) delete value[key];
  }
}

export function dueStoreSuite<R extends Versioned & { dueAt?: string }>(given: {
  create: () => VersionedStore<R> & DueStore;
  first: () => R;
  /** A time (milliseconds) long before anything that other tests make due. */
  longAgo: number;
}): void {
  const { create, first, longAgo } = given;
  const minute = 60_000;
  const due = (record: R, at: number, version = 1): R => ({
    ...record,
    version,
    dueAt: new Date(at).toISOString(),
  });
  const atRest = (record: R, version: number): R => {
    const { dueAt: _, ...rest } = record;
    return { ...(rest as R), version };
  };

  test("a record is due from the moment it names, and no longer once it names none", async () => {
    const store = create();
    const record = due(first(), longAgo);
    const isDue = async (at: number) => (await store.due(at, 100)).orderIds.includes(record.orderId);
    await store.save(record);
    expect(await isDue(longAgo - 1)).toBe(false);
    expect(await isDue(longAgo)).toBe(true);
    await store.save(due(record, longAgo + minute, 2));
    expect(await isDue(longAgo)).toBe(false);
    expect(await isDue(longAgo + minute)).toBe(true);
    await store.save(atRest(record, 3));
    expect(await isDue(longAgo + minute)).toBe(false);
  });

  test("a run is given no more than its limit, told that there are more, and in the end comes to all", async () => {
    const store = create();
    const waiting = new Map<string, R>();
    for (let each = 0; each < 40; each++) {
      const record = due(first(), longAgo + each);
      waiting.set(record.orderId, record);
      await store.save(record);
    }
    for (let run = 1; waiting.size > 0; run++) {
      const { more, orderIds } = await store.due(longAgo + minute, 16);
      expect(run).toBeLessThan(10);
      expect(orderIds.length).toBeLessThanOrEqual(16);
      if (run === 1) expect(more).toBe(true);
      for (const orderId of orderIds) {
        const record = waiting.get(orderId);
        if (!record) return expect.unreachable(`${orderId} is not due, or was given twice`);
        await store.save(atRest(record, 2));
        waiting.delete(orderId);
      }
    }
    expect(await store.due(longAgo + minute, 16)).toEqual({ orderIds: [], more: false });
  });

  test("what is due comes page by page, each the oldest first, and everything once", async () => {
    const store = create();
    const ids: string[] = [];
    for (let each = 0; each < 40; each++) {
      const record = due(first(), longAgo - each);
      ids.push(record.orderId);
      await store.save(record);
    }
    const seen: string[] = [];
    const now = longAgo + minute;
    for (let page: Due | undefined = await store.due(now, 16); page; page = await page.next?.()) {
      const places = page.orderIds.map((orderId) => ids.indexOf(orderId));
      expect(places).toEqual(places.toSorted((a, b) => b - a));
      expect(page.more).toBe(page.next !== undefined);
      seen.push(...page.orderIds);
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    for (const [each, orderId] of ids.entries()) {
      const record = await store.load(orderId);
      if (!record) return expect.unreachable(`${orderId}, number ${each}, is gone`);
      await store.save(atRest(record, record.version + 1));
    }
  });
}
