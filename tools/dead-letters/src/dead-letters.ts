// Dead letters as an operator reads them: the cause, whether the contract is kept, and what to do.
import { createHash } from "node:crypto";
import type { QueuedMessage as StoredMessage } from "@order-saga/emulator";
import type { ReactionManifest } from "@order-saga/messaging";
import { parseMessage, parseTask, parseUpload } from "@order-saga/messaging/message";
import { isFromSes, RETURNED_MAIL, ReturnedMailMessage } from "@order-saga/messaging/returned-mail";
import type { ReactionResources } from "@order-saga/messaging/topology";
import * as z from "zod/mini";
import { eventHeaderOf } from "./event-header.ts";
import { maskText } from "./masking.ts";
import type {
  DeadLetter,
  DeadLetterGroup,
  DeadLetterQueueKind,
  QueuedMessage,
  RedriveRequest,
} from "./types.ts";

export type DeadLetterQueue = { queue: string; kind: DeadLetterQueueKind; reaction: ReactionResources };

/** Both queues behind each reaction. */
export function deadLetterQueues(reactions: readonly ReactionResources[]): DeadLetterQueue[] {
  return reactions.flatMap((reaction): DeadLetterQueue[] => [
    { queue: reaction.deadLetterQueue.name, kind: "dead-letter", reaction },
    ...(reaction.undeliveredQueue
      ? [{ queue: reaction.undeliveredQueue.name, kind: "undelivered" as const, reaction }]
      : []),
  ]);
}

export function queuedMessage({ sentAt, visibleAt, ...message }: StoredMessage): QueuedMessage {
  const { eventType, orderId, subject } = eventHeaderOf(message.body);
  return {
    ...message,
    body: maskText(message.body),
    attributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, value]) => [name, maskText(value)]),
    ),
    sentAt: new Date(sentAt).toISOString(),
    ...(visibleAt !== undefined && { visibleAt: new Date(visibleAt).toISOString() }),
    ...(orderId !== undefined && { orderId }),
    ...(subject !== undefined && { subject }),
    ...(eventType !== "" && { eventType }),
  };
}

export const EXHAUSTED = "exhausted";

/** `verdict` is what was found of the same message before. */
export function deadLetter(
  message: StoredMessage,
  { kind, queue, reaction }: DeadLetterQueue,
  verdict = verdictOf(message.body, reaction.manifest),
): DeadLetter {
  const { attributes } = message;
  return {
    ...queuedMessage(message),
    queue,
    reaction: reaction.manifest.name,
    groupKey: groupKeyOf(message, { kind, queue }),
    cause: causeOf(attributes, kind),
    attempts: attemptsOf(attributes, { kind, reaction }),
    verdict,
  };
}

export function attemptsOf(
  attributes: Readonly<Record<string, string>>,
  { kind, reaction }: Pick<DeadLetterQueue, "kind" | "reaction">,
): number {
  const { maxReceiveCount } = reaction.manifest;
  if (causeOf(attributes, kind) === EXHAUSTED) return maxReceiveCount;
  return Number(attributes.attempts ?? attributes.RETRY_ATTEMPTS ?? maxReceiveCount);
}

export function groupKeyOf(
  { attributes }: Pick<StoredMessage, "attributes">,
  { kind, queue }: Pick<DeadLetterQueue, "kind" | "queue">,
): string {
  return `${queue}/${causeOf(attributes, kind)}`;
}

/** True for what a redrive asks for: the messages it names, those of the group it names, or all. */
export function isWantedBy(
  { groupKey, messageIds }: Pick<RedriveRequest, "groupKey" | "messageIds">,
  deadLetterQueue: DeadLetterQueue,
): (message: Pick<StoredMessage, "messageId" | "attributes">) => boolean {
  return (message) =>
    (messageIds?.includes(message.messageId) ?? true) &&
    (groupKey === undefined || groupKeyOf(message, deadLetterQueue) === groupKey);
}

export function causeOf(attributes: Readonly<Record<string, string>>, kind: DeadLetterQueueKind): string {
  if (kind === "undelivered") return attributes.ERROR_CODE ?? "undelivered";
  return attributes.errorName ?? EXHAUSTED;
}

type Hearing = Pick<ReactionManifest, "from" | "hears"> & Partial<Pick<ReactionManifest, "returnedMail">>;

