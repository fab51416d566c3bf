// The actions that create, find, describe, change and delete queues.
import { type Context, queueIn, urlOf } from "./context.ts";
import { invalidParameter, missingParameter, queueDoesNotExist, SqsError } from "./errors.ts";
import { queueName } from "./limits.ts";
import type { MessageQueue } from "./queue.ts";
import type { QueueStore } from "./store.ts";
import { attributeNamesIn, type Input, queueAttributesIn } from "./validation.ts";

function createQueue(input: Input, context: Context) {
  const { store, region, accountId } = context;
  const name = queueNameIn(input);
  const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
  const attributes = queueAttributesIn(input, arn, store.withArn);
  if (attributes.FifoQueue === "true" || name.endsWith(".fifo")) {
    throw new SqsError("UnsupportedOperation", "FIFO queues are not served here; only standard queues are.");
  }
  if (!queueName.test(name)) {
    throw invalidParameter(
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
  }
  const existing = store.named(name);
  if (existing) return { QueueUrl: urlOf(withSameAttributes(existing, attributes), context) };
  const now = Math.floor(Date.now() / 1000);
  const queue = store.create({
    name,
    url: `http://${context.host ?? "localhost"}/${accountId}/${name}`,
    arn,
    attributes,
    tags: (input.tags ?? {}) as Record<string, string>,
    createdAt: now,
    modifiedAt: now,
  });
  return { QueueUrl: queue.url };
}

function withSameAttributes(queue: MessageQueue, attributes: Record<string, string>): MessageQueue {
  const different = Object.keys(attributes).find((name) => queue.attributes[name] !== attributes[name]);
  if (different === undefined) return queue;
  const message = `A queue already exists with the same name and a different value for attribute ${different}`;
  throw new SqsError("QueueNameExists", message);
}

function queueNameIn({ QueueName }: Input): string {
  if (typeof QueueName !== "string" || QueueName === "") throw missingParameter("QueueName");
  return QueueName;
}

function deleteQueue(input: Input, context: Context) {
  context.store.remove(queueIn(input, context));
  return {};
}

function getQueueUrl(input: Input, context: Context) {
  const queue = context.store.named(queueNameIn(input));
  if (!queue) throw queueDoesNotExist();
  return { QueueUrl: urlOf(queue, context) };
}

/** The token of the next page is the name of the last queue on this one. */
function listQueues({ MaxResults, NextToken = "", QueueNamePrefix = "" }: Input, context: Context) {
  const found = context.store
    .all()
    .filter(({ name }) => name.startsWith(String(QueueNamePrefix)) && name > String(NextToken))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const page = found.slice(0, Number(MaxResults ?? found.length));
  return {
    QueueUrls: page.map((queue) => urlOf(queue, context)),
    ...(page.length < found.length && { NextToken: page.at(-1)?.name }),
  };
}

function getQueueAttributes(input: Input, context: Context) {
  const queue = queueIn(input, context);
  const names = attributeNamesIn(input);
  if (!names) return {};
  queue.release(Date.now());
  const attributes = names.map((name) => [name, queue.attribute(name)] as const);
  return { Attributes: Object.fromEntries(attributes.filter(([, value]) => value !== undefined)) };
}

function setQueueAttributes(input: Input, context: Context) {
  const queue = queueIn(input, context);
  const attributes = queueAttributesIn(input, queue.arn, context.store.withArn);
  if (attributes.FifoQueue !== undefined && attributes.FifoQueue !== queue.attributes.FifoQueue) {
    const reason = "You cannot change the FifoQueue attribute of an existing queue.";
    throw new SqsError("InvalidAttributeValue", `Invalid value for the parameter FifoQueue. ${reason}`);
  }
  queue.setAttributes(attributes);
  context.store.save(queue);
  return {};
}

function purgeQueue(input: Input, context: Context) {
  queueIn(input, context).purge();
  return {};
}

function listQueueTags(input: Input, context: Context) {
  return { Tags: queueIn(input, context).tags };
}

function tagQueue(input: Input, context: Context) {
  const queue = queueIn(input, context);
  queue.tags = { ...queue.tags, ...(input.Tags as Record<string, string> | undefined) };
  context.store.save(queue);
  return {};
}

function untagQueue(input: Input, context: Context) {
  const queue = queueIn(input, context);
  const removed = new Set((input.TagKeys ?? []) as string[]);
  queue.tags = Object.fromEntries(Object.entries(queue.tags).filter(([name]) => !removed.has(name)));
  context.store.save(queue);
  return {};
}

function listDeadLetterSourceQueues(input: Input, context: Context) {
  const sources = sourcesOf(context.store, queueIn(input, context));
  return { queueUrls: sources.map((queue) => urlOf(queue, context)) };
}

/** The queues whose redrive policy names this one as their dead-letter queue. */
export function sourcesOf(store: QueueStore, deadLetterQueue: MessageQueue): MessageQueue[] {
  return store.all().filter(({ attributes: { RedrivePolicy } }) => {
    return (
      RedrivePolicy !== undefined && JSON.parse(RedrivePolicy).deadLetterTargetArn === deadLetterQueue.arn
    );
  });
}

export const queueActions = {
  CreateQueue: createQueue,
  DeleteQueue: deleteQueue,
  GetQueueAttributes: getQueueAttributes,
  GetQueueUrl: getQueueUrl,
  ListDeadLetterSourceQueues: listDeadLetterSourceQueues,
  ListQueues: listQueues,
  ListQueueTags: listQueueTags,
  PurgeQueue: purgeQueue,
  SetQueueAttributes: setQueueAttributes,
  TagQueue: tagQueue,
  UntagQueue: untagQueue,
};
