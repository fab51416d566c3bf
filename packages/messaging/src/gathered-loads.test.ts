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
