// Errors of SQS, as its clients know them: by their code and message (SQS API reference, "Common Errors").

export class SqsError extends Error {
  override readonly name = "SqsError";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const invalidParameter = (message: string) => new SqsError("InvalidParameterValue", message);

export const missingParameter = (name: string) =>
  new SqsError("MissingParameter", `The request must contain the parameter ${name}.`);

export const queueDoesNotExist = () =>
  new SqsError("QueueDoesNotExist", "The specified queue does not exist.");

/** The codes with a prefix in the query protocol, and so in the compatibility header (SQS API model). */
const prefixed = new Set([
  "BatchEntryIdsNotDistinct",
  "BatchRequestTooLong",
  "EmptyBatchRequest",
  "InvalidBatchEntryId",
  "MessageNotInflight",
  "NonExistentQueue",
  "PurgeQueueInProgress",
  "QueueDeletedRecently",
  "TooManyEntriesInBatchRequest",
  "UnsupportedOperation",
]);

/** The header `x-amzn-query-error`, by which SDKs name an error that has no class of its own. */
export function queryErrorOf({ code }: SqsError): string {
  const queryCode = code === "QueueDoesNotExist" ? "NonExistentQueue" : code;
  return `${prefixed.has(queryCode) ? "AWS.SimpleQueueService." : ""}${queryCode};Sender`;
}
