// The actions that create, find, describe, change and delete queues.
import { type Context, queueIn, urlOf } from "./context.ts";
import { invalidParameter, missingParameter, queueDoesNotExist, SqsError, unsupported } from "./errors.ts";
import type { Input } from "./input.ts";
import { mostQueues, queueName } from "./limits.ts";
import type { MessageQueue } from "./queue.ts";
import { attributeNamesIn, contentIn, queueAttributesIn, tagsWith } from "./queue-attributes.ts";
import type { QueueStore } from "./store.ts";
import { pageSizeIn } from "./validation.ts";

function createQueue(input: Input, context: Context) {
  const { store, region, accountId } = context;
  const name = queueNameIn(input);
  const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
  const { FifoQueue } = (input.Attributes ?? {}) as Record<string, string>;
  if (FifoQueue === "true" || name.endsWith(".fifo"))
    throw unsupported("FIFO queues are not served here; only standard queues are.");
  const attributes = queueAttributesIn(input, arn, store.withArn);
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
    tags: tagsWith({ name, tags: {} }, input.tags),
    createdAt: now,
    modifiedAt: now,
  });
  return { QueueUrl: queue.url };
}

function withSameAttributes(queue: MessageQueue, attributes: Record<string, string>): MessageQueue {
  const isOther = (name: string) => (queue.attribute(name) ?? "") !== attributes[name];
  const different = Object.keys(attributes).find(isOther);
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
  const { QueueOwnerAWSAccountId: owner = context.accountId } = input;
  const queue = owner === context.accountId ? context.store.named(queueNameIn(input)) : undefined;
  if (!queue) throw queueDoesNotExist();
  return { QueueUrl: urlOf(queue, context) };
}

function listQueues(input: Input, context: Context) {
  const { QueueNamePrefix = "" } = input;
  const found = context.store.all().filter(({ name }) => name.startsWith(String(QueueNamePrefix)));
  const { urls, NextToken } = pageOf(found, input, context);
  return { ...(urls.length > 0 && { QueueUrls: urls }), NextToken };
}

/** By name. Only a request that says how many it wants gets a token for the next ones, as in SQS. */
function pageOf(queues: readonly MessageQueue[], input: Input, context: Context) {
  const size = pageSizeIn(input, mostQueues);
  const after = lastNameIn(input);
  const left = queues.filter(({ name }) => name > after).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const page = left.slice(0, size ?? mostQueues.maximum);
  const isMore = size !== undefined && page.length < left.length;
  return {
    urls: page.map((queue) => urlOf(queue, context)),
    NextToken: isMore ? Buffer.from(page.at(-1)?.name ?? "").toString("base64") : undefined,
  };
}

/** A token is the name of the last queue on the page before. */
function lastNameIn({ NextToken }: Input): string {
  if (NextToken === undefined) return "";
  const name = Buffer.from(String(NextToken), "base64").toString();
  if (!queueName.test(name)) throw invalidParameter("Invalid or expired next token.");
  return name;
}

function getQueueAttributes(input: Input, context: Context) {
  const queue = queueIn(input, context);
  const names = attributeNamesIn(input);
  if (!names) return {};
  const attributes = names
    .map((name) => [name, queue.attribute(name)] as const)
    .filter(([, value]) => value !== undefined);
  return attributes.length === 0 ? {} : { Attributes: Object.fromEntries(attributes) };
}

function setQueueAttributes(input: Input, context: Context) {
  const queue = queueIn(input, context);
  contentIn(input, "Attributes");
  queue.setAttributes(queueAttributesIn(input, queue.arn, context.store.withArn));
  context.store.save(queue);
  return {};
}

function purgeQueue(input: Input, context: Context) {
  queueIn(input, context).purge();
  return {};
}

function listQueueTags(input: Input, context: Context) {
  const { tags } = queueIn(input, context);
  return Object.keys(tags).length === 0 ? {} : { Tags: tags };
}

function tagQueue(input: Input, context: Context) {
  const queue = queueIn(input, context);
  queue.tags = tagsWith(queue, contentIn(input, "Tags"));
  context.store.save(queue);
  return {};
}

function untagQueue(input: Input, context: Context) {
  const queue = queueIn(input, context);
  const removed = new Set(contentIn<string[]>(input, "TagKeys"));
  queue.tags = Object.fromEntries(Object.entries(queue.tags).filter(([name]) => !removed.has(name)));
  context.store.save(queue);
  return {};
}

function listDeadLetterSourceQueues(input: Input, context: Context) {
  const { urls, NextToken } = pageOf(sourcesOf(context.store, queueIn(input, context)), input, context);
  return { queueUrls: urls, NextToken };
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
