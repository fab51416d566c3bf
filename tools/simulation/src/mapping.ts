// An event-source mapping: takes messages from a reaction's queue in batches, invokes its function, reads the answer.
import { type ReactionManifest, visibilityTimeoutSeconds } from "@order-saga/messaging";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { type Ground, siteOf } from "./ground.ts";
import type { FunctionCode, InvocationEnd, Lambda } from "./lambda.ts";
import type { Fault } from "./plan.ts";
import { exponential } from "./ports.ts";
import type { Message, Queue, Queues } from "./queues.ts";
import { mix } from "./random.ts";

export type Mapping = {
  /** Looks into the queue soon. */
  wake(): void;
};

export function createMapping(options: {
  ground: Ground;
  lambda: Lambda;
  queues: Queues;
  queue: Queue;
  manifest: ReactionManifest;
  /** The version that runs now. */
  code: () => FunctionCode;
  onDeliver: (message: Message) => void;
}): Mapping {
  const { ground, lambda, manifest, queue, queues } = options;
  const { scheduler } = ground;
  const { name } = queue.resource;
  const service = name.slice(0, name.indexOf("-"));
  const visibilityMilliseconds = visibilityTimeoutSeconds(manifest) * 1000;
  let isAwake = false;
  let underWay = 0;

  function wake(): void {
    if (isAwake || underWay >= manifest.maximumConcurrency) return;
    isAwake = true;
    const { chance } = ground.occurrence(`${name}/poll`);
    scheduler.after(exponential(chance(1)) * ground.plan.pace.poll, () => {
      isAwake = false;
      // The world wakes it when the pause is over.
      if (!ground.isUnder("paused", service)) poll(Math.floor(chance(2) * 0x1_0000_0000));
    });
  }

  function poll(hash: number): void {
    const received = batchOf([...queue.messages], hash).filter(receive);
    if (received.length > 0) invoke(received);
    if ([...queue.messages].some((message) => message.isVisible)) wake();
  }

  /** A standard queue keeps no order. */
  function batchOf(messages: Message[], hash: number): Message[] {
    const visible = messages.filter((message) => message.isVisible);
    const [first, ...others] = visible
      .map((message, index) => ({ message, place: mix(hash, index) }))
      .sort((a, b) => a.place - b.place)
      .map(({ message }) => message);
    if (!first || first.alone) return first ? [first] : [];
    const mates = others.filter((each) => first.together && each.together && each.orderId === first.orderId);
    const batch = [first, ...mates, ...others.filter((each) => !each.alone && !mates.includes(each))];
    return batch.slice(0, manifest.batchSize);
  }

  /** False if the message has been received too often, and becomes a dead letter. */
  function receive(message: Message): boolean {
    message.isVisible = false;
    message.receiveCount++;
    if (message.receiveCount <= manifest.maxReceiveCount) return true;
    queues.giveUp(name, message);
    return false;
  }

  function invoke(batch: Message[]): void {
    underWay++;
    const hiddenUntil = scheduler.now() + visibilityMilliseconds;
    const faults = batch.flatMap((message): Fault[] => {
      const { fault } = ground.occurrence(siteOf.receipt(name, ground.numberOf(message.orderId)));
      return fault ? [fault] : [];
    });
    const isMet = (kind: Fault["kind"]) => {
      const fault = faults.find((each) => each.kind === kind);
      if (!fault) return false;
      ground.meet(fault);
      ground.note(name, batch[0]?.orderId, () => `✗ ${kind}`);
      return true;
    };
    const again = (messages: readonly Message[]) => {
      if (messages.length === 0) return;
      scheduler.at(hiddenUntil, () => {
        for (const message of messages) queues.show(name, message);
      });
    };
    const settle = (end: InvocationEnd) => {
      underWay--;
      const failed = failedOf(end);
      const undone = batch.filter((message) => failed === undefined || failed.has(message.id));
      const done = batch.filter((message) => !undone.includes(message));
      if (undone.length > 0) {
        ground.note(
          name,
          undone[0]?.orderId,
          () => `${undone.length} of ${batch.length} failed (${end.ended})`,
        );
      }
      again(undone);
      if (done.length > 0 && isMet("ack-lost")) again(done);
      else for (const message of done) queue.messages.delete(message);
      wake();
    };
    for (const message of batch) {
      options.onDeliver(message);
      ground.note(name, message.orderId, () => `delivery ${message.receiveCount} of ${message.id}`);
    }
    if (isMet("queue-duplicate")) {
      // Another poll finds the messages visible still; each of the two deletes what it has handled.
      const [first] = batch;
      if (first) scheduler.after(1, () => queues.show(name, first));
    }
    if (isMet("function-throttled") || ground.isUnder("function-broken", name)) {
      settle({ ended: "failed" });
      return;
    }
    const isMalformed = isMet("answer-malformed");
    lambda.invoke(
      options.code(),
      { Records: batch.map((each) => recordOf(each, name)) } satisfies SQSEvent,
      (end) => settle(isMalformed && end.ended === "answered" ? { ended: "failed" } : end),
    );
  }

  return { wake };
}

/** Message ids of the records to be delivered again; undefined for all of the batch. */
function failedOf(end: InvocationEnd): ReadonlySet<string> | undefined {
  if (end.ended !== "answered") return undefined;
  const { batchItemFailures } = end.result as SQSBatchResponse;
  return new Set(batchItemFailures.map((failure) => failure.itemIdentifier));
}

function recordOf(message: Message, queueName: string): SQSRecord {
  return {
    messageId: message.id,
    receiptHandle: `${message.id}/${message.receiveCount}`,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(Math.floor(message.sentAt)),
      SenderId: "events.amazonaws.com",
      ApproximateFirstReceiveTimestamp: String(Math.floor(message.sentAt)),
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:eu-west-1:000000000000:${queueName}`,
    awsRegion: "eu-west-1",
  };
}