/** The reaction's own contract, with a JSON pointer into the body; values are never quoted. */
export function verdictOf(body: string, reaction: Hearing): DeadLetter["verdict"] {
  try {
    parse(body, reaction);
    return { isValid: true };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { isValid: false, pointer: pointerIn(message), message };
  }
}

/** What a task must look like is its function's own affair; that it is JSON is every task's. */
function parse(body: string, { from, hears, returnedMail }: Hearing): unknown {
  if (returnedMail && isFromSes(body)) return parseTask(body, ReturnedMailMessage, RETURNED_MAIL);
  switch (from) {
    case "bus":
      return parseMessage(body, hears);
    case "uploads":
      return parseUpload(body);
    case "tasks":
      return parseTask(body, z.unknown());
  }
}

function pointerIn(message: string): string {
  const [, what = "", pointer = ""] = /^(.+) breaks its contract at (\S*):/.exec(message) ?? [];
  const isWhole = ["the EventBridge envelope", "the event of S3", "the task", RETURNED_MAIL].includes(what);
  if (what !== "") return isWhole ? pointer : `/detail${pointer}`;
  if (message.startsWith("this reaction does not hear")) return "/detail-type";
  if (message.includes(" came from ")) return "/source";
  if (message.includes(" version ")) return "/detail/version";
  return message.startsWith("the id of ") ? "/detail/id" : "";
}

type Grouped = Pick<
  DeadLetter,
  "attempts" | "attributes" | "cause" | "groupKey" | "orderId" | "queue" | "reaction" | "sentAt"
>;

/** Letters of a group whose orders are named, and whose last errors are looked up. */
const MOST_NAMED = 100;

export function groupsOf<T extends Grouped>(
  letters: readonly T[],
  options: {
    kindOf: (queue: string) => DeadLetterQueueKind;
    /** True for a message that a redrive brought back. */
    cameBack: (letter: T) => boolean;
    /** The name of the error that the last attempt at a message ended with. */
    lastError: (letter: T) => string | undefined;
  },
): DeadLetterGroup[] {
  const groups = Map.groupBy(letters, ({ groupKey }) => groupKey);
  return [...groups].map(([key, group]) => {
    const [first] = group as [T, ...T[]];
    const kind = options.kindOf(first.queue);
    const some = group.slice(0, MOST_NAMED);
    const errors = [...new Set(some.map(options.lastError).filter((each) => each !== undefined))];
    const orderIds = new Set<string>();
    let oldestAt = first.sentAt;
    for (const { orderId, sentAt } of group) {
      if (sentAt < oldestAt) oldestAt = sentAt;
      if (orderId !== undefined && orderIds.size < MOST_NAMED) orderIds.add(orderId);
    }
    return {
      key,
      queue: first.queue,
      reaction: first.reaction,
      kind,
      cause: first.cause,
      message: messageOf(first, errors),
      count: group.length,
      oldestAt,
      orderIds: [...orderIds],
      act: actFor(first.cause, kind),
      failedAgain: group.some(options.cameBack),
    };
  });
}

function messageOf({ attempts, attributes, cause }: Grouped, errors: readonly string[]): string {
  if (cause === EXHAUSTED)
    return `Failed ${attempts} times${errors.length > 0 ? `, last with ${errors.join(", ")}` : ""}.`;
  return attributes.errorMessage ?? attributes.ERROR_MESSAGE ?? cause;
}

const acts: Readonly<Record<string, string>> = {
  MalformedMessage:
    "Find who sends this, then discard it: no consumer can read it, and a redrive brings it back.",
  ContractViolation: "Mend or deploy the code that understands it, then redrive.",
  UnknownVersion: "Deploy the consumer that knows this version, then redrive.",
  ForeignSource: "Find who may publish on the bus under another's name, then discard it.",
  InvariantViolation: "Two facts exclude each other: look at the order before anything else.",
  [EXHAUSTED]: "End what made it fail, then redrive.",
  NO_PERMISSIONS: "Let the rule send to the queue again (deploy), then redrive.",
  NO_RESOURCE: "Make the queue again (deploy or restart), then redrive.",
};

function actFor(cause: string, kind: DeadLetterQueueKind): string {
  return (
    acts[cause] ??
    (kind === "undelivered"
      ? "When the queue takes messages again, redrive."
      : "Mend the function, then redrive.")
  );
}

/** The same for copies of one message: a redriven message has another id. */
export function bodyKey(queue: string, body: string): string {
  return createHash("sha256").update(`${queue}\0${body}`).digest("base64url");
}
