// What every DynamoDB adapter needs: a document client, conditional writes, batch reads, failures told apart.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { clientSettings } from "./client-settings.ts";
import { again, retry } from "./retry.ts";
import type { SaveResult } from "./versioned-store.ts";

export type Table = {
  client: DynamoDBDocumentClient;
  tableName: string;
  /** Lets a moment of random length pass (milliseconds); without it a throttled read is repeated at once. */
  pause?: (longestMilliseconds: number) => Promise<void>;
};
export type Key = { pk: string; sk: string };
export type Item = Record<string, unknown>;

/** Made once per function, outside of its handler; it reads region and endpoint from the environment. */
export function createDocumentClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

/** The condition of a put that writes this version over the one before it, or anew if it is the first. */
export function overVersionBefore(version: number): {
  ConditionExpression: string;
  ExpressionAttributeValues?: Item;
} {
  if (version === 1) return { ConditionExpression: "attribute_not_exists(pk)" };
  return {
    ConditionExpression: "version = :before",
    ExpressionAttributeValues: { ":before": version - 1 },
  };
}

/** Carries out a conditional write and tells what became of it; other errors are thrown. */
export async function writeIf(write: () => Promise<unknown>): Promise<SaveResult> {
  try {
    await write();
    return "written";
  } catch (error) {
    if (isConditionFailed(error)) return "lost";
    if (error instanceof Error && error.name === "TransactionConflictException") return "conflict";
    throw error;
  }
}

function isConditionFailed(error: unknown): boolean {
  return error instanceof Error && error.name === "ConditionalCheckFailedException";
}

/**
 * Why each item of a cancelled transaction failed, in the order of the items (`None` for those that did not),
 * or undefined if the error is something else. `TransactionConflict` is a reason to try again, not an answer.
 */
export function cancellationCodes(error: unknown): string[] | undefined {
  if (!(error instanceof Error) || error.name !== "TransactionCanceledException") return undefined;
  const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
  return reasons.map((reason) => reason.Code ?? "None");
}

/** At most 100 items, none of them twice. */
export type Writes = NonNullable<TransactWriteCommandInput["TransactItems"]>;

/** Undefined when the transaction was carried out, otherwise the reason of each item. */
export async function transact({ client }: Table, TransactItems: Writes): Promise<string[] | undefined> {
  try {
    await client.send(new TransactWriteCommand({ TransactItems }));
    return undefined;
  } catch (error) {
    const codes = cancellationCodes(error);
    if (codes) return codes;
    throw error;
  }
}

/** Carries out conditional writes together, all or none, and tells what became of them. */
export async function writeTogether(table: Table, writes: Writes): Promise<SaveResult> {
  const codes = await transact(table, writes);
  if (!codes) return "written";
  return codes.includes("ConditionalCheckFailed") ? "lost" : "conflict";
}

/** A throttled table leaves keys of a batch unprocessed; after so many requests the caller gives up. */
const BATCH_GET_ATTEMPTS = 10;
const LONGEST_PAUSE_MILLISECONDS = 400;

/** The items of these keys that are there, strongly consistent; at most 100 keys. */
export async function batchGet({ client, pause, tableName }: Table, keys: readonly Key[]): Promise<Item[]> {
  if (keys.length === 0) return [];
  const items: Item[] = [];
  let left = [...keys];
  const exhausted = () => Object.assign(new Error("The table is throttled."), { code: "Throttled" });
  return retry({ attempts: BATCH_GET_ATTEMPTS, exhausted }, async (attempt) => {
    if (attempt > 1) await pause?.(Math.min(LONGEST_PAUSE_MILLISECONDS, 10 * 2 ** attempt));
    const answer = await client.send(
      new BatchGetCommand({ RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } } }),
    );
    items.push(...(answer.Responses?.[tableName] ?? []));
    left = (answer.UnprocessedKeys?.[tableName]?.Keys ?? []) as Key[];
    return left.length === 0 ? items : again;
  });
}
