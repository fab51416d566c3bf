// A deployed stage's desk: its queues and tables by the SDK, with this shell's credentials.
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
import { topologyOf } from "@order-saga/console/topology";
import type { DeadLetter, RedriveRequest, RedriveResult } from "@order-saga/console/wire";
import type { QueuedMessage } from "@order-saga/emulator";
import { allReactions } from "@order-saga/messaging/topology";
import type { Payment } from "@order-saga/payment/payment";
import { services } from "@order-saga/services";
import { itemsOf, paymentsByRecord } from "./copy.ts";
import { type Desk, DeskError } from "./desk.ts";
import { dryRun } from "./dry-run.ts";
import { bodyKey, deadLetter, groupsOf, isWantedBy, type LetterQueue, letterQueues } from "./letters.ts";
import { maskText } from "./masking.ts";
import type { TableOf } from "./records.ts";
import { redriveAll, redriveEach, shown } from "./redrive.ts";

/** The app's name in sst.config.ts, before the stage in the name of everything. */
const APP = "order-saga";
/** As long a look hides what it looks at from others. */
const LOOK_SECONDS = 30;
/** More letters of one queue are counted and not shown. */
const MOST_SHOWN = 500;
/** A message that is parked again is back within this time; one that fails is tried for minutes. */
const GRACE_MILLISECONDS = 3000;

export async function openStageDesk(
  stage: string,
  clients = { sqs: new SQSClient({}), dynamodb: new DynamoDBClient({}) },
): Promise<Desk> {
  const { dynamodb, sqs } = clients;
  const prefix = `${APP}-${stage}-`;
  await sqs.config.region().catch(() => {
    throw new DeskError("Say in which region the stage is: AWS_REGION=eu-west-1, or a profile that has one.");
  });
  const urls = await queueUrls(sqs, prefix);
  const boxes = letterQueues(topologyOf(services).reactions);
  const boxOf = (queue: string): LetterQueue => {
    const box = boxes.find((each) => each.queue === queue);
    if (!box || !urls.has(queue))
      throw new DeskError(`${prefix}${queue} is no dead-letter queue of this stage.`);
    return box;
  };
  const urlOf = (queue: string) => urls.get(queue) ?? "";
  /** What a look found lies hidden for a while, so the bodies are kept for what is done next. */
  const seen = new Map<string, QueuedMessage>();
  const redriven = new Set<string>();

  async function look(box: LetterQueue): Promise<DeadLetter[]> {
    const messages = urls.has(box.queue) ? await peek(sqs, urlOf(box.queue)) : [];
    const lying = messages.map(lyingOf);
    for (const each of lying) seen.set(`${box.queue}/${each.messageId}`, each);
    return lying.map((each) => deadLetter(each, box));
  }

  async function redriveOneByOne(box: LetterQueue, asked: RedriveRequest): Promise<RedriveResult> {
    const { messageIds, rate = 10, stopOnFailure = true } = asked;
    const bodies = new Set<string>();
    const startedAt = Date.now();
    const { moved, stopped } = await redriveEach({
      sqs,
      fromUrl: urlOf(box.queue),
      toUrl: urlOf(box.reaction.queue),
      isWanted: isWantedBy(asked, box),
      ...(messageIds && { most: messageIds.length }),
      rate,
      startedAt,
      batchSize: stopOnFailure ? 1 : 10,
      async onMoved({ body }) {
        bodies.add(body);
        redriven.add(bodyKey(box.queue, maskText(body)));
        return true;
      },
      onReturned: ({ body }) => !(stopOnFailure && bodies.has(body)),
      pause,
    });
    await pause(GRACE_MILLISECONDS);
    const left = await peek(sqs, urlOf(box.queue));
    const back = left.filter(
      ({ Attributes, Body = "" }) => bodies.has(Body) && Number(Attributes?.SentTimestamp) >= startedAt,
    );
    return { redriven: moved, settled: 0, failedAgain: back.length, left: left.length, stopped };
  }

  return {
    name: `the stage ${stage}`,
    letters: async () => (await Promise.all(boxes.map(look))).flat(),
    groups: async (letters) =>
      groupsOf(letters, {
        kindOf: (queue) => boxOf(queue).kind,
        cameBack: ({ body, queue }) => redriven.has(bodyKey(queue, body)),
        lastError: () => undefined,
      }),

    async dryRun({ messageIds, queue }) {
      const box = boxOf(queue);
      const reaction = allReactions(services).find(({ manifest }) => manifest.name === box.reaction.name);
      const messages = messageIds.flatMap((id) => seen.get(`${queue}/${id}`) ?? []);
      if (!reaction) throw new DeskError(`There is no reaction ${box.reaction.name} on this disk.`);
      const { service } = box.reaction;
      const items = await itemsOf(dynamodb, service, messages, await tablesOf(dynamodb, prefix));
      const runs = await dryRun({
        reaction,
        messages,
        items,
        payments: paymentsByRecord(service === "payment" ? (items as unknown as Payment[]) : []),
        faults: [],
        seed: 0,
      });
      if (service !== "payment") return runs;
      return runs.map((run) => ({
        ...run,
        words: `${run.words} The provider stands as payment's record says.`,
      }));
    },

    async redrive(asked) {
      const box = boxOf(asked.queue);
      const isAll = asked.messageIds === undefined && asked.groupKey === undefined;
      if (!isAll || asked.stopOnFailure !== false || box.kind !== "dead-letter")
        return redriveOneByOne(box, asked);
      const moved = await redriveAll({
        sqs,
        sourceArn: await arnOf(sqs, urlOf(box.queue)),
        destinationArn: await arnOf(sqs, urlOf(box.reaction.queue)),
        rate: asked.rate ?? 10,
        pause,
      });
      return {
        redriven: moved,
        settled: 0,
        failedAgain: 0,
        left: (await peek(sqs, urlOf(box.queue))).length,
        stopped: false,
      };
    },
  };
}

/** By the names that the manifests give them. */
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

/** Looks at what lies there and shows it again at once. */
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
          .catch(() => {}), // It is shown again by itself when the look is over.
    ),
  );
  return [...messages.values()];
}

/** A message that SQS moved here after its last delivery may still carry what an earlier parking wrote on it. */
function lyingOf(message: Message): QueuedMessage {
  const { attributes, ...rest } = shown(message);
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

/** By the names that the deployment gives them, which end in something random. */
async function tablesOf(dynamodb: DynamoDBClient, prefix: string): Promise<TableOf> {
  const tables = await tableNames(dynamodb, prefix);
  return (name) => {
    const table = tables.find((each) => each.toLowerCase().includes(`${name}table`));
    if (table === undefined)
      throw new DeskError(`No table's name begins with ${prefix} and has ${name} in it.`);
    return table;
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
