// How a batch is gathered: by number, by window, and within what an invocation may carry.
import type { Message } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { type BatchLimits, collectBatch } from "./batch.ts";

/** A queue that hands out these receives, one second apart when it has nothing. */
async function collect(limits: BatchLimits, receives: Message[][], stopAfter = Number.POSITIVE_INFINITY) {
  const asked: { most: number; waitSeconds: number }[] = [];
  let now = 0;
  const batch = await collectBatch(
    limits,
    async (most, waitSeconds) => {
      asked.push({ most, waitSeconds });
      const messages = receives[asked.length - 1] ?? [];
      if (messages.length === 0) now += waitSeconds * 1000;
      return messages;
    },
    () => now,
    () => asked.length >= stopAfter,
  );
  return { asked, batch, now };
}

const messages = (count: number, Body = "x"): Message[] => Array.from({ length: count }, () => ({ Body }));

test("without a window one receive is a batch", async () => {
  const { asked, batch } = await collect({ batchSize: 10, batchWindowSeconds: 0 }, [
    messages(2),
    messages(8),
  ]);
  expect(asked).toEqual([{ most: 10, waitSeconds: 20 }]);
  expect(batch).toHaveLength(2);
});

test("no receive asks for more than ten, or more than the batch has room for", async () => {
  const { asked, batch } = await collect({ batchSize: 25, batchWindowSeconds: 60 }, [
    messages(10),
    messages(8),
    messages(7),
  ]);
  expect(asked.map(({ most }) => most)).toEqual([10, 10, 7]);
  expect(batch).toHaveLength(25);
});

test("the window begins with the first message and ends by the runtime's clock", async () => {
  const { batch, now } = await collect({ batchSize: 10, batchWindowSeconds: 5 }, [
    messages(1),
    [],
    messages(1),
  ]);
  expect(batch).toHaveLength(2);
  expect(now).toBe(5000);
});

test("a queue with nothing in it makes no batch", async () => {
  expect((await collect({ batchSize: 10, batchWindowSeconds: 5 }, [[]])).batch).toEqual([]);
});

test("a batch is invoked before its event is larger than 6 MB (Lambda developer guide, batching behavior)", async () => {
  const mebibyte = messages(1, "x".repeat(1024 * 1024));
  const { batch } = await collect({ batchSize: 100, batchWindowSeconds: 60 }, Array(20).fill(mebibyte));
  expect(batch).toHaveLength(4);
  expect(JSON.stringify(batch).length).toBeLessThan(6 * 1024 * 1024);
});

test("who stops takes what there is", async () => {
  const { batch } = await collect({ batchSize: 10, batchWindowSeconds: 60 }, Array(9).fill(messages(1)), 2);
  expect(batch).toHaveLength(2);
});
