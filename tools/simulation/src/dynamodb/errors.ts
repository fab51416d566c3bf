// The failures of a table, by the names its clients know them by.

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

export const conflicted = () =>
  awsError("TransactionConflictException", "Transaction is ongoing for the item", 400);

/** The client waited in vain, and so did its own retries. */
export const unanswered = () => awsError("TimeoutError", "The request was not answered in time.", 0);

export const invalid = (message: string) => awsError("ValidationException", message, 400);

export type ReasonCode = "None" | "ConditionalCheckFailed" | "TransactionConflict" | "ValidationError";

export function cancelled(codes: readonly ReasonCode[]): Error {
  const CancellationReasons = codes.map((Code) => ({ Code }));
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(", ")}]`;
  return awsError("TransactionCanceledException", message, 400, { CancellationReasons });
}
