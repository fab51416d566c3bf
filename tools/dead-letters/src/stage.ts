// The desk of a deployed stage: its queues and tables by the SDK, with this shell's credentials.
import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient, paginateListTables } from "@aws-sdk/client-dynamodb";
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  type Message,
  paginateListQueues,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { QueuedMessage } from "@order-saga/emulator";
import { allReactions } from "@order-saga/messaging/topology";
import type { Payment } from "@order-saga/payment/payment";
import { everyService } from "@order-saga/services";
import { stageName } from "@order-saga/services/names";
import { itemsOf, paymentsByRecord } from "./copied-records.ts";
import {
  bodyKey,
  type DeadLetterQueue,
  deadLetter,
  deadLetterQueues,
  groupsOf,
  isWantedBy,
} from "./dead-letters.ts";
import { type Desk, DeskError } from "./desk.ts";
import { dryRun } from "./dry-run.ts";
import { maskText } from "./masking.ts";
import type { TableOf } from "./records.ts";
import { discardEach, plainMessage, redriveAll, redriveEach } from "./redrive.ts";
import type { DeadLetter, DryRun, DryRunRequest, RedriveRequest, RedriveResult } from "./types.ts";

const DEFAULT_RATE = 10;
/** How long a listing hides messages from other receivers. */
const LOOK_SECONDS = 30;
/** The most messages that are listed of one queue. */
const MOST_SHOWN = 500;
/** A message that is parked again is back within this time; one that fails is retried for minutes. */
const GRACE_MILLISECONDS = 3000;

export async function openStageDesk(
  name: string,
  clients = { sqs: new SQSClient({}), dynamodb: new DynamoDBClient({}) },
): Promise<Desk> {
  const stage = await findStage(name, clients);
  const redriven = new Set<string>();
  return {
    name: `the stage ${name}`,
    letters: async () => (await Promise.all(stage.queues.map((each) => lettersIn(stage, each)))).flat(),
    groups: async (letters) =>
      groupsOf(letters, {
        kindOf: (queue) => queueNamed(stage, queue).kind,
        cameBack: ({ body, queue }) => redriven.has(bodyKey(queue, body)),
        lastError: () => undefined,
      }),
    dryRun: (asked) => dryRunOfStage(stage, asked),
    async redrive(asked) {
      const queue = queueNamed(stage, asked.queue);
      const isAll = asked.messageIds === undefined && asked.groupKey === undefined;
      return isAll && asked.stopOnFailure === false && queue.kind === "dead-letter"
        ? redriveWhole(stage, queue, asked)
        : redriveOneByOne(stage, queue, asked, redriven);
    },
    async discard(asked) {
      const queue = queueNamed(stage, asked.queue);
      const fromUrl = urlOf(stage, asked.queue);
      const isWanted = isWantedBy(asked, queue);
      const discarded = await discardEach({ sqs: stage.sqs, fromUrl, isWanted, startedAt: Date.now() });
      return { discarded, left: (await peek(stage.sqs, fromUrl)).length };
    },
  };
}

type Stage = {
  sqs: SQSClient;
  dynamodb: DynamoDBClient;
  /** What the names of its queues and tables begin with. */
  prefix: string;
  queues: readonly DeadLetterQueue[];
  /** The URLs of queues by their names in the manifests. */
  urls: ReadonlyMap<string, string>;
  /** Messages that were listed: they stay hidden for a while, so a dry run uses these. */
  listed: Map<string, QueuedMessage>;
};

async function findStage(
  name: string,
  { dynamodb, sqs }: { sqs: SQSClient; dynamodb: DynamoDBClient },
): Promise<Stage> {
  const prefix = stageName(name, "");
  await sqs.config.region().catch(() => {
    throw new DeskError("Say in which region the stage is: AWS_REGION=eu-west-1, or a profile that has one.");
  });
  const urls = await queueUrls(sqs, prefix);
  const queues = deadLetterQueues(allReactions(everyService));
  return { sqs, dynamodb, prefix, urls, queues, listed: new Map() };
}

function queueNamed({ prefix, queues, urls }: Stage, name: string): DeadLetterQueue {
  const found = queues.find((each) => each.queue === name);
  if (!found || !urls.has(name))
    throw new DeskError(`${prefix}${name} is no dead-letter queue of this stage.`);
  return found;
}

const urlOf = ({ urls }: Stage, queue: string) => urls.get(queue) ?? "";

async function lettersIn(stage: Stage, queue: DeadLetterQueue): Promise<DeadLetter[]> {
  const name = queue.queue;
  const found = stage.urls.has(name) ? await peek(stage.sqs, urlOf(stage, name)) : [];
  const messages = found.map(storedMessage);
  for (const each of messages) stage.listed.set(`${name}/${each.messageId}`, each);
  return messages.map((each) => deadLetter(each, queue));
}

async function dryRunOfStage(stage: Stage, { messageIds, queue }: DryRunRequest): Promise<DryRun[]> {
  const { reaction } = queueNamed(stage, queue);
  const { service } = reaction;
  const messages = messageIds.flatMap((id) => stage.listed.get(`${queue}/${id}`) ?? []);
  const tableOf = await tablesOf(stage.dynamodb, stage.prefix);
  const items = await itemsOf(stage.dynamodb, service, messages, tableOf);
  const payments = paymentsByRecord(service === "payment" ? (items as unknown as Payment[]) : []);
  const runs = await dryRun({ reaction, messages, items, payments, faults: [], seed: 0 });
  if (service !== "payment") return runs;
  return runs.map((run) => ({
    ...run,
    words: `${run.words} The provider stands as payment's record says.`,
  }));
}

