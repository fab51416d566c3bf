// An event-source mapping: takes batches from a reaction's queue, invokes its function, reads the answer.
import { type ReactionManifest, visibilityTimeoutSeconds } from "@order-saga/messaging";
import type { ReactionResources } from "@order-saga/messaging/topology";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { exponential } from "./calls.ts";
import type { RunContext } from "./context.ts";
import { siteOf } from "./fault-sites.ts";
import type { FunctionCode, InvocationEnd, Lambda } from "./lambda.ts";
import type { Fault } from "./plan.ts";
import type { Message, Queue, Queues } from "./queue.ts";
import { hashText, mix } from "./random.ts";

type Shared = { context: RunContext; lambda: Lambda; queues: Queues };

/** One reaction's queue and the function behind it. */
type Source = Shared & {
  queue: Queue;
  manifest: ReactionManifest;
  /** The version that runs now. */
  code: () => FunctionCode;
  onDeliver: (message: Message) => void;
};

export type Mappings = {
  /** Looks into every queue soon. */
  wakeAll(): void;
};

export function createMappings(
  options: Shared & {
    reactions: readonly ReactionResources[];
    code: (name: string) => FunctionCode;
    onDeliver: (queueName: string, message: Message) => void;
  },
): Mappings {
  const { code, context, lambda, onDeliver, queues, reactions } = options;
  const pollers = new Map(
    reactions.map(({ manifest, queue: { name }, service }) => {
      const queue = queues.all.get(name);
      if (!queue) throw new TypeError(`There is no queue ${name}.`);
      const source: Source = {
        context,
        lambda,
        queues,
        queue,
        manifest,
        code: () => code(name),
        onDeliver: (message) => onDeliver(name, message),
      };
      return [name, createPoller(source, service)];
    }),
  );
  queues.onVisible((name, message) => pollers.get(name)?.wake(message));
  return {
    wakeAll() {
      for (const { wakeWaiting } of pollers.values()) wakeWaiting();
    },
  };
}

type Poller = {
  /** A poll finds the message soon after it can be received. */
  wake(message: Message): void;
  /** Looks for messages that no poll is on its way for, as far as there is room for their batches. */
  wakeWaiting(): void;
};

/** Polls one queue for each message that can be received; what else is there comes in the same batch. */
function createPoller(source: Source, service: string): Poller {
  const { context, manifest, queue, queues } = source;
  const { name } = queue.resource;
  const awaited = new Set<Message>();
  let underWay = 0;
  const isFull = () => underWay >= manifest.maximumConcurrency;
  const isWaiting = (message: Message) => message.isVisible && queue.messages.has(message);

  function wake(message: Message): void {
    if (awaited.has(message)) return;
    if (isFull()) {
      context.watch?.crowded(name, message);
      return;
    }
    awaited.add(message);
    const { chance } = context.occurrence(`${name}/poll`, entityOf(context, message));
    context.scheduler.after(exponential(chance(1)) * context.plan.pace.poll, () => {
      awaited.delete(message);
      // The world wakes it when the pause is over, and an answer when there is room.
      if (isFull() || !isWaiting(message) || context.isUnder("paused", service)) return;
      poll(message, Math.floor(chance(2) * 0x1_0000_0000));
    });
  }

  function wakeWaiting(): void {
    let room = manifest.maximumConcurrency - underWay;
    for (const message of queue.messages) {
      if (room <= 0) break;
      if (!message.isVisible || awaited.has(message)) continue;
      room--;
      wake(message);
    }
  }

  function poll(found: Message, hash: number): void {
    const placeOf = (message: Message) =>
      message === found ? -1 : mix(hash, hashText(entityOf(context, message)));
    const received = batchOf(queue, placeOf, manifest.batchSize, context.scheduler.now()).filter(receive);
    if (received.length > 0) {
      underWay++;
      const onSettled = () => {
        underWay--;
        wakeWaiting();
      };
      deliver(source, received, onSettled);
    }
    wakeWaiting();
  }

  /** False if the message has been received too often, and becomes a dead letter. */
  function receive(message: Message): boolean {
    message.isVisible = false;
    message.receiveCount++;
    if (message.receiveCount <= manifest.maxReceiveCount) {
      queue.tenants.began(message.group, context.scheduler.now());
      return true;
    }
    queues.giveUp(name, message);
    return false;
  }

  return { wake, wakeWaiting };
}

const entityOf = (context: RunContext, { eventType, orderId }: Message) =>
  `${context.entityOf(orderId)} ${eventType}`;

