// Reads what a function answered to a batch: which of its messages failed (ReportBatchItemFailures).
import type { SQSRecord } from "aws-lambda";

/**
 * The message ids that failed. No answer, or one without failures, is a whole success; an answer that
 * cannot be understood, or names a message that was not in the batch, fails all of it (Lambda developer
 * guide, "Success and failure conditions" of Amazon SQS).
 */
export function failedIds(result: unknown, records: readonly SQSRecord[]): Set<string> {
  const all = new Set(records.map((record) => record.messageId));
  if (result === null || result === undefined) return new Set();
  if (typeof result !== "object" || Array.isArray(result)) return all;
  const failures = (result as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === null || failures === undefined) return new Set();
  if (!Array.isArray(failures)) return all;
  const ids = failures.map((each: { itemIdentifier?: unknown } | null) => each?.itemIdentifier);
  const known = ids.every((id) => typeof id === "string" && all.has(id));
  return known ? new Set(ids as string[]) : all;
}
