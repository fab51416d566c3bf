// Provisioning twice leaves a bucket whose uploads reach the queue of the reaction, and a queue for tasks.
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { startAwsEndpoint } from "@order-saga/emulator";
import { reactionManifest, type ServiceManifest } from "@order-saga/messaging";
import { parseUpload } from "@order-saga/messaging/message";
import { expect, onTestFinished, test } from "vitest";
import { awsClients } from "./aws.ts";
import { provision } from "./provision.ts";

const stocked: ServiceManifest = {
  name: "inventory",
  table: { record: "RES#*", indexes: {} },
  bucket: { name: "feeds", prefix: "feeds/", expiresDays: 30 },
  reactions: [
    reactionManifest({ name: "take-in", hears: [], from: "uploads" }),
    reactionManifest({ name: "work-off", hears: [], from: "tasks" }),
  ],
  schedules: [],
  routes: [],
  settings: {},
  secrets: [],
};

async function provisioned() {
  const aws = await startAwsEndpoint({ port: 0, directory: undefined });
  onTestFinished(() => aws.stop());
  const clients = awsClients(aws.url);
  await provision([stocked], clients);
  const queues = await provision([stocked], clients);
  return { aws, clients, queues };
}

test("an upload under the bucket's prefix is told to the reaction that hears of it", async () => {
  const { aws, clients } = await provisioned();
  for (const Key of ["other/1.csv", "feeds/1.csv"])
    await clients.s3.send(new PutObjectCommand({ Bucket: "feeds", Key, Body: "sku,delta\n" }));
  const heard = () => aws.queues.messages("inventory-take-in").map(({ body }) => parseUpload(body));
  await expect.poll(heard).toMatchObject([{ bucket: "feeds", key: "feeds/1.csv", bytes: 10 }]);
  expect(aws.queues.count("inventory-take-in-undelivered").ready).toBe(0);
});

test("tasks have a queue and its dead letters, and no events that could fail to arrive", async () => {
  const { aws, clients, queues } = await provisioned();
  const Entries = ["a", "b"].map((Id) => ({ Id, MessageBody: Id, MessageGroupId: "bulk_1" }));
  const QueueUrl = queues.get("inventory-work-off")?.url;
  await clients.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  expect(aws.queues.messages("inventory-work-off").map(({ body }) => body)).toEqual(["a", "b"]);
  expect(aws.queues.names().filter((name) => name.includes("work-off"))).toEqual([
    "inventory-work-off",
    "inventory-work-off-dlq",
  ]);
});
