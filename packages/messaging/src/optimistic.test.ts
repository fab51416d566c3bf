// An optimistic write is repeated over what another writer left, a bounded number of times.
import { expect, test } from "vitest";
import { Contended, writeOptimistically } from "./optimistic.ts";
import type { SaveResult } from "./versioned-store.ts";

/**
 * A counter whose saves end as given, and are written from then on; another writer counts up at each lost
 * one.
 */
function aCounter(...results: SaveResult[]) {
  const counter = { value: 1, loads: 0, pauses: [] as number[] };
  const write = (
    given: { known?: number; attempts?: number; isWanted?: (value: number) => boolean } = {},
  ) => {
    const { attempts = 3, isWanted = () => true, known } = given;
    return writeOptimistically<number, number, string>({
      what: "counter",
      attempts,
      ...(known !== undefined && { known }),
      load: async () => {
        counter.loads++;
        return counter.value;
      },
      decide: (read) =>
        isWanted(read) ? { write: read + 10, answer: `${read + 10}` } : { answer: `${read} stays` },
      save: async (next) => {
        const result = results.shift() ?? "written";
        counter.value = result === "written" ? next : counter.value + 1;
        return result;
      },
      backOff: async (attempt) => void counter.pauses.push(attempt),
    });
  };
  return { counter, write };
}

test("what was read is written, once", async () => {
  const { counter, write } = aCounter();
  expect(await write()).toBe("11");
  expect(counter).toEqual({ value: 11, loads: 1, pauses: [] });
});

test("a lost write is decided anew over what the other writer left; only a conflict waits", async () => {
  const { counter, write } = aCounter("lost", "conflict");
  expect(await write()).toBe("13");
  expect(counter).toEqual({ value: 13, loads: 3, pauses: [2] });
});

test("without a pause to make, a conflict is tried again at once", async () => {
  const results = ["conflict", "written"] as const;
  let saves = 0;
  const answer = await writeOptimistically({
    what: "counter",
    attempts: 2,
    load: async () => 7,
    decide: (read) => ({ write: read + 1, answer: read }),
    save: async () => results[saves++] ?? "lost",
  });
  expect([answer, saves]).toEqual([7, 2]);
});

test("a record that the caller has read is not read again before the first write", async () => {
  const { counter, write } = aCounter("lost");
  expect(await write({ known: 1 })).toBe("12");
  expect(counter.loads).toBe(1);
});

test("where nothing is to be written there is an answer, and no write", async () => {
  const { counter, write } = aCounter();
  expect(await write({ isWanted: () => false })).toBe("1 stays");
  expect(counter.value).toBe(1);
});

test("a write that is always lost ends as Contended, with the name of what is contended", async () => {
  const { counter, write } = aCounter("lost", "lost", "lost");
  const contended = write();
  await expect(contended).rejects.toThrow(Contended);
  await expect(contended).rejects.toThrow("The counter is contended: 3 attempts to write it failed.");
  expect(counter.loads).toBe(3);
});
