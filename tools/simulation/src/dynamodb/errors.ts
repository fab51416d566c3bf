// The failures of a table, by the names its clients know them by.
import type { Throttle } from "@order-saga/emulator/dynamodb/contention/throughput";

export function awsError(name: string, message: string, status: number, more: object = {}): Error {
  const error = Object.assign(new Error(message), { $metadata: { httpStatusCode: status }, ...more });
  error.name = name;
  return error;
}

export const conditionFailed = () =>
  awsError("ConditionalCheckFailedException", "The conditional request failed", 400);

export const throttled = () =>
  awsError(
    "ProvisionedThroughputExceededException",
    "The level of configured provisioned throughput for the table was exceeded.",
    400,
  );

/** Of an on-demand table; what the table could not take, by the name that AWS has for it. */
export function exceeded({ demand, reason }: Throttle): Error {
  const what = demand.index === undefined ? "your table or index" : "one or more global secondary indexes";
  const message = `Throughput exceeds the current capacity of ${what}. DynamoDB is automatically scaling; try again shortly.`;
  return awsError("ThrottlingException", message, 400, { throttlingReasons: [{ reason }] });
}

export const inProgress = () =>
  awsError(
    "TransactionInProgressException",
    "The transaction with the given request token is already in progress.",
    400,
  );

export const conflicted = () =>
  awsError("TransactionConflictException", "Transaction is ongoing for the item", 400);

/** The client waited in vain, and so did its own retries. */
export const unanswered = () => awsError("TimeoutError", "The request was not answered in time.", 0);

export const invalid = (message: string) => awsError("ValidationException", message, 400);

export type ReasonCode =
  | "None"
  | "ConditionalCheckFailed"
  | "TransactionConflict"
  | "ThrottlingError"
  | "ValidationError";

export function cancelled(codes: readonly ReasonCode[]): Error {
  const CancellationReasons = codes.map((Code) => ({ Code }));
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(", ")}]`;
  return awsError("TransactionCanceledException", message, 400, { CancellationReasons });
}
