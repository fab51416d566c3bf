// The two ways a message can fail: for good, or until it is delivered again.

/** Names that appear as `errorName` on a dead letter. */
export type PermanentErrorName =
  | "MalformedMessage"
  | "ContractViolation"
  | "UnknownVersion"
  | "ForeignSource"
  | "InvariantViolation";

/**
 * Delivering the message again cannot help, so it is parked in the dead-letter queue at once. Everything
 * else that is thrown means "deliver it again". The message must not carry personal data.
 */
export class PermanentError extends Error {
  override readonly name: PermanentErrorName;
  constructor(name: PermanentErrorName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** Two facts that exclude each other were both seen: parked and paged, never resolved by guessing. */
export function invariantViolation(message: string): PermanentError {
  return new PermanentError("InvariantViolation", message);
}

/** The bus refused events; they are published again when the message is delivered again. */
export class PublishError extends Error {
  override readonly name = "PublishError";
  readonly codes: readonly string[];
  /** The places of those it refused among what was published; all others were accepted. */
  readonly refused: readonly number[];
  constructor(codes: readonly string[], refused: readonly number[] = [...codes.keys()]) {
    super(`EventBridge refused ${codes.length} event(s): ${[...new Set(codes)].join(", ")}`);
    this.codes = codes;
    this.refused = refused;
  }
}

/** What a log line says of a failure. Only our own errors' messages are written without personal data. */
export function failureOf(error: unknown): { errorName: string; reason?: string } {
  const isOurs = error instanceof PublishError || error instanceof PermanentError;
  return { errorName: nameOf(error), ...(isOurs && { reason: error.message }) };
}

/** A name for logs: never the message of an unknown error, which may quote data. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
