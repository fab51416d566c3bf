// A look at dead letters reads what is new, lets others go first, and judges only what a page shows.
import type { QueuedMessage } from "@order-saga/emulator";
import { createSlices } from "@order-saga/emulator/slices";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { expect, test } from "vitest";
import { deadLetterQueues } from "./dead-letters.ts";
import { createLetterIndex, type KnownLetter } from "./letter-index.ts";

const own = deadLetterQueues(allReactions(services)).filter(
  ({ queue }) => queue === "inventory-commit-stock-dlq",
);
const orderOf = (n: number) => `ord_${n.toString(16).padStart(32, "0")}`;
const body = (n: number) =>
  JSON.stringify({ "detail-type": "PaymentCaptured", detail: { id: "e", orderId: orderOf(n % 10) } });

function setUp(letters: number) {
  const lying = new Map<string, QueuedMessage>();
  let revision = 1;
  let bodiesRead = 0;
  const read = (n: number) => {
    bodiesRead++;
    return body(n);
  };
  const put = (n: number) => {
    const message = {
      messageId: `m${n}`,
      attributes: {},
      receiveCount: 6,
      sentAt: n,
      state: "ready" as const,
    };
    lying.set(`m${n}`, Object.defineProperty({ ...message, body: "" }, "body", { get: () => read(n) }));
    revision++;
  };
  for (let n = 0; n < letters; n++) put(n);
  let walks = 0;
  const queues = {
    count: () => ({ ready: lying.size, delayed: 0, inFlight: 0 }),
    revision: () => revision,
    *walk(_name: string, isWanted: (id: string) => boolean = () => true) {
      walks++;
      for (const message of lying.values()) if (isWanted(message.messageId)) yield message;
    },
  };
  const told: string[] = [];
  const listener = {
    came: ({ messageId }: KnownLetter) => told.push(`+${messageId}`),
    went: ({ messageId }: KnownLetter) => told.push(`-${messageId}`),
  };
  let time = 0;
  let rests = 0;
  const slices = createSlices({
    milliseconds: 10,
    now: () => time++,
    rest: async () => void rests++,
  });
  const index = createLetterIndex(queues, own, { listener, slices });
  const remove = (n: number) => {
    lying.delete(`m${n}`);
    revision++;
  };
  return { index, put, remove, told, read: () => bodiesRead, rests: () => rests, walks: () => walks };
}

test("each letter is read once, in slices; an unchanged queue is not walked again", async () => {
  const { index, read, rests, told, walks } = setUp(500);
  await index.look();
  expect([told.length, read()]).toEqual([500, 500]);
  expect(rests()).toBeGreaterThan(40);
  await index.look();
  await Promise.all([index.look(), index.look()]);
  expect([walks(), read()]).toEqual([1, 500]);
});

test("what comes and goes is told once, and nothing else is read", async () => {
  const { index, put, read, remove, told } = setUp(100);
  await index.look();
  told.length = 0;
  put(100);
  remove(7);
  const before = read();
  await index.look();
  expect([told, read() - before]).toEqual([["+m100", "-m7"], 1]);
  expect(index.known()).toHaveLength(100);
});

test("a page has so many, of one group or order, from a place on", async () => {
  const { index, read } = setUp(300);
  await index.look();
  const before = read();
  const group = "inventory-commit-stock-dlq/exhausted";
  expect(index.page({ group }, { from: 290, most: 50 }).map(({ messageId }) => messageId)).toEqual(
    Array.from({ length: 10 }, (_, n) => `m${290 + n}`),
  );
  expect(index.page({ orderId: orderOf(3) }, { most: 100 })).toHaveLength(30);
  expect(index.page({ orderId: orderOf(11) }, { most: 100 })).toEqual([]);
  expect(index.page({ queue: "another-dlq" }, { most: 100 })).toEqual([]);
  // The rest of three hundred bodies was neither masked nor judged.
  expect(read() - before).toBeLessThan(300);
});
