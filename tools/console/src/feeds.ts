// The feeds that were uploaded, and their rows: what the file says and what the table has of each.
import { GetObjectCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import type { Runtime } from "@order-saga/local/runtime";
import { feedBatch } from "@order-saga/protocol/feed-records";
import { feedRecord } from "@order-saga/protocol/records";
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

/** Rows from a line on, each with what was changed by it; undefined if the file is not there. */
export async function feedRows(
  { clients }: Pick<Runtime, "clients">,
  { feedId, from }: { feedId: string; from: number },
): Promise<FeedRow[] | undefined> {
  const file = (await feedFiles({ clients })).find((each) => each.feedId === feedId);
  if (!file) return undefined;
  const lines = (await textOf(clients, file)).split(/\r?\n/);
  const shown = lines
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ line, text }) => line >= Math.max(2, from) && text !== "")
    .slice(0, MOST_ROWS);
  const records = await recordsOf(clients, feedId, shown[0]?.line ?? 0, shown.at(-1)?.line ?? 0);
  return shown.map((row) => {
    const record = records.get(row.line);
    return { ...row, ...(record && { record }) };
  });
}

async function textOf({ s3 }: Runtime["clients"], { bytes, key, versionId }: FeedFile): Promise<string> {
  const { Body } = await s3.send(
    new GetObjectCommand({
      Bucket: owner?.bucket?.name,
      Key: key,
      VersionId: versionId,
      ...(bytes > MOST_BYTES && { Range: `bytes=0-${MOST_BYTES - 1}` }),
    }),
  );
  return (await Body?.transformToString()) ?? "";
}

/** A change of one SKU by some lines of the file, as inventory keeps it. */
type Change = { sku: string; delta: number; lines: number[] };
type Batch = { number: number; changes: Change[]; first: number; last: number };

/** By line. Batches follow the file, so the one that a line is in is found by halving. */
async function recordsOf(
  { dynamodb }: Runtime["clients"],
  feedId: string,
  first: number,
  last: number,
): Promise<Map<number, FeedRow["record"]>> {
  const table = DynamoDBDocumentClient.from(dynamodb);
  const read = (Key: object) => table.send(new GetCommand({ TableName: owner?.name, Key }));
  const batchAt = async (number: number): Promise<Batch | undefined> => {
    const { Item } = await read(feedBatch.key(feedId, number));
    const changes = (Item?.changes ?? []) as Change[];
    const lines = changes.flatMap((each) => each.lines);
    return Item && { number, changes, first: Math.min(...lines), last: Math.max(...lines) };
  };
  const count = Number((await read(feedRecord.key(feedId))).Item?.batches ?? 0);
  const records = new Map<number, FeedRow["record"]>();
  for (
    let number = await firstWith(count, async (each) => ((await batchAt(each))?.last ?? 0) >= first);
    number <= count;
    number++
  ) {
    const batch = await batchAt(number);
    if (!batch || batch.first > last) break;
    for (const change of batch.changes)
      for (const line of change.lines) records.set(line, { batch: number, ...change });
  }
  return records;
}

/** The first number from 1 to the count of which it is true; one more than the count if there is none. */
async function firstWith(count: number, is: (number: number) => Promise<boolean>): Promise<number> {
  let [low, high] = [1, count + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await is(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
