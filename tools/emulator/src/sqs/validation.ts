// Refuses what SQS refuses, by the limits in limits.ts, before a request has any effect.
import { judgeOf } from "@order-saga/iam/evaluate";
import { PolicyError, readPolicy } from "@order-saga/iam/policy";
import { refuseDeepJson } from "../json-depth.ts";
import { invalidParameter, missingParameter, SqsError } from "./errors.ts";
import * as limits from "./limits.ts";
import { type MessageAttributes, sizeOf } from "./message.ts";
import type { MessageQueue } from "./queue.ts";

export type Input = Readonly<Record<string, unknown>>;
export type Entry = Input & { readonly Id: string };

/** The number in a request; undefined if there is none. */
export function numberIn(input: Input, name: keyof typeof limits.parameters): number | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  const { reason, ...range } = limits.parameters[name];
  if (isWithin(value, range)) return Number(value);
  throw invalidParameter(`Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);
}

export function isWithin(value: unknown, { minimum, maximum }: limits.Range): boolean {
  return Number(value) >= minimum && Number(value) <= maximum;
}

export function receiptHandleIn({ ReceiptHandle }: Input): string {
  if (ReceiptHandle === undefined || ReceiptHandle === "") throw missingParameter("ReceiptHandle");
  if (typeof ReceiptHandle === "string" && limits.receiptHandle.test(ReceiptHandle)) return ReceiptHandle;
  throw new SqsError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
  );
}

/** The body and attributes of a message that the queue accepts. */
export function messageIn(
  input: Input,
  { attributes: { MaximumMessageSize } }: MessageQueue,
): { body: string; attributes: MessageAttributes; groupId: string | undefined } {
  const { MessageBody: body, MessageGroupId: groupId } = input;
  if (typeof body !== "string" || body === "") throw missingParameter("MessageBody");
  if (limits.message.forbiddenCharacter.test(body)) {
    throw new SqsError(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF and #xE000 to #xFFFD.",
    );
  }
  const attributes = attributesIn(input);
  if (sizeOf(body, attributes) > Number(MaximumMessageSize)) {
    const reason = `Message must be shorter than ${MaximumMessageSize} bytes.`;
    throw invalidParameter(`One or more parameters are invalid. Reason: ${reason}`);
  }
  if (groupId !== undefined && !(typeof groupId === "string" && limits.message.groupId.test(groupId))) {
    const allowed = "alphanumeric and punctuation characters, and between 1 and 128 of them";
    throw invalidParameter(
      `Value ${groupId} for parameter MessageGroupId is invalid. Reason: it must have ${allowed}.`,
    );
  }
  return { body, attributes, groupId };
}

function attributesIn({ MessageAttributes }: Input): MessageAttributes {
  const attributes = (MessageAttributes ?? {}) as MessageAttributes;
  const given = Object.entries(attributes);
  const { attributeType, maximumAttributes } = limits.message;
  if (given.length > maximumAttributes) {
    const excess = `[${given.length}] exceeds the allowed maximum [${maximumAttributes}]`;
    throw invalidParameter(`Number of message attributes ${excess}.`);
  }
  for (const [name, { DataType, StringValue, BinaryValue }] of given) {
    if (!attributeType.test(DataType))
      throw invalidParameter(`The type of message (user) attribute '${name}' is invalid.`);
    if (!StringValue && !BinaryValue)
      throw invalidParameter(`Message (user) attribute '${name}' must contain a non-empty value.`);
  }
  return attributes;
}

/** The entries of a batch. Throws what is wrong with the batch as a whole. */
export function entriesIn({ Entries = [] }: Input): readonly Entry[] {
  const entries = Entries as readonly Entry[];
  const { entryId, maximumEntries } = limits.batch;
  if (entries.length === 0)
    throw new SqsError("EmptyBatchRequest", "The batch request doesn't contain any entries.");
  if (entries.length > maximumEntries) {
    const message = `Maximum number of entries per request are ${maximumEntries}.`;
    throw new SqsError("TooManyEntriesInBatchRequest", message);
  }
  if (entries.some(({ Id }) => typeof Id !== "string" || !entryId.test(Id))) {
    throw new SqsError(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    );
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    const message = "Two or more batch entries in the request have the same Id.";
    throw new SqsError("BatchEntryIdsNotDistinct", message);
  }
  return entries;
}

/** The entries of a batch of messages, which SQS takes up to a size in all. */
export function messageEntriesIn(input: Input): readonly Entry[] {
  const entries = entriesIn(input);
  const bytes = entries.map(({ MessageBody = "", MessageAttributes = {} }) =>
    sizeOf(String(MessageBody), MessageAttributes as MessageAttributes),
  );
  if (bytes.reduce((sum, each) => sum + each) <= limits.batch.maximumBytes) return entries;
  const message = `Batch requests cannot be longer than ${limits.batch.maximumBytes} bytes.`;
  throw new SqsError("BatchRequestTooLong", message);
}

type QueueOf = (arn: string) => MessageQueue | undefined;

/** The attributes that CreateQueue or SetQueueAttributes gives to a queue. */
export function queueAttributesIn(
  { Attributes }: Input,
  queueArn: string,
  queueOf: QueueOf,
): Record<string, string> {
  const attributes = (Attributes ?? {}) as Record<string, string>;
  for (const [name, value] of Object.entries(attributes)) {
    const { isFifoOnly, isReadOnly, maximum, minimum } = attributeNamed(name);
    if (isReadOnly || isFifoOnly) throw unknownAttribute(name);
    if (minimum === undefined || maximum === undefined) continue;
    if (Number.isInteger(Number(value)) && isWithin(value, { minimum, maximum })) continue;
    const reason = `Must be between ${minimum} and ${maximum}.`;
    throw new SqsError("InvalidAttributeValue", `Invalid value for the parameter ${name}. Reason: ${reason}`);
  }
  checkRedrivePolicy(attributes.RedrivePolicy, queueArn, queueOf);
  checkRedriveAllowPolicy(attributes.RedriveAllowPolicy);
  checkPolicy(attributes.Policy);
  return attributes;
}

/** The attributes that GetQueueAttributes asks for; undefined if it names none. */
export function attributeNamesIn({ AttributeNames }: Input): readonly string[] | undefined {
  const names = AttributeNames as readonly string[] | undefined;
  for (const name of names ?? []) if (name !== "All") attributeNamed(name);
  return names?.includes("All") ? Object.keys(limits.queueAttributes) : names;
}

function attributeNamed(name: string) {
  const attribute = Object.hasOwn(limits.queueAttributes, name) && limits.queueAttributes[name];
  if (!attribute) throw unknownAttribute(name);
  return attribute;
}

const unknownAttribute = (name: string) => new SqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);

/** Without its dead-letter queue, a source would redeliver a poisonous message for ever. */
function checkRedrivePolicy(policy: string | undefined, queueArn: string, queueOf: QueueOf): void {
  if (!policy) return;
  const refused = (reason: string) =>
    invalidParameter(`Value ${policy} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  const { deadLetterTargetArn, maxReceiveCount } = parsed(policy, refused);
  if (!Number.isInteger(Number(maxReceiveCount)) || !isWithin(maxReceiveCount, limits.maxReceiveCount))
    throw refused(`maxReceiveCount must be an integer from 1 to ${limits.maxReceiveCount.maximum}.`);
  const deadLetterQueue = queueOf(String(deadLetterTargetArn));
  if (!deadLetterQueue) throw refused("Dead letter target does not exist.");
  if (!mayTake(deadLetterQueue, queueArn))
    throw refused("The redrive allow policy of the dead-letter queue does not allow this source queue.");
}

