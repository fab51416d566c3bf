// The feeds that were uploaded, and their rows: what the file says and what the table has of each.
import { GetObjectCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Runtime } from "@order-saga/local/runtime";
import { services } from "@order-saga/services";
import type { FeedFile, FeedRow } from "./console-api.ts";

const MOST_FILES = 50;
const MOST_ROWS = 50;
/** Of a file, what is looked through for a page of rows. */
const MOST_BYTES = 8 * 1024 * 1024;

const owner = services.find(({ bucket }) => bucket !== undefined);

/** The latest first. */
export async function feedFiles({ clients }: Pick<Runtime, "clients">): Promise<FeedFile[]> {
  if (!owner?.bucket) return [];
  const { name: Bucket, prefix: Prefix } = owner.bucket;
  const { Versions = [] } = await clients.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
  return Versions.map(({ Key = "", LastModified, Size = 0, VersionId = "" }) => ({
    key: Key,
    versionId: VersionId,
    feedId: feedIdIn(Key),
    bytes: Size,
    uploadedAt: LastModified?.toISOString() ?? "",
  }))
    .sort((a, b) => b.uploadedAt.localeCompare(a.uploadedAt))
    .slice(0, MOST_FILES);
}

const feedIdIn = (key: string) => /feed_[0-9a-f]{32}/.exec(key)?.[0] ?? "";

/** Rows from a line on, each with its record once it was applied; undefined if the file is not there. */
export async function feedRows(
  { clients }: Pick<Runtime, "clients">,
  { feedId, from }: { feedId: string; from: number },
): Promise<FeedRow[] | undefined> {
  const file = (await feedFiles({ clients })).find((each) => each.feedId === feedId);
  if (!file || !owner?.bucket) return undefined;
  const { Body } = await clients.s3.send(
    new GetObjectCommand({
      Bucket: owner.bucket.name,
      Key: file.key,
      VersionId: file.versionId,
      ...(file.bytes > MOST_BYTES && { Range: `bytes=0-${MOST_BYTES - 1}` }),
    }),
  );
  const lines = ((await Body?.transformToString()) ?? "").split(/\r?\n/);
  const shown = lines
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ line, text }) => line >= Math.max(2, from) && text !== "")
    .slice(0, MOST_ROWS);
  return Promise.all(
    shown.map(async (row) => {
      const record = await recordOf(clients, `FEEDROW#${feedId}#${row.line}`);
      return { ...row, ...(record && { record }) };
    }),
  );
}

async function recordOf(
  { dynamodb }: Runtime["clients"],
  key: string,
): Promise<Record<string, unknown> | undefined> {
  const { Items: [item] = [] } = await DynamoDBDocumentClient.from(dynamodb).send(
    new QueryCommand({
      TableName: owner?.name,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": key },
    }),
  );
  return item;
}
