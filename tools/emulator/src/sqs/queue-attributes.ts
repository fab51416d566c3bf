// The attributes that a queue is given: their names, values and policies.
import { judgeOf } from "@order-saga/iam/evaluate";
import { PolicyError, readPolicy } from "@order-saga/iam/policy";
import { refuseDeepJson } from "../json-depth.ts";
import { invalidParameter, invalidValue, missingParameter, SqsError } from "./errors.ts";
import type { Input } from "./input.ts";
import * as limits from "./limits.ts";
import type { MessageQueue } from "./queue.ts";
import { isWithin } from "./validation.ts";

type QueueOf = (arn: string) => MessageQueue | undefined;

/** The attributes that CreateQueue or SetQueueAttributes gives to a queue; an empty text takes one away. */
export function queueAttributesIn(
  { Attributes }: Input,
  queueArn: string,
  queueOf: QueueOf,
): Record<string, string> {
  const attributes = (Attributes ?? {}) as Record<string, string>;
  for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value);
  if (attributes.KmsMasterKeyId && attributes.SqsManagedSseEnabled === "true") {
    const message =
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.";
    throw new SqsError("InvalidAttributeName", message);
  }
  checkRedrivePolicy(attributes.RedrivePolicy, queueArn, queueOf);
  checkRedriveAllowPolicy(attributes.RedriveAllowPolicy);
  checkPolicy(attributes.Policy);
  return withEncryption(attributes);
}

function checkAttribute(name: string, value: string): void {
  const { isFifoOnly, isReadOnly, maximum, minimum, values } = attributeNamed(name);
  if (isFifoOnly === "named")
    throw invalidName(`You can specify the ${name} only when FifoQueue is set to true.`);
  if (isReadOnly || isFifoOnly) throw unknownAttribute(name);
  if (values && !values.includes(value)) throw outOfRange(name, `Must be one of ${values.join(", ")}.`);
  if (minimum === undefined || maximum === undefined) return;
  if (!/^\d+$/.test(value) || !isWithin(value, { minimum, maximum }))
    throw outOfRange(name, `Must be between ${minimum} and ${maximum}.`);
}

/** A key of KMS takes the place of SQS's own, and the other way about. */
function withEncryption(attributes: Record<string, string>): Record<string, string> {
  if (attributes.KmsMasterKeyId) return { ...attributes, SqsManagedSseEnabled: "false" };
  if (attributes.SqsManagedSseEnabled === "true") return { ...attributes, KmsMasterKeyId: "" };
  return attributes;
}

/** The attributes that GetQueueAttributes asks for; undefined if it names none. */
export function attributeNamesIn({ AttributeNames }: Input): readonly string[] | undefined {
  const names = AttributeNames as readonly string[] | undefined;
  for (const name of names ?? []) if (name !== "All") attributeNamed(name);
  return names?.includes("All") ? Object.keys(limits.queueAttributes) : names;
}

/** The tags that a queue has with those of the request. */
export function tagsWith(queue: Pick<MessageQueue, "name" | "tags">, given: unknown): Record<string, string> {
  const added = Object.entries((given ?? {}) as Record<string, string>);
  const { longestKey, longestValue, most } = limits.tags;
  if (added.some(([key]) => key === "" || key.length > longestKey))
    throw invalidParameter(`Tag keys must be between 1 and ${longestKey} characters in length.`);
  if (added.some(([key]) => /^aws:/i.test(key))) throw invalidParameter("Tag keys may not begin with aws:.");
  if (added.some(([, value]) => value.length > longestValue))
    throw invalidParameter(`Tag values must be between 0 and ${longestValue} characters in length.`);
  const tags = { ...queue.tags, ...Object.fromEntries(added) };
  if (Object.keys(tags).length > most) throw invalidParameter(`Too many tags added for queue ${queue.name}.`);
  return tags;
}

/** A list or map that the request must have, and that is not empty. */
export function contentIn<T extends object>(input: Input, name: string): T {
  const value = input[name] as T | undefined;
  if (value === undefined || Object.keys(value).length === 0) throw missingParameter(name);
  return value;
}

function attributeNamed(name: string) {
  const attribute = Object.hasOwn(limits.queueAttributes, name) && limits.queueAttributes[name];
  if (!attribute) throw unknownAttribute(name);
  return attribute;
}

const invalidName = (message: string) => new SqsError("InvalidAttributeName", message);
const unknownAttribute = (name: string) => invalidName(`Unknown Attribute ${name}.`);
const outOfRange = (name: string, reason: string) =>
  new SqsError("InvalidAttributeValue", `Invalid value for the parameter ${name}. Reason: ${reason}`);

/** Without its dead-letter queue, a source would redeliver a poisonous message for ever. */
function checkRedrivePolicy(policy: string | undefined, queueArn: string, queueOf: QueueOf): void {
  if (!policy) return;
  const refused = (reason: string) => invalidValue("RedrivePolicy", policy, reason);
  const { deadLetterTargetArn, maxReceiveCount, ...others } = parsed(policy, refused);
  if (Object.keys(others).length > 0)
    throw refused("Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].");
  const isCount = /^\d+$/.test(String(maxReceiveCount)) && !Array.isArray(maxReceiveCount);
  if (!isCount || !isWithin(maxReceiveCount, limits.maxReceiveCount))
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
  const refused = (reason: string) => invalidValue("RedriveAllowPolicy", policy, reason);
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
    throw outOfRange("Policy", error.message);
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
