// How large the process of import-stock becomes by the size of its file, everything else in another process.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { type AwsEndpoint, startAwsEndpoint } from "@order-saga/emulator";
import { importStock, inventory } from "@order-saga/inventory/service";
import { awsClients, awsEnvironment } from "@order-saga/local/aws";
import { provision, type Queues } from "@order-saga/local/provision";
import { BUS_NAME } from "@order-saga/local/source-folders";
import { environmentOf } from "@order-saga/messaging/topology";
import { until } from "../saga/peers/service.ts";
import type { Invocation, Report } from "./function-process.ts";
import { makeRows } from "./rows.ts";

export type MemoryResult = {
  readonly files: readonly {
    megabytes: number;
    rows: number;
    seconds: number;
    /** When it had imported a feed of one row, and at most since the process began. */
    idleMegabytes: number;
    peakMegabytes: number;
  }[];
};

const SKU = "TEA-EARL-GREY";
const QUEUE = "inventory-import-stock";
/** Of the function's 512 MB, what Node may use for objects. */
const HEAP_MEGABYTES = 384;
/** On average, so that a file of 50 MB is not larger than that. */
const BYTES_PER_ROW = 17;

/** A file of a megabyte, and one of so many, each in a new process. */
export async function measureMemory(megabytes: number): Promise<MemoryResult> {
  const aws = await startAwsEndpoint({ port: 0, directory: undefined });
  try {
    const clients = awsClients(aws.url);
    const queues = await provision([inventory], clients);
    const stock = { sku: { S: SKU }, available: { N: "1000000" }, reserved: { N: "0" }, sold: { N: "0" } };
    const Item = { pk: { S: `SKU#${SKU}` }, sk: { S: "STOCK" }, ...stock, restocked: { N: "1000000" } };
    await clients.dynamodb.send(new PutItemCommand({ TableName: inventory.name, Item }));
    const files = [];
    for (const size of new Set([1, megabytes])) files.push(await measureOne(aws, queues, size));
    return { files };
  } finally {
    await aws.stop();
  }
}

async function measureOne(
  aws: AwsEndpoint,
  queues: Queues,
  megabytes: number,
): Promise<MemoryResult["files"][number]> {
  const child = fork(fileURLToPath(new URL("./function-process.ts", import.meta.url)), [], {
    env: { ...process.env, ...awsEnvironment(aws.url), ...functionEnvironment(queues), LOG_LEVEL: "error" },
    execArgv: [`--max-old-space-size=${HEAP_MEGABYTES}`],
  });
  try {
    const idle = await imported(aws, child, `sku,delta\n${SKU},1\n`);
    const rows = Math.floor((megabytes * 1_000_000) / BYTES_PER_ROW);
    const { csv, sums } = makeRows(rows, [SKU], 1);
    const before = await available(aws);
    const begun = performance.now();
    const { peakMegabytes } = await imported(aws, child, csv);
    const seconds = (performance.now() - begun) / 1000;
    if ((await available(aws)) !== before + (sums.get(SKU) ?? 0))
      throw new Error("The stock is not the sum.");
    return { megabytes, rows, seconds, idleMegabytes: idle.residentMegabytes, peakMegabytes };
  } finally {
    child.kill();
  }
}

async function available(aws: AwsEndpoint): Promise<number> {
  const Key = { pk: { S: `SKU#${SKU}` }, sk: { S: "STOCK" } };
  const { dynamodb } = awsClients(aws.url);
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: inventory.name, Key }));
  return Number(Item?.available?.N);
}

const functionEnvironment = (queues: Queues) =>
  environmentOf(inventory, importStock, {
    value: (name) => inventory.settings[name] ?? "",
    tableName: (service) => service,
    busName: BUS_NAME,
    bucketName: () => inventory.bucket?.name ?? "",
    queueUrl: (name) => queues.get(name)?.url ?? "",
  });

let files = 0;

/** Uploads the file and hands its event to the process. */
async function imported(aws: AwsEndpoint, child: ChildProcess, Body: string): Promise<Report> {
  const { s3 } = awsClients(aws.url);
  const told = aws.queues.messages(QUEUE).length;
  const Key = `feeds/${++files}.csv`;
  await s3.send(new PutObjectCommand({ Bucket: inventory.bucket?.name, Key, Body }));
  await until("the event of the upload", 30, async () => {
    if (aws.queues.messages(QUEUE).length === told) throw new Error("S3 has not told of the upload.");
  });
  const message = aws.queues.messages(QUEUE).find(({ body }) => body.includes(Key));
  const invocation: Invocation = { body: message?.body ?? "" };
  for (let receive = 1; receive <= importStock.maxReceiveCount; receive++) {
    child.send(invocation);
    const [report] = (await once(child, "message")) as [Report];
    if (report.failures === 0) return report;
  }
  throw new Error(`The feed ${Key} was not imported.`);
}
