// What every reaction does on a runtime: it dies and is tried again, it fails for good and is redriven, it
// hears twice.
import { SendMessageCommand, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RuntimeOptions } from "../src/options.ts";
import { calm, type Saga, startSaga } from "../src/testing/saga.ts";
import { type Journey, journeyFor } from "./journeys.ts";

let saga: Saga;

const DAY_MILLISECONDS = 24 * 3600_000;

const all = allReactions(services).map(({ deadLetterQueue, manifest, queue }) => ({
  name: manifest.name,
  queue: queue.name,
  deadLetterQueue: deadLetterQueue.name,
  maxReceiveCount: manifest.maxReceiveCount,
  journeyOf: journeyFor(manifest),
}));

async function wholeWay({ begin, follow }: Journey): Promise<string> {
  const id = await begin();
  await saga.idle();
  await follow(id);
  await saga.idle();
  return id;
}

/** The sweep is what heals a bulk whose outcomes were not heard. */
async function expectBalancedBooks(id: string, { expectEnd }: Journey): Promise<void> {
  await saga.runtime.schedules.tick();
  await saga.idle();
  const books = await readBooks(saga.runtime);
  expect(violationsAtRest(books, saga.runtime.witness.seen())).toEqual([]);
  await expectEnd(id);
}

/** These hear an order's events only once it is cancelled. */
const hearCancellations = ["abort-payment", "release-stock"];

type Reaction = (typeof all)[number];

/** A runtime of these options; the suite is run once in a file. Without names it is of every reaction. */
export function reactionsSuite(given: Partial<RuntimeOptions>, names?: readonly string[]): void {
  const reactions = all.filter(({ name }) => names?.includes(name) ?? true);
  beforeAll(async () => {
    saga = await startSaga(undefined, { ...calm, ...given });
  });
  afterAll(() => saga.stop());
  diesAndSucceeds(reactions);
  failsAndIsRedriven(reactions);
  hearsTwice(reactions);
}

function diesAndSucceeds(reactions: readonly Reaction[]): void {
  for (const effect of ["before", "after"] as const) {
    test.each(reactions)(`$name dies ${effect} its effect, then succeeds`, async ({ journeyOf, name }) => {
      const journey = journeyOf(saga);
      saga.runtime.faults.set([{ kind: "crash", effect, reaction: name, times: 1 }]);
      const id = await wholeWay(journey);
      saga.runtime.faults.remove();
      await expectBalancedBooks(id, journey);
    });
  }
}

function failsAndIsRedriven(reactions: readonly Reaction[]): void {
  test.each(reactions)(
    "$name fails to its dead-letter queue, and a redrive two weeks later settles what waits for it",
    async (reaction) => {
      const { deadLetterQueue, maxReceiveCount, name, queue } = reaction;
      const journey = reaction.journeyOf(saga);
      const crash = { kind: "crash", effect: "before", reaction: name } as const;
      saga.runtime.faults.set([journey.isSwept ? { ...crash, times: 3 * maxReceiveCount } : crash]);
      const id = await wholeWay(journey);
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
      await expectBalancedBooks(id, journey);
    },
  );
}

function hearsTwice(reactions: readonly Reaction[]): void {
  test.each(reactions)(
    "$name hears the same message three times at once",
    async ({ journeyOf, name, queue }) => {
      const journey = journeyOf(saga);
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
      let id = "";
      const begin = async () => {
        id = await journey.begin();
      };
      const late = hearCancellations.includes(name);
      await (late ? begin() : tripled(begin));
      await saga.idle();
      await (late ? tripled(() => journey.follow(id)) : journey.follow(id));
      await saga.idle();
      await expectBalancedBooks(id, journey);
    },
  );
}

async function sendTwice(queue: string, MessageBody: string): Promise<void> {
  const message = new SendMessageCommand({ QueueUrl: saga.runtime.queueUrls.get(queue), MessageBody });
  await Promise.all([saga.runtime.clients.sqs.send(message), saga.runtime.clients.sqs.send(message)]);
}
