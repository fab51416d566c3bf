// Refuses what SQS refuses, by the limits in limits.ts, before a request has any effect.
import { invalidParameter, invalidValue, missingParameter, SqsError } from "./errors.ts";
import type { Entry, Input } from "./input.ts";
import * as limits from "./limits.ts";
import { type MessageAttributes, type NewMessage, sizeOf } from "./message.ts";
import { attributesIn, refuseLists, traceHeaderIn } from "./message-attributes.ts";
import type { MessageQueue } from "./queue.ts";

/** The whole number in a request; undefined if there is none. */
export function numberIn(input: Input, name: keyof typeof limits.parameters): number | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  const { reason, ...range } = limits.parameters[name];
  if (Number.isInteger(value) && isWithin(value, range)) return Number(value);
  throw invalidValue(name, value, reason);
}

/** How many a page may have at most; undefined if the request does not say. */
export function pageSizeIn({ MaxResults }: Input, range: limits.Range): number | undefined {
  if (MaxResults === undefined) return undefined;
  if (Number.isInteger(MaxResults) && isWithin(MaxResults, range)) return Number(MaxResults);
  const reason = `MaxResults must be an integer between ${range.minimum} and ${range.maximum}.`;
  throw invalidValue("MaxResults", MaxResults, reason);
}

export function isWithin(value: unknown, { minimum, maximum }: limits.Range): boolean {
  return Number(value) >= minimum && Number(value) <= maximum;
}

/** The message that the queue accepts, without its delay. */
export function messageIn(input: Input, { attributes: { MaximumMessageSize } }: MessageQueue): NewMessage {
  const { MessageBody: body, MessageDeduplicationId, MessageGroupId: groupId } = input;
  if (typeof body !== "string" || body === "") throw missingParameter("MessageBody");
  if (limits.message.forbiddenCharacter.test(body)) {
    throw new SqsError(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF and #xE000 to #xFFFD.",
    );
  }
  const attributes = attributesIn(input);
  const traceHeader = traceHeaderIn(input);
  if (sizeOf(body, attributes) > Number(MaximumMessageSize)) {
    const reason = `Message must be shorter than ${MaximumMessageSize} bytes.`;
    throw invalidParameter(`One or more parameters are invalid. Reason: ${reason}`);
  }
  if (groupId !== undefined && !(typeof groupId === "string" && limits.message.groupId.test(groupId))) {
    const allowed = "can only include alphanumeric and punctuation characters. 1 to 128 in length.";
    throw invalidValue("MessageGroupId", groupId, `MessageGroupId ${allowed}`);
  }
  refuseFifo("MessageDeduplicationId", MessageDeduplicationId);
  return { body, attributes, groupId, traceHeader };
}

/** A parameter of FIFO queues, which a standard queue does not take. */
export function refuseFifo(name: string, value: unknown): void {
  if (value === undefined) return;
  throw invalidValue(name, value, "The request include parameter that is not valid for this queue type.");
}

/** The names of system attributes that a receive asks for. */
export function systemAttributeNamesIn(input: Input): readonly string[] {
  const names = [...namesIn(input, "AttributeNames"), ...namesIn(input, "MessageSystemAttributeNames")];
  for (const name of names) {
    if (!limits.systemAttributes.includes(name) && !Object.hasOwn(limits.queueAttributes, name))
      throw new SqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
  }
  return names;
}

export const namesIn = (input: Input, parameter: string) => (input[parameter] ?? []) as readonly string[];

/** The entries of a batch. Throws what is wrong with the batch as a whole. */
export function entriesIn({ Entries = [] }: Input, operation: string): readonly Entry[] {
  const entries = Entries as readonly Entry[];
  const { entryId, maximumEntries } = limits.batch;
  if (entries.length === 0) {
    const message = `There should be at least one ${operation}RequestEntry in the request.`;
    throw new SqsError("EmptyBatchRequest", message);
  }
  if (entries.length > maximumEntries) {
    const message = `Maximum number of entries per request are ${maximumEntries}. You have sent ${entries.length}.`;
    throw new SqsError("TooManyEntriesInBatchRequest", message);
  }
  if (entries.some(({ Id }) => typeof Id !== "string" || !entryId.test(Id))) {
    throw new SqsError(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    );
  }
  const ids = entries.map(({ Id }) => Id);
  const repeated = ids.find((id, index) => ids.indexOf(id) < index);
  if (repeated !== undefined) throw new SqsError("BatchEntryIdsNotDistinct", `Id ${repeated} repeated.`);
  return entries;
}

/** The entries of a batch of messages, which SQS takes up to a size in all. */
export function messageEntriesIn(input: Input, operation: string): readonly Entry[] {
  const entries = entriesIn(input, operation);
  for (const entry of entries) refuseLists(operation, entry);
  const bytes = entries
    .map(({ MessageBody = "", MessageAttributes = {} }) =>
      sizeOf(String(MessageBody), MessageAttributes as MessageAttributes),
    )
    .reduce((sum, each) => sum + each);
  const { maximumBytes } = limits.batch;
  if (bytes <= maximumBytes) return entries;
  const message = `Batch requests cannot be longer than ${maximumBytes} bytes. You have sent ${bytes} bytes.`;
  throw new SqsError("BatchRequestTooLong", message);
}