async function redriveOneByOne(
  stage: Stage,
  queue: DeadLetterQueue,
  asked: RedriveRequest,
  redriven: Set<string>,
): Promise<RedriveResult> {
  const { messageIds, rate = DEFAULT_RATE, stopOnFailure = true } = asked;
  const { sqs } = stage;
  const fromUrl = urlOf(stage, queue.queue);
  const bodies = new Set<string>();
  const startedAt = Date.now();
  const { moved, stopped } = await redriveEach({
    sqs,
    fromUrl,
    toUrl: urlOf(stage, queue.reaction.queue.name),
    isWanted: isWantedBy(asked, queue),
    ...(messageIds && { most: messageIds.length }),
    rate,
    startedAt,
    batchSize: stopOnFailure ? 1 : 10,
    async onMoved({ body }) {
      bodies.add(body);
      redriven.add(bodyKey(queue.queue, maskText(body)));
      return true;
    },
    onReturned: ({ body }) => !(stopOnFailure && bodies.has(body)),
    pause,
  });
  await pause(GRACE_MILLISECONDS);
  const left = await peek(sqs, fromUrl);
  const back = left.filter(
    ({ Attributes, Body = "" }) => bodies.has(Body) && Number(Attributes?.SentTimestamp) >= startedAt,
  );
  return { redriven: moved, settled: 0, failedAgain: back.length, left: left.length, stopped };
}

async function redriveWhole(
  stage: Stage,
  queue: DeadLetterQueue,
  { rate = DEFAULT_RATE }: RedriveRequest,
): Promise<RedriveResult> {
  const { sqs } = stage;
  const fromUrl = urlOf(stage, queue.queue);
  const redriven = await redriveAll({
    sqs,
    sourceArn: await arnOf(sqs, fromUrl),
    destinationArn: await arnOf(sqs, urlOf(stage, queue.reaction.queue.name)),
    rate,
    pause,
  });
  const left = (await peek(sqs, fromUrl)).length;
  return { redriven, settled: 0, failedAgain: 0, left, stopped: false };
}

/** By their names in the manifests. */
async function queueUrls(sqs: SQSClient, prefix: string): Promise<Map<string, string>> {
  const urls = new Map<string, string>();
  for await (const { QueueUrls = [] } of paginateListQueues(
    { client: sqs, pageSize: 1000 },
    { QueueNamePrefix: prefix },
  ))
    for (const url of QueueUrls) urls.set((url.split("/").at(-1) ?? "").slice(prefix.length), url);
  if (urls.size > 0) return urls;
  throw new DeskError(
    `No queue's name begins with ${prefix}. Is it the right stage, account (AWS_PROFILE) and region (AWS_REGION)?`,
  );
}

/** Receives the messages and makes them visible again at once. */
async function peek(sqs: SQSClient, QueueUrl: string): Promise<Message[]> {
  const messages = new Map<string, Message>();
  while (messages.size < MOST_SHOWN) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: LOOK_SECONDS,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
    );
    const fresh = Messages.filter(({ MessageId = "" }) => !messages.has(MessageId));
    for (const message of fresh) messages.set(message.MessageId ?? "", message);
    if (fresh.length === 0) break;
  }
  await Promise.all(
    [...messages.values()].map(
      ({ ReceiptHandle }) =>
        sqs
          .send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
          .catch(() => {}), // It becomes visible by itself after LOOK_SECONDS.
    ),
  );
  return [...messages.values()];
}

/** Removes the error of an earlier parking from a message that SQS moved here after its last delivery. */
function storedMessage(message: Message): QueuedMessage {
  const { attributes, ...rest } = plainMessage(message);
  const wasMoved = message.Attributes?.DeadLetterQueueSourceArn !== undefined;
  const { errorName: _name, errorMessage: _message, attempts: _attempts, ...others } = attributes;
  return {
    ...rest,
    attributes: wasMoved ? others : attributes,
    receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 0),
    sentAt: Number(message.Attributes?.SentTimestamp ?? 0),
    state: "ready",
  };
}

/** By the names that the deployment gives them, or by the stage's own TABLE_<SERVICE> for a restored one. */
export async function tablesOf(dynamodb: DynamoDBClient, prefix: string): Promise<TableOf> {
  const tables = await tableNames(dynamodb, prefix);
  return (name) => {
    const setting = `TABLE_${name.toUpperCase()}`;
    const restored = process.env[setting];
    if (restored) return restored;
    const [table, another] = tables.filter((each) => each.toLowerCase().startsWith(`${prefix}${name}`));
    if (table === undefined)
      throw new DeskError(`No table's name begins with ${prefix} and has ${name} in it.`);
    if (another === undefined) return table;
    throw new DeskError(
      `${name} has two tables, ${table} and ${another}: one was restored. Say which the stage uses: ${setting}=${another}`,
    );
  };
}

async function tableNames(dynamodb: DynamoDBClient, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client: dynamodb }, {}))
    names.push(...TableNames.filter((name) => name.startsWith(prefix)));
  return names;
}

async function arnOf(sqs: SQSClient, QueueUrl: string): Promise<string> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  return Attributes?.QueueArn ?? "";
}
