// Loads that come together are one request; a later one is another.
import { expect, test } from "vitest";
import { gatherLoads } from "./gathered-loads.ts";

function aTable() {
  const requests: (readonly string[])[] = [];
  const read = (ids: readonly string[]) => {
    requests.push(ids);
    if (ids.includes("broken")) throw new RangeError("broken");
    return new Map(ids.filter((id) => id !== "gone").map((id) => [id, `record ${id}`]));
  };
  const load = gatherLoads({
    load: async (id) => read([id]).get(id),
    loadAll: async (ids) => read(ids),
    wait: () => new Promise((resolve) => setImmediate(resolve)),
  });
  return { load, requests };
}

test("each is given its own record, and one that is not there none", async () => {
  const { load, requests } = aTable();
  expect(await Promise.all(["a", "gone", "b", "a"].map(load))).toEqual([
    "record a",
    undefined,
    "record b",
    "record a",
  ]);
  expect(await load("c")).toBe("record c");
  expect(requests).toEqual([["a", "gone", "b"], ["c"]]);
});

test("a request has a hundred at most", async () => {
  const { load, requests } = aTable();
  await Promise.all(Array.from({ length: 250 }, (_, n) => load(String(n))));
  expect(requests.map(({ length }) => length)).toEqual([100, 100, 50]);
});

test("one that cannot be read fails alone", async () => {
  const { load, requests } = aTable();
  const all = await Promise.allSettled(["a", "broken", "b"].map(load));
  expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(requests).toEqual([["a", "broken", "b"], ["a"], ["broken"], ["b"]]);
});

/** A table whose requests wait until the test lets them go. */
function aSlowTable() {
  const requests: number[] = [];
  const waits: (() => void)[] = [];
  const load = gatherLoads({
    load: () => expect.unreachable(),
    loadAll: async (ids) => {
      requests.push(ids.length);
      return new Map(ids.map((id) => [id, id]));
    },
    wait: () => new Promise((resolve) => waits.push(resolve)),
  });
  return { load, requests, waits };
}

test("what is asked for while a full request waits for its turn joins the one after it", async () => {
  const { load, requests, waits } = aSlowTable();
  const first = Array.from({ length: 101 }, (_, n) => load(`first ${n}`));
  waits[0]?.();
  await Promise.all(first.slice(0, 100));
  const second = load("second");
  waits[1]?.();
  await Promise.all([...first, second]);
  expect(requests).toEqual([100, 2]);
});

test("requests whose waits end out of turn stay whole", async () => {
  const { load, requests, waits } = aSlowTable();
  const all = Array.from({ length: 101 }, (_, n) => load(String(n)));
  waits[1]?.();
  await all[100];
  waits[0]?.();
  await Promise.all(all);
  expect(requests).toEqual([1, 100]);
});
