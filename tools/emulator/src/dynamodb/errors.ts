// A refusal as DynamoDB's clients know it: by its type and its sentence.

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

/** Most of what is wrong with an item or a key is said with this before it. */
export const invalidValues = (message: string) =>
  invalid(`One or more parameter values were invalid: ${message}`);

export const conditionFailed = (more?: object) =>
  failure("ConditionalCheckFailedException", "The conditional request failed", more);

export function isFailure(error: unknown): error is DynamoFailure {
  return error instanceof Error && "statusCode" in error && "body" in error;
}
