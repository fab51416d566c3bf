// Every reaction, on the embedded runtime: it dies and is tried again, it fails for good and is redriven,
// it hears twice.
import { SendMessageCommand, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Saga, startSaga } from "../src/testing/saga.ts";

let saga: Saga;
beforeAll(async () => {
  saga = await startSaga();
});
afterAll(() => saga.stop());

const DAY_MILLISECONDS = 24 * 3600_000;

// An order that is confirmed and then cancelled passes through all eight reactions.
const reactions = allReactions(services).map(({ deadLetterQueue, manifest, queue }) => ({
  name: manifest.name,
  queue: queue.name,
  deadLetterQueue: deadLetterQueue.name,
  maxReceiveCount: manifest.maxReceiveCount,
}));

async function confirmAndCancel(): Promise<string> {
  const orderId = await saga.place();
  await saga.idle();
  await saga.cancel(orderId);
  await saga.idle();
  return orderId;
}

async function expectBalancedBooks(orderId: string): Promise<void> {
  const books = await readBooks(saga.runtime);
  expect(violationsAtRest(books, saga.runtime.witness.seen())).toEqual([]);
  // While a reaction was out of order the deadline may have come first; charged it must not be.
  expect(["CANCELLED", "REJECTED"]).toContain((await saga.order(orderId)).status);
}

for (const effect of ["before", "after"] as const) {
  test.each(reactions)(`$name dies ${effect} its effect, then succeeds`, async ({ name }) => {
    saga.runtime.faults.set([{ kind: "crash", effect, reaction: name, times: 1 }]);
    const orderId = await confirmAndCancel();
    saga.runtime.faults.remove();
    await expectBalancedBooks(orderId);
  });
}

test.each(reactions)(
  "$name fails to its dead-letter queue, and a redrive two weeks later settles the order",
  async (reaction) => {
    const { deadLetterQueue, maxReceiveCount, name, queue } = reaction;
    saga.runtime.faults.set([{ kind: "crash", effect: "before", reaction: name }]);
    const orderId = await saga.place();
    await saga.idle();
    await saga.cancel(orderId);
    await saga.idle();
    const letters = saga.runtime.aws.queues.messages(deadLetterQueue);
    expect(letters.length).toBeGreaterThan(0);
    for (const letter of letters) expect(letter.receiveCount).toBeGreaterThanOrEqual(maxReceiveCount);

    saga.runtime.faults.remove();
    await saga.runtime.advanceClock(13 * DAY_MILLISECONDS);
    await saga.runtime.clients.sqs.send(
      new StartMessageMoveTaskCommand({
        SourceArn: `arn:aws:sqs:eu-west-1:000000000000:${deadLetterQueue}`,
        DestinationArn: `arn:aws:sqs:eu-west-1:000000000000:${queue}`,
      }),
    );
    await saga.idle();
    await expectBalancedBooks(orderId);
  },
);

/** These hear an order's events only once it is cancelled. */
const hearCancellations = ["abort-payment", "release-stock"];

test.each(reactions)("$name hears the same event three times at once", async ({ name, queue }) => {
  const { count, messages } = saga.runtime.aws.queues;
  const tripled = async (act: () => Promise<unknown>) => {
    const mapping = saga.runtime.mappings.get(queue);
    await mapping?.disable();
    try {
      await act();
      await expect.poll(() => count(queue).ready, { timeout: 10_000 }).toBeGreaterThan(0);
      for (const { body } of messages(queue)) await sendTwice(queue, body);
    } finally {
      mapping?.enable();
    }
    await saga.idle();
  };
  let orderId = "";
  const place = async () => {
    orderId = await saga.place();
  };
  const late = hearCancellations.includes(name);
  await (late ? place() : tripled(place));
  await saga.idle();
  await (late ? tripled(() => saga.cancel(orderId)) : saga.cancel(orderId));
  await saga.idle();
  await expectBalancedBooks(orderId);
});

async function sendTwice(queue: string, MessageBody: string): Promise<void> {
  const message = new SendMessageCommand({ QueueUrl: saga.runtime.queueUrls.get(queue), MessageBody });
  await Promise.all([saga.runtime.clients.sqs.send(message), saga.runtime.clients.sqs.send(message)]);
}
