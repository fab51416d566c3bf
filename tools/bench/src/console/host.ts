// A laptop with full tables, mailbox and dead-letter queue, in a process of its own; tells its CPU time.

import { monitorEventLoopDelay } from "node:perf_hooks";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { startLaptopSaga } from "@order-saga/cli/testing/laptop";
import { scopes } from "@order-saga/contracts";
import type { Runtime } from "@order-saga/local/runtime";
import { recordOfOrder } from "@order-saga/protocol/records";
import { services } from "@order-saga/services";

export type Told =
  | { kind: "ready"; url: string; token: string }
  /** Since the last question; the turn is the longest time that nothing else could be done. */
  | { kind: "usage"; cpuMilliseconds: number; longestTurnMilliseconds: number };

const LETTERS_QUEUE = "inventory-commit-stock-dlq";
const AT_ONCE = 25;
const MOST_COPIES = 5000;
/** More than the console lists. */
const MOST_MAILS = 6000;

const [data = "", orders = "0", letters = "0"] = process.argv.slice(2);
const idOf = (n: number) => `ord_${n.toString(16).padStart(32, "0")}`;
const tell = (message: Told) => process.send?.(message);

const letter = await fill();
const saga = await startLaptopSaga(data);
await putLetters();
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let before = process.cpuUsage();

process.on("message", async (message) => {
  if (message === "usage") {
    const { system, user } = process.cpuUsage(before);
    tell({
      kind: "usage",
      cpuMilliseconds: (user + system) / 1000,
      longestTurnMilliseconds: delay.max / 1e6,
    });
    before = process.cpuUsage();
    delay.reset();
    return;
  }
  await saga.stop();
  process.exit(0);
});
process.on("disconnect", () => process.exit(0));
const token = await saga.runtime.issuer.sign({
  sub: "bench",
  scope: scopes.join(" "),
  expiresInSeconds: 12 * 3600,
});
tell({ kind: "ready", url: saga.runtime.url, token });

/** Copies one confirmed order as often as is asked; returns a message about it, as the bus sends it. */
async function fill(): Promise<string> {
  const first = await startLaptopSaga(data);
  const orderId = await first.place();
  await first.settled(orderId);
  await first.idle();
  const captured = first.eventsOf(orderId).find(({ type }) => type === "PaymentCaptured");
  await copyRecords(first.runtime.clients.dynamodb, orderId);
  await copyMails(first.runtime, orderId);
  await first.stop();
  const body = { source: "shop.payment", "detail-type": "PaymentCaptured", detail: captured };
  return JSON.stringify(body).replaceAll(orderId, "ORDER");
}

async function copyRecords(dynamodb: DynamoDBClient, orderId: string): Promise<void> {
  const client = DynamoDBDocumentClient.from(dynamodb);
  for (const { name } of services) {
    const Key = recordOfOrder(name).key(orderId);
    const { Item } = await client.send(new GetCommand({ TableName: name, Key, ConsistentRead: true }));
    const text = JSON.stringify(Item);
    // Of very many orders the console reads the records of some in the other tables.
    const copies = name === "orders" ? Number(orders) : Math.min(Number(orders), MOST_COPIES);
    for (let n = 0; n < copies; n += AT_ONCE) {
      const Requests = Array.from({ length: AT_ONCE }, (_, index) => ({
        PutRequest: { Item: JSON.parse(text.replaceAll(orderId, idOf(n + index))) },
      }));
      await client.send(new BatchWriteCommand({ RequestItems: { [name]: Requests } }));
    }
  }
}

/** Two mails of each order. */
async function copyMails({ aws }: Runtime, orderId: string): Promise<void> {
  const ses = new SESClient({
    endpoint: aws.url,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const mails = aws.mails();
  for (let n = 0; n < Math.min(Number(orders), MOST_MAILS / 2); n++)
    await Promise.all(
      mails.map(({ raw }) => {
        const Data = Buffer.from(raw.replaceAll(orderId, idOf(n)));
        return ses.send(new SendRawEmailCommand({ RawMessage: { Data } }));
      }),
    );
  ses.destroy();
}

async function putLetters(): Promise<void> {
  const QueueUrl = saga.runtime.queueUrls.get(LETTERS_QUEUE);
  for (let n = 0; n < Number(letters); n += 10) {
    const Entries = Array.from({ length: 10 }, (_, index) => ({
      Id: String(index),
      MessageBody: letter.replaceAll("ORDER", idOf(n + index)),
    }));
    await saga.runtime.aws.queues.call(
      "SendMessageBatch",
      { QueueUrl, Entries },
      new AbortController().signal,
    );
  }
}
