import { expect, test } from "vitest";
import { createFairLine, LineFull } from "./fair-line.ts";

/** Acts that end when they are told to, by the names they were given. */
function acts(line: ReturnType<typeof createFairLine>) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    begun,
    enter: (customer: string, name: string) =>
      line.run(customer, async () => {
        begun.push(name);
        await new Promise<void>((resolve) => ends.set(name, resolve));
        return name;
      }),
    async end(name: string) {
      ends.get(name)?.();
      await turn();
    },
    turn,
  };
}

test("no more run at once than there are places, and one customer's run in the order they came", async () => {
  const line = createFairLine(3, 100);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const all = Array.from({ length: 20 }, (_, index) =>
    line.run("ada", async () => {
      started.push(index);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return index;
    }),
  );
  expect(await Promise.all(all)).toEqual(started);
  expect(most).toBe(3);
  expect(line.waiting()).toBe(0);
});

test("an act that fails gives its place on", async () => {
  const line = createFairLine(1, 1);
  const failing = line.run("ada", () => Promise.reject(new Error("broken")));
  const next = line.run("ada", async () => "served");
  await expect(failing).rejects.toThrow("broken");
  expect(await next).toBe("served");
});

test("customers have their turns, however many one of them sends", async () => {
  const { begun, end, enter, turn } = acts(createFairLine(1, 100));
  for (let index = 0; index < 5; index++) void enter("ada", `ada ${index}`);
  for (let index = 0; index < 2; index++) void enter("bob", `bob ${index}`);
  void enter("eve", "eve 0");
  await turn();
  for (let index = 0; index < 8; index++) await end(begun[index] ?? "");
  expect(begun).toEqual(["ada 0", "ada 1", "bob 0", "eve 0", "ada 2", "bob 1", "ada 3", "ada 4"]);
});

test("a full line refuses, and serves all who wait", async () => {
  const line = createFairLine(1, 2);
  const { begun, end, enter, turn } = acts(line);
  const served = ["a", "b", "c"].map((name) => enter("ada", name));
  expect(line.isFullFor("ada")).toBe(true);
  await expect(enter("ada", "d")).rejects.toThrow(LineFull);
  await turn();
  for (const name of ["a", "b", "c"]) await end(name);
  expect(await Promise.all(served)).toEqual(["a", "b", "c"]);
  expect(begun).toEqual(["a", "b", "c"]);
  expect(line.isFullFor("ada")).toBe(false);
});

test("in a full line the one who has most gives way, and none who has as many", async () => {
  const line = createFairLine(1, 4);
  const { begun, end, enter, turn } = acts(line);
  const ada = ["a0", "a1", "a2", "a3", "a4"].map((name) =>
    enter("ada", name).catch(({ name: error }) => error),
  );
  expect(line.isFullFor("bob")).toBe(false);
  const bob = ["b0", "b1", "b2"].map((name) => enter("bob", name).catch(({ name: error }) => error));
  expect(await Promise.all([ada[4], ada[3], bob[2]])).toEqual(["LineFull", "LineFull", "LineFull"]);
  expect(line.waiting()).toBe(4);
  await turn();
  for (const name of ["a0", "a1", "b0", "a2", "b1"]) await end(name);
  expect(begun).toEqual(["a0", "a1", "b0", "a2", "b1"]);
});
