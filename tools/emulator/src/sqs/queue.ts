// A standard queue, whose operations cost hardly more when it is long.
// Source: SQS developer guide, "Visibility timeout", "Delay queues", "Dead-letter queues".

import { type Judge, judgeOf } from "@order-saga/iam/evaluate";
import { readPolicy } from "@order-saga/iam/policy";
import { createDeadlines, type Deadline } from "./deadlines.ts";
import { createFairSet } from "./fair-set.ts";
import { LONGEST_IN_FLIGHT_MILLISECONDS, MOST_IN_FLIGHT, queueAttributes } from "./limits.ts";
import type { Message } from "./message.ts";
import type { MessageFile } from "./message-file.ts";
import { messageIdOf, newReceiptHandle } from "./receipt-handle.ts";
import { createTenants } from "./tenants.ts";
import type { UnpromisedAt } from "./unpromised.ts";

/** A message in flight. */
export type InFlight = {
  readonly message: Message;
  readonly receiptHandle: string;
  readonly visibleAt: number;
  readonly receivedAt: number;
  /** When its group began to be served with it. */
  readonly startedAt: number;
  deadline: Deadline<InFlight> | undefined;
};

type Redrive = { text: string; deadLetterTargetArn: string; maxReceiveCount: number };
const noRedrive: Redrive = {
  text: "",
  deadLetterTargetArn: "",
  maxReceiveCount: Number.POSITIVE_INFINITY,
};

/** How often a queue looks for due messages while a receive waits; tests may move the clock at any time. */
const RELEASE_EVERY_MILLISECONDS = 20;
/** How often at most a queue looks for messages that are past their retention period. */
const EXPIRE_EVERY_MILLISECONDS = 1000;

const defaults = Object.fromEntries(
  Object.entries(queueAttributes).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value]],
  ),
);

/** What became of a change of visibility; only the first has an effect. */
export type VisibilityChange = "changed" | "lapsed" | "not in flight" | "gone" | "too long";

export type QueueDescription = {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly createdAt: number;
  readonly modifiedAt: number;
};

type Surroundings = {
  readonly file: MessageFile | undefined;
  readonly queueOf: (arn: string) => MessageQueue | undefined;
  readonly unpromised: UnpromisedAt;
};

export class MessageQueue implements QueueDescription {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly createdAt: number;
  modifiedAt: number;
  attributes: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  /** Another number whenever a message came, went or moved. */
  revision = 0;

  readonly #tenants = createTenants();
  readonly ready = createFairSet<Message>({
    isNoisy: (group) => this.#tenants.isNoisy(group, Date.now()),
    inFlight: (group) => this.#tenants.inFlight(group),
  });
  readonly delayed = createDeadlines<Message>();
  /** By receipt handle. */
  readonly inFlight = new Map<string, InFlight>();
  readonly #timeouts = createDeadlines<InFlight>();
  /** Messages that were received here, by their id: the latest handle deletes, any changes the visibility. */
  readonly #received = new Map<string, Message>();
  readonly #waiting = new Set<() => void>();
  /** Copies of deleted messages, of which there is one at most. */
  readonly #copies = new WeakSet<Message>();
  readonly #unpromised: UnpromisedAt;
  readonly #file: MessageFile | undefined;
  readonly #queueOf: (arn: string) => MessageQueue | undefined;
  #releasing: NodeJS.Timeout | undefined;
  /** A lower bound: no message was sent earlier. */
  #oldestSentAt = Number.POSITIVE_INFINITY;
  #expiredAt = 0;
  #redrive = noRedrive;
  #policy: { text: string; judge: Judge } | undefined;

  constructor(
    { name, url, arn, attributes, tags, createdAt, modifiedAt }: QueueDescription,
    { file, queueOf, unpromised }: Surroundings,
  ) {
    this.name = name;
    this.url = url;
    this.arn = arn;
    this.attributes = kept({ ...defaults, ...attributes });
    this.tags = tags;
    this.createdAt = createdAt;
    this.modifiedAt = modifiedAt;
    this.#file = file;
    this.#queueOf = queueOf;
    this.#unpromised = unpromised;
  }

