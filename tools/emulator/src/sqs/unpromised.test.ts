// What a standard queue may do, done by a queue that is told to: nothing is lost by it.
import { expect, test } from "vitest";
import { directoryForTest } from "../testing.ts";
import { createQueues } from "./queues.ts";
import { type Unpromised, type UnpromisedAt, unpromisedAt } from "./unpromised.ts";

const QueueUrl = "http://localhost/000000000000/orders";
const { signal } = new AbortController();
type Answer = { Messages?: { Body: string; MessageId: string; ReceiptHandle: string }[] };

async function aQueue(unpromised: UnpromisedAt, directory?: string) {
  const queues = createQueues({ directory, region: "eu-west-1", now: () => Date.now(), unpromised });
  const ask = (action: string, more: object) => queues.call(action, { QueueUrl, ...more }, signal);
  await ask("CreateQueue", { QueueName: "orders" });
  return {
    queues,
    ask,
    send: (MessageBody: string) => ask("SendMessage", { MessageBody }),
    receive: async (more: object = {}) => ((await ask("ReceiveMessage", more)) as Answer).Messages ?? [],
  };
}

/** Does one of them at the steps whose number is listed. */
function only(wanted: Unpromised, ...steps: number[]): UnpromisedAt {
  let step = 0;
  return (kind) => kind === wanted && steps.includes(step++);
}

test("a message that is overtaken comes after all that wait with it", async () => {
  const { queues, receive, send } = await aQueue(only("reorder", 0, 3));
  for (const body of ["a", "b", "c", "d"]) await send(body);
  const bodies = (await receive({ MaxNumberOfMessages: 10 })).map(({ Body }) => Body);
  expect(bodies).toEqual(["b", "c", "d", "a"]);
  queues.close();
});

test("a message that comes again after its deletion has its id, and its first handle deletes it no more", async () => {
  const directory = directoryForTest();
  const before = await aQueue((kind) => kind === "duplicate", directory);
  await before.send("twice");
  const [first] = await before.receive();
  await before.ask("DeleteMessage", { ReceiptHandle: first?.ReceiptHandle });
  before.queues.close();

  const after = await aQueue((kind) => kind === "duplicate", directory);
  const [second] = await after.receive();
  expect([second?.Body, second?.MessageId]).toEqual(["twice", first?.MessageId]);
  await after.ask("DeleteMessage", { ReceiptHandle: first?.ReceiptHandle });
  expect(after.queues.count("orders").inFlight).toBe(1);
  after.queues.close();
});

test("a copy is not doubled again, nor a dead letter by itself", async () => {
  const { queues, ask, receive, send } = await aQueue((kind) => kind === "duplicate");
  await ask("CreateQueue", { QueueName: "dead" });
  const deadLetterTargetArn = "arn:aws:sqs:eu-west-1:000000000000:dead";
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });
  await ask("SetQueueAttributes", { Attributes: { RedrivePolicy } });
  await send("twice");
  for (const _ of [1, 2]) {
    const [message] = await receive();
    expect(message?.Body).toBe("twice");
    await ask("DeleteMessage", { ReceiptHandle: message?.ReceiptHandle });
  }
  expect(await receive()).toEqual([]);
  expect([queues.count("orders"), queues.count("dead")]).toEqual([
    { ready: 0, delayed: 0, inFlight: 0 },
    { ready: 0, delayed: 0, inFlight: 0 },
  ]);
  queues.close();
});

test("a short poll may find nothing, a long one finds what is there", async () => {
  const { queues, receive, send } = await aQueue((kind) => kind === "miss");
  await send("there");
  expect(await receive()).toEqual([]);
  expect(await receive({ WaitTimeSeconds: 1 })).toMatchObject([{ Body: "there" }]);
  queues.close();
});

test("a share of the steps is chosen, the same for the same seed", () => {
  const shares = { reorder: 0.25, duplicate: 0, miss: 1 };
  const drawn = (seed: number) => {
    const at = unpromisedAt(seed, shares);
    return Array.from({ length: 4000 }, () => at("reorder", ""));
  };
  const share = drawn(7).filter(Boolean).length / 4000;
  expect(share).toBeGreaterThan(0.22);
  expect(share).toBeLessThan(0.28);
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(8)).not.toEqual(drawn(7));
  const at = unpromisedAt(7, shares);
  expect([at("duplicate", ""), at("miss", "")]).toEqual([false, true]);
});