/**
 * A standard queue keeps no order. Noisy groups wait for the others, the one with most in flight longest (SQS
 * developer guide, "How Amazon SQS fair queues work"); a message without a group is in none.
 */
function batchOf(
  { messages, tenants }: Queue,
  placeOf: (message: Message) => number,
  batchSize: number,
  now: number,
): Message[] {
  const noises = new Map<string | undefined, number>([[undefined, 0]]);
  const noiseOf = ({ group }: Message): number => {
    const noise =
      noises.get(group) ?? (group && tenants.isNoisy(group, now) ? 1 + tenants.inFlight(group) : 0);
    noises.set(group, noise);
    return noise;
  };
  const [first, ...others] = [...messages]
    .filter((message) => message.isVisible)
    .map((message) => ({ message, noise: noiseOf(message), place: placeOf(message) }))
    .sort((a, b) => a.noise - b.noise || a.place - b.place)
    .map(({ message }) => message);
  if (!first || first.alone) return first ? [first] : [];
  const mates = others.filter((each) => first.together && each.together && each.orderId === first.orderId);
  const batch = [first, ...mates, ...others.filter((each) => !each.alone && !mates.includes(each))];
  return batch.slice(0, batchSize);
}

/**
 * Hands a batch to the function, and calls back when it has answered; what it does not finish is visible
 * again after the visibility timeout.
 */
function deliver(source: Source, batch: readonly Message[], onSettled: () => void): void {
  const { context, lambda, manifest, queue, queues } = source;
  const { name } = queue.resource;
  const startedAt = context.scheduler.now();
  const hiddenUntil = startedAt + visibilityTimeoutSeconds(manifest) * 1000;
  const isMet = createFaults(source, batch);
  /** The message is in flight no more; a group without a backlog is as quiet as any other. */
  const leave = ({ group }: Message) => {
    queue.tenants.ended(group, startedAt, context.scheduler.now());
    if (group === undefined) return;
    for (const message of queue.messages) if (message.isVisible && message.group === group) return;
    queue.tenants.forget(group);
  };
  const again = (messages: readonly Message[]) => {
    if (messages.length === 0) return;
    context.scheduler.at(hiddenUntil, () => {
      for (const message of messages) {
        leave(message);
        queues.show(name, message);
      }
    });
  };
  const settle = (end: InvocationEnd) => {
    const failed = failedOf(end);
    const undone = batch.filter((message) => failed === undefined || failed.has(message.id));
    const done = batch.filter((message) => !undone.includes(message));
    if (undone.length > 0) {
      const text = () => `${undone.length} of ${batch.length} failed (${end.ended})`;
      context.note(name, undone[0]?.orderId, text);
    }
    context.watch?.settled(name, done, undone);
    again(undone);
    if (done.length > 0 && isMet("ack-lost")) again(done);
    else
      for (const message of done) {
        queue.messages.delete(message);
        leave(message);
      }
    onSettled();
  };
  context.watch?.delivered(name, batch);
  for (const message of batch) {
    source.onDeliver(message);
    context.note(name, message.orderId, () => `delivery ${message.receiveCount} of ${message.id}`);
  }
  if (isMet("queue-duplicate")) {
    // Another poll finds the messages visible still; each of the two deletes what it has handled.
    const [first] = batch;
    if (first) context.scheduler.after(1, () => queues.show(name, first));
  }
  if (isMet("function-throttled") || context.isUnder("function-broken", name)) {
    settle({ ended: "failed" });
    return;
  }
  const isMalformed = isMet("answer-malformed");
  const event: SQSEvent = { Records: batch.map((each) => recordOf(each, name)) };
  const onEnd = (end: InvocationEnd) =>
    settle(isMalformed && end.ended === "answered" ? { ended: "failed" } : end);
  const seconds = isMet("deadline-near")?.seconds;
  const about = batch.map((message) => entityOf(context, message)).join(", ");
  lambda.invoke(source.code(), event, onEnd, { about, seconds });
}

/** The plan's fault of a kind for one of the messages, if it has one; it is counted as met. */
function createFaults({ context, queue }: Source, batch: readonly Message[]) {
  const { name } = queue.resource;
  const faults = batch.flatMap((message): Fault[] => {
    const { fault } = context.occurrence(siteOf.receipt(name, context.numberOf(message.orderId)));
    return fault ? [fault] : [];
  });
  return (kind: Fault["kind"]): Fault | undefined => {
    const fault = faults.find((each) => each.kind === kind);
    if (!fault) return undefined;
    context.meet(fault);
    context.note(name, batch[0]?.orderId, () => `✗ ${kind}`);
    return fault;
  };
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