  /** As GetQueueAttributes answers it; undefined for one that the queue does not have. */
  attribute(name: string): string | undefined {
    switch (name) {
      case "QueueArn":
        return this.arn;
      case "ApproximateNumberOfMessages":
        return String(this.ready.size);
      case "ApproximateNumberOfMessagesDelayed":
        return String(this.delayed.size);
      case "ApproximateNumberOfMessagesNotVisible":
        return String(this.inFlight.size);
      case "CreatedTimestamp":
        return String(this.createdAt);
      case "LastModifiedTimestamp":
        return String(this.modifiedAt);
      case "SqsManagedSseEnabled":
        return this.attributes.SqsManagedSseEnabled ?? "true";
      default:
        return this.attributes[name];
    }
  }

  setAttributes(changed: Readonly<Record<string, string>>): void {
    this.attributes = kept({ ...this.attributes, ...changed });
    this.modifiedAt = Math.floor(Date.now() / 1000);
  }

  /**
   * Who may use the queue by its own policy; compiled once for each text, which was checked when it was
   * set.
   */
  policy(): Judge | undefined {
    const { Policy: text } = this.attributes;
    if (text === undefined) return undefined;
    if (this.#policy?.text !== text) this.#policy = { text, judge: judgeOf(readPolicy(text)) };
    return this.#policy.judge;
  }

  enqueue(message: Message): void {
    message.queueName = this.name;
    message.receiptHandle = undefined;
    message.visibleAt = undefined;
    this.#file?.note(message);
    this.adopt(message);
  }

  /** Takes in a message as it is, such as one that was read from the file. */
  adopt(message: Message): void {
    this.revision++;
    this.#oldestSentAt = Math.min(this.#oldestSentAt, message.sentAt);
    const now = Date.now();
    const { delayedUntil = 0, receiptHandle, visibleAt = 0 } = message;
    if (receiptHandle !== undefined && visibleAt > now) this.#hide(message, receiptHandle, visibleAt, now);
    else if (delayedUntil > now) this.delayed.add(message, delayedUntil);
    else this.#makeReady(message);
    this.#releaseWhileWaiting();
  }

  /** Receives up to so many messages; those received too often go to the dead-letter queue instead. */
  receive(most: number, visibilityTimeoutSeconds = Number(this.attributes.VisibilityTimeout)): InFlight[] {
    const now = Date.now();
    this.settle(now);
    const received: InFlight[] = [];
    while (received.length < most && !this.isFull()) {
      const message = this.#takeInSomeOrder();
      if (!message) break;
      if (this.#moveToDeadLetterQueue(message)) continue;
      message.receiveCount++;
      message.firstReceivedAt ||= now;
      message.receiptHandle = newReceiptHandle(this.name, message.id);
      message.visibleAt = now + visibilityTimeoutSeconds * 1000;
      received.push(this.#hide(message, message.receiptHandle, message.visibleAt, now));
      this.#file?.note(message);
    }
    if (received.length > 0) this.#releaseWhileWaiting();
    return received;
  }

  /** Removes the message that has been ready longest; this is not a receive. */
  take(): Message | undefined {
    this.revision++;
    const message = this.ready.take();
    if (message) this.#received.delete(message.id);
    return message;
  }

  /** Deletes for good a message that was taken. */
  forget(message: Message): void {
    this.revision++;
    message.queueName = undefined;
    this.#file?.note(message);
  }

  /** Deletes a message in flight, or one that became visible again and was not received since. */
  deleteMessage(receiptHandle: string): void {
    const message = this.#received.get(messageIdOf(receiptHandle));
    if (message?.receiptHandle !== receiptHandle) return;
    this.#remove(message);
    if (!this.#copies.has(message) && this.#unpromised("duplicate", this.arn)) this.#comeAgain(message);
  }

  /** True for a short poll that looks where nothing is. */
  misses(): boolean {
    return this.#unpromised("miss", this.arn);
  }

  /** By the handle of any receive of a message that is in flight now. */
  changeVisibility(receiptHandle: string, seconds: number): VisibilityChange {
    const message = this.#received.get(messageIdOf(receiptHandle));
    if (message?.receiptHandle === undefined) return "gone";
    const inFlight = this.inFlight.get(message.receiptHandle);
    if (!inFlight) return message.visibleAt === undefined ? "not in flight" : "lapsed";
    const { receivedAt } = inFlight;
    const visibleAt = Date.now() + seconds * 1000;
    if (visibleAt > receivedAt + LONGEST_IN_FLIGHT_MILLISECONDS) return "too long";
    this.#removeInFlight(inFlight);
    message.visibleAt = seconds === 0 ? undefined : visibleAt;
    this.#file?.note(message);
    if (seconds === 0) this.#makeReady(message);
    else this.#hide(message, message.receiptHandle, visibleAt, receivedAt);
    return "changed";
  }

  /** True while so many are in flight that no more is received. */
  isFull(): boolean {
    return this.inFlight.size >= MOST_IN_FLIGHT;
  }

  /** Does what time has done: to be called before anything looks at the queue. */
  settle(now: number): void {
    this.#release(now);
    this.#expire(now);
  }

  /** Makes ready what is due. */
  #release(now: number): void {
    const before = this.ready.size;
    for (let due = this.#timeouts.takeDue(now); due; due = this.#timeouts.takeDue(now)) {
      this.#leave(due);
      this.#addReady(due.message);
    }
    for (let due = this.delayed.takeDue(now); due; due = this.delayed.takeDue(now)) this.#addReady(due);
    if (this.ready.size > before) this.#wake();
  }

  /** Deletes what is past its retention period, counted from when it was first sent, to any queue. */
  #expire(now: number): void {
    const before = now - Number(this.attributes.MessageRetentionPeriod) * 1000;
    if (this.#oldestSentAt > before || Math.abs(now - this.#expiredAt) < EXPIRE_EVERY_MILLISECONDS) return;
    this.#expiredAt = now;
    this.#oldestSentAt = Number.POSITIVE_INFINITY;
    // A delay lasts fifteen minutes at most. A delayed message expires once it is ready.
    for (const message of this.delayed.all()) this.#keep(message);
    const inFlight = [...this.inFlight.values()].map(({ message }) => message);
    for (const message of [...this.ready.all(), ...inFlight]) {
      if (message.sentAt > before) this.#keep(message);
      else this.#remove(message);
    }
  }

  purge(): void {
    const inFlight = [...this.inFlight.values()].map(({ message }) => message);
    for (const message of [...this.ready.all(), ...this.delayed.all(), ...inFlight]) this.forget(message);
    const parts = [this.ready, this.delayed, this.#timeouts, this.inFlight, this.#received, this.#tenants];
    for (const each of parts) each.clear();
  }

  /** Resolves when a message is ready, or after so many milliseconds; rejects when the signal aborts. */
  arrival(milliseconds: number, signal: AbortSignal): Promise<void> {
    const { promise, reject, resolve } = Promise.withResolvers<void>();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      this.#waiting.delete(end);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
    this.#waiting.add(end);
    if (signal.aborted || this.ready.size > 0) end();
    else this.#releaseWhileWaiting();
    return promise;
  }

  /** Ends every wait and timer. */
  close(): void {
    this.#wake();
    clearInterval(this.#releasing);
    this.#releasing = undefined;
  }

  #hide(message: Message, receiptHandle: string, visibleAt: number, receivedAt: number): InFlight {
    this.revision++;
    const startedAt = Date.now();
    const times = { visibleAt, receivedAt, startedAt };
    const inFlight: InFlight = { message, receiptHandle, ...times, deadline: undefined };
    this.#received.set(message.id, message);
    this.#tenants.began(message.groupId, startedAt);
    inFlight.deadline = this.#timeouts.add(inFlight, visibleAt);
    this.inFlight.set(receiptHandle, inFlight);
    return inFlight;
  }

  /** Deletes a message that is ready or in flight. */
  #remove(message: Message): void {
    const inFlight = this.inFlight.get(message.receiptHandle ?? "");
    if (inFlight) this.#removeInFlight(inFlight);
    else this.ready.delete(message);
    this.#received.delete(message.id);
    this.forget(message);
  }

  /** A server that was away when a message was deleted has it still. */
  #comeAgain(message: Message): void {
    const receiveCount = Math.min(message.receiveCount, this.#redrivePolicy().maxReceiveCount - 1);
    const copy = { ...message, receiveCount, row: undefined, isWritten: false };
    this.#copies.add(copy);
    this.enqueue(copy);
  }

  #takeInSomeOrder(): Message | undefined {
    const first = this.take();
    if (!first || this.ready.size === 0 || !this.#unpromised("reorder", this.arn)) return first;
    const other = this.take();
    this.#addReady(first);
    return other;
  }

  #removeInFlight(inFlight: InFlight): void {
    this.#leave(inFlight);
    if (inFlight.deadline) this.#timeouts.delete(inFlight.deadline);
  }

  #leave({ message: { groupId }, receiptHandle, startedAt }: InFlight): void {
    this.inFlight.delete(receiptHandle);
    this.#tenants.ended(groupId, startedAt, Date.now());
    if (groupId !== undefined && !this.ready.hasGroup(groupId)) this.#tenants.forget(groupId);
  }

  #makeReady(message: Message): void {
    this.#addReady(message);
    this.#wake();
  }

