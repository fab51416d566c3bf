// Errors of SQS, as its clients know them: by their code and message (SQS API reference, "Common Errors").
import * as model from "@aws-sdk/client-sqs";

export class SqsError extends Error {
  override readonly name = "SqsError";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const invalidParameter = (message: string) => new SqsError("InvalidParameterValue", message);

export const invalidValue = (name: string, value: unknown, reason: string) =>
  invalidParameter(`Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);

export const missingParameter = (name: string) =>
  new SqsError("MissingParameter", `The request must contain the parameter ${name}.`);

export const queueDoesNotExist = () =>
  new SqsError("QueueDoesNotExist", "The specified queue does not exist.");

export const unsupported = (message: string) => new SqsError("UnsupportedOperation", message);

export type WireError = {
  readonly status: number;
  readonly type: string;
  /** Its header `x-amzn-query-error`, by which SDKs name an error that has no class of its own. */
  readonly queryError: string;
};

/** Their types where the service's model has none; recorded from AWS. */
const unmodelled: Readonly<Record<string, string>> = {
  InvalidParameterValue: "com.amazon.coral.service#InvalidParameterValueException",
  MissingParameter: "com.amazon.coral.service#MissingRequiredParameterException",
};

/** Status and code as the SDK's own model of the error has them. */
export function onTheWire({ code }: SqsError): WireError {
  const type = unmodelled[code] ?? `com.amazonaws.sqs#${code}`;
  const [queryCode, status] = traitsOf(code)?.awsQueryError ?? [code, 400];
  return { status, type, queryError: `${queryCode};Sender` };
}

type Traits = { readonly awsQueryError?: readonly [code: string, status: number] };

function traitsOf(code: string): Traits | undefined {
  const schema = Object.entries(model).find(([name]) => name === `${code}$`)?.[1];
  return Array.isArray(schema) ? (schema[3] as Traits) : undefined;
}
