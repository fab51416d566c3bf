// Errors of DynamoDB, as its clients know them: by their type and message.

export type DynamoFailure = Error & {
  statusCode: 400;
  body: { __type: string; message?: string; [more: string]: unknown };
};

export function failure(type: string, message: string, more: object = {}): DynamoFailure {
  const namespace = namespaces[type] ?? "com.amazonaws.dynamodb.v20120810";
  const body = { __type: `${namespace}#${type}`, message, ...more };
  return Object.assign(new Error(message), { statusCode: 400 as const, body });
}

const namespaces: Record<string, string> = {
  SerializationException: "com.amazon.coral.service",
  UnknownOperationException: "com.amazon.coral.service",
  ValidationException: "com.amazon.coral.validate",
};

export const invalid = (message: string) => failure("ValidationException", message);

/** DynamoDB puts this before most messages about items and keys. */
export const invalidValues = (message: string) =>
  invalid(`One or more parameter values were invalid: ${message}`);

export const conditionFailed = (more?: object) =>
  failure("ConditionalCheckFailedException", "The conditional request failed", more);

export function isFailure(error: unknown): error is DynamoFailure {
  return error instanceof Error && "statusCode" in error && "body" in error;
}
