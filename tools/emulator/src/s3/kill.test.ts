// After `kill -9` every upload that was answered is there whole, and EventBridge hears of each.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startAwsEndpoint } from "../endpoint.ts";
import { clientsOf, directoryForTest, openToRules, startForTest } from "../testing.ts";

const Bucket = "feeds";
const QUEUE_ARN = "arn:aws:sqs:eu-west-1:000000000000:uploads";
const emulator = new URL("../endpoint.ts", import.meta.url).href;
const sdk = import.meta.resolve("@aws-sdk/client-s3");

/** Uploads one object after the other and says which were answered. */
const writer = (directory: string) => `
  import { startAwsEndpoint } from ${JSON.stringify(emulator)};
  import { PutObjectCommand, S3Client } from ${JSON.stringify(sdk)};
  const { url } = await startAwsEndpoint({ port: 0, directory: ${JSON.stringify(directory)} });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const s3 = new S3Client({ endpoint: url, region: "eu-west-1", credentials });
  for (let n = 1; ; n++) {
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: "${Bucket}", Key: "a", Body: "x".repeat(n * 1000) }));
    process.stdout.write(n + " " + VersionId + "\\n");
  }`;

async function prepare(directory: string): Promise<void> {
  const endpoint = await startAwsEndpoint({ port: 0, directory });
  const { eventBridge, s3, sqs } = clientsOf(endpoint);
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  await sqs.send(new CreateQueueCommand({ QueueName: "uploads", Attributes: openToRules }));
  await eventBridge.send(new PutRuleCommand({ Name: "uploads", EventPattern: '{"source":["aws.s3"]}' }));
  await eventBridge.send(new PutTargetsCommand({ Rule: "uploads", Targets: [{ Id: "1", Arn: QUEUE_ARN }] }));
  await endpoint.stop();
}

test("no upload that was answered is lost, and none is left untold", async () => {
  const directory = directoryForTest();
  await prepare(directory);
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", writer(directory)]);
  let output = "";
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
    if (output.length > 500) child.kill("SIGKILL");
  });
  await once(child, "close");
  expect(output.length, errors).toBeGreaterThan(500);

  const endpoint = await startForTest({ directory });
  const { s3 } = clientsOf(endpoint);
  const answered = output
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split(" "));
  for (const [n, VersionId] of answered) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "a", VersionId }));
    expect(await Body?.transformToString()).toBe("x".repeat(Number(n) * 1000));
  }
  const told = () =>
    new Set(
      endpoint.queues.messages("uploads").map(({ body }) => JSON.parse(body).detail.object["version-id"]),
    );
  await expect.poll(() => answered.filter(([, id]) => !told().has(id))).toEqual([]);
});