/** Any queue of the account may name a queue as its dead-letter queue, unless that one says otherwise. */
function mayTake({ attributes: { RedriveAllowPolicy } }: MessageQueue, sourceArn: string): boolean {
  if (!RedriveAllowPolicy) return true;
  const { redrivePermission, sourceQueueArns } = JSON.parse(RedriveAllowPolicy) as RedriveAllow;
  return redrivePermission === "byQueue"
    ? (sourceQueueArns ?? []).includes(sourceArn)
    : redrivePermission === "allowAll";
}

type RedriveAllow = { readonly redrivePermission?: string; readonly sourceQueueArns?: readonly string[] };

/**
 * SQS API reference, "SetQueueAttributes", RedriveAllowPolicy: queues are named for `byQueue`, and only
 * there.
 */
function checkRedriveAllowPolicy(policy: string | undefined): void {
  if (!policy) return;
  const refused = (reason: string) =>
    invalidParameter(`Value ${policy} for parameter RedriveAllowPolicy is invalid. Reason: ${reason}`);
  const { redrivePermission, sourceQueueArns, ...others } = parsed(policy, refused);
  const [other] = Object.keys(others);
  if (other !== undefined) throw refused(`It has no ${other}.`);
  if (!["allowAll", "denyAll", "byQueue"].includes(String(redrivePermission)))
    throw refused("redrivePermission must be allowAll, denyAll or byQueue.");
  if (redrivePermission !== "byQueue") {
    if (sourceQueueArns !== undefined) throw refused("sourceQueueArns goes with byQueue only.");
    return;
  }
  const arns = Array.isArray(sourceQueueArns) ? sourceQueueArns : [];
  if (arns.length === 0 || arns.length > limits.maximumSourceQueues)
    throw refused(`sourceQueueArns must name from 1 to ${limits.maximumSourceQueues} queues.`);
  if (!arns.every((arn) => typeof arn === "string" && limits.queueArn.test(arn)))
    throw refused("sourceQueueArns must be ARNs of queues.");
}

/** Whom the statements are about is said in each of them; what could not be judged later is refused now. */
function checkPolicy(text: string | undefined): void {
  if (!text) return;
  try {
    const policy = readPolicy(text);
    if (policy.Statement.some(({ Principal }) => Principal === undefined))
      throw new PolicyError("Each statement of a queue's policy names a Principal.");
    judgeOf(policy);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const message = `Invalid value for the parameter Policy. Reason: ${error.message}`;
    throw new SqsError("InvalidAttributeValue", message);
  }
}

function parsed(policy: string, refused: (reason: string) => Error): Input {
  try {
    refuseDeepJson(policy);
    return Object(JSON.parse(policy));
  } catch {
    throw refused("it is not JSON.");
  }
}
