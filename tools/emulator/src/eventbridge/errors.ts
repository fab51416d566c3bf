// Failures of the EventBridge API, by the names AWS gives them.
export class EventBridgeError extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export const notFound = (what: string) =>
  new EventBridgeError("ResourceNotFoundException", `${what} does not exist.`);
export const alreadyExists = (what: string) =>
  new EventBridgeError("ResourceAlreadyExistsException", `${what} already exists.`);
export const limitExceeded = (message: string) => new EventBridgeError("LimitExceededException", message);
export const invalid = (message: string) => new EventBridgeError("ValidationException", message);
export const malformed = (message: string) => new EventBridgeError("SerializationException", message);
/** In event-ruler's words, with the path where AWS has the position; undefined is the top. */
export const invalidPattern = (where: string | undefined, why: string) =>
  new EventBridgeError(
    "InvalidEventPatternException",
    `Event pattern is not valid. Reason: ${why} (at ${where ?? "the top"})`,
  );
