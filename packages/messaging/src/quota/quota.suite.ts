// What every store of quotas does; the in-memory one and DynamoDB's both pass it.
import { expect, test } from "vitest";
import { createQuota } from "./places.ts";
import type { QuotaStore } from "./ports.ts";

const hour = 3600_000;
const now = 1_800_000_000_000;
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** `create` may give the same store every time: each test has customers of its own. */
export function quotaStoreSuite(create: () => QuotaStore): void {
  test("two that begin a slot at once, or add under one mark: one is written, the other lost", async () => {
    const store = create();
    const next = { slot: 100, used: 2, earlier: { 50: 1 }, marks: ["one"] };
    const begun = await Promise.all(numbers(2).map(() => store.begin("suite-1", { next, over: undefined })));
    expect(begun.sort()).toEqual(["lost", "written"]);
    expect(await store.load("suite-1")).toEqual(next);
    const adding = { slot: 100, count: 3, most: 7, mark: "two", isMarked: true };
    const added = await Promise.all(numbers(2).map(() => store.add("suite-1", adding)));
    expect(added.sort()).toEqual(["lost", "written"]);
    expect(await store.load("suite-1")).toEqual({ ...next, used: 5, marks: ["one", "two"] });
  });

  test("lost: a slot that has passed, one that is full, and one begun over what is not there any more", async () => {
    const store = create();
    const next = { slot: 100, used: 5, earlier: {}, marks: [] };
    await store.begin("suite-2", { next, over: undefined });
    const adding = { slot: 100, count: 1, most: 5, mark: "a", isMarked: false };
    expect(await store.add("suite-2", { ...adding, slot: 90 })).toBe("lost");
    expect(await store.add("suite-2", { ...adding, most: 4 })).toBe("lost");
    expect(await store.add("suite-2", adding)).toBe("written");
    expect(await store.begin("suite-2", { next: { ...next, slot: 200 }, over: next })).toBe("lost");
    const over = { ...next, used: 6 };
    expect(await store.load("suite-2")).toEqual(over);
    expect(await store.begin("suite-2", { next: { ...next, slot: 200 }, over })).toBe("written");
  });

  test("what is given back is free once, and only in its slot", async () => {
    const store = create();
    const next = { slot: 100, used: 5, earlier: {}, marks: ["a"] };
    await store.begin("suite-3", { next, over: undefined });
    expect(await store.giveBack("suite-3", { slot: 90, mark: "a", count: 2 })).toBe("lost");
    expect(await store.giveBack("suite-3", { slot: 100, mark: "a", count: 2 })).toBe("written");
    expect(await store.giveBack("suite-3", { slot: 100, mark: "a", count: 2 })).toBe("lost");
    expect(await store.load("suite-3")).toEqual({ ...next, used: 3, marks: [] });
  });

  test("of forty who want the last places at once as many get one as there are", async () => {
    const quota = createQuota(create(), { limit: 7, windowMilliseconds: hour });
    const take = (mark: string) => quota.take("suite-4", { mark, count: 1, now });
    await take("first");
    const answers = await Promise.all(numbers(40).map((n) => take(`at once ${n}`)));
    expect(answers.filter((refusal) => refusal === undefined)).toHaveLength(6);
    expect(await take("first")).toBeUndefined();
    expect(await take("late")).toEqual({ until: expect.any(Number) });
  });

  test("twenty repeats of one request at once are counted once", async () => {
    const quota = createQuota(create(), { limit: 2, windowMilliseconds: hour });
    const take = (mark: string) => quota.take("suite-5", { mark, count: 1, now });
    expect(await Promise.all(numbers(20).map(() => take("same")))).toEqual(numbers(20).map(() => undefined));
    expect(await take("other")).toBeUndefined();
    expect(await take("third")).toBeDefined();
  });
}