  #addReady(message: Message): void {
    this.revision++;
    if (message.receiptHandle !== undefined) this.#received.set(message.id, message);
    this.ready.add(message);
  }

  /** True if the message was received too often, and is now in the dead-letter queue. */
  #moveToDeadLetterQueue(message: Message): boolean {
    const { deadLetterTargetArn, maxReceiveCount } = this.#redrivePolicy();
    if (message.receiveCount < maxReceiveCount) return false;
    const deadLetterQueue = this.#queueOf(deadLetterTargetArn);
    if (!deadLetterQueue) return false;
    message.sourceArn = this.arn;
    deadLetterQueue.enqueue(message);
    return true;
  }

  /** Parsed once for each text, which was checked when it was set. */
  #redrivePolicy(): Redrive {
    const { RedrivePolicy: text } = this.attributes;
    if (!text) return noRedrive;
    if (text !== this.#redrive.text) this.#redrive = { ...JSON.parse(text), text };
    return this.#redrive;
  }

  #keep({ sentAt }: Message): void {
    this.#oldestSentAt = Math.min(this.#oldestSentAt, sentAt);
  }

  #wake(): void {
    for (const end of this.#waiting) end();
  }

  /** Releases at intervals while a receive waits and a message may become ready. */
  #releaseWhileWaiting(): void {
    const isNeeded = () => this.#waiting.size > 0 && this.#timeouts.size + this.delayed.size > 0;
    if (this.#releasing || !isNeeded()) return;
    this.#releasing = setInterval(() => {
      if (isNeeded()) return this.#release(Date.now());
      clearInterval(this.#releasing);
      this.#releasing = undefined;
    }, RELEASE_EVERY_MILLISECONDS);
  }
}

/** An empty text takes an attribute away, and the usual period of data keys is as good as none. */
function kept(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const isNone = ([name, value]: [string, string]) =>
    value === "" || (name === "KmsDataKeyReusePeriodSeconds" && value === "300");
  return Object.fromEntries(Object.entries(attributes).filter((each) => !isNone(each)));
}
