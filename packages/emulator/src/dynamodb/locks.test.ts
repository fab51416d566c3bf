// Who waits for whom, and who is refused.
import { expect, test } from "vitest";
import { createLocks, type Release } from "./locks.ts";

const taken = (result: unknown) => {
  expect(result).toBeTypeOf("function");
  return result as Release;
};
const isSettled = async (promise: Promise<unknown>) => {
  const open = Symbol("open");
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  return (await Promise.race([promise, Promise.resolve(open)])) !== open;
};

test("a second transaction is told which items conflict, and takes none", async () => {
  const locks = createLocks();
  const release = taken(await locks.forTransaction(["a", "b"]));
  expect(await locks.forTransaction(["b", "c"])).toEqual({ conflicts: new Set(["b"]) });
  taken(await locks.forTransaction(["c"]));
  release();
  taken(await locks.forTransaction(["a", "b"]));
});

test("a single write is refused during a transaction, and waits for another write", async () => {
  const locks = createLocks();
  const endTransaction = taken(await locks.forTransaction(["a"]));
  expect(await locks.forWrite("a")).toBeUndefined();
  endTransaction();
  const endFirst = taken(await locks.forWrite("a"));
  const second = locks.forWrite("a");
  expect(await isSettled(second)).toBe(false);
  endFirst();
  taken(await second);
});

test("reads share an item; writers wait for all of them, and readers refuse a transaction's item", async () => {
  const locks = createLocks();
  const reads = [taken(await locks.forRead(["a"])), taken(await locks.forRead(["a", "b"]))];
  const write = locks.forWrite("a");
  const transaction = locks.forTransaction(["b"]);
  expect(await isSettled(write)).toBe(false);
  reads[0]?.();
  expect([await isSettled(write), await isSettled(transaction)]).toEqual([false, false]);
  reads[1]?.();
  taken(await write);
  const release = taken(await transaction);
  expect(await locks.forRead(["b"])).toEqual({ conflicts: new Set(["b"]) });
  release();
  taken(await locks.forRead(["b"]));
});
