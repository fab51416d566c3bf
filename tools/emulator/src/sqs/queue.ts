// A queue whose messages are taken, held, delayed and deleted as fast when there are many; the rest of it is fauxqs's.
// Source: SQS developer guide, "Amazon SQS visibility timeout", "delay queues", "dead-letter queues"; API reference.
import { randomUUID } from "node:crypto";
import { createDeadlines, type Deadline } from "./deadlines.ts";
import { FauxQueue, type ReceivedMessage } from "./fauxqs.ts";
import { createLine } from "./line.ts";
import type { Message } from "./message.ts";
import type { MessageFile } from "./message-file.ts";

/** A message in flight. */
type Held = {
  message: Message;
  receiptHandle: string;
  visibilityDeadline: number;
  due: Deadline<Held> | undefined;
};

type Redrive = { text: string; deadLetterTargetArn: string; maxReceiveCount: number };
const never: Redrive = { text: "", deadLetterTargetArn: "", maxReceiveCount: Number.POSITIVE_INFINITY };

/** How often a queue is looked at for what became ready while somebody waits: the clock may be moved at any time. */
const LOOK_EVERY_MILLISECONDS = 20;
/** A queue is looked through for messages that are too old no more often. */
const EXPIRE_EVERY_MILLISECONDS = 1000;

export class MessageQueue extends FauxQueue {
  readonly ready = createLine<Message>();
  readonly delayed = createDeadlines<Message>();
  override inflightMessages = new Map<string, Held>();
  readonly #held = createDeadlines<Held>();
  /** Messages that are visible again, by the handle of their latest receive, which still deletes them. */
  readonly #released = new Map<string, Message>();
  readonly #waiting = new Set<() => void>();
  readonly #file: MessageFile | undefined;
  #looking: NodeJS.Timeout | undefined;
  /** None of its messages was sent earlier. */
  #oldestSentAt = Number.POSITIVE_INFINITY;
  #expiredAt = 0;
  #redrive = never;

  constructor(
    file: MessageFile | undefined,
    ...[name, url, arn, attributes, tags]: ConstructorParameters<typeof FauxQueue>
  ) {
    super(name, url, arn, attributes, tags);
    this.#file = file;
  }

  override getAttribute(name: Parameters<FauxQueue["getAttribute"]>[0]): string | undefined {
    if (name === "ApproximateNumberOfMessages") return String(this.ready.size);
    if (name === "ApproximateNumberOfMessagesDelayed") return String(this.delayed.size);
    return super.getAttribute(name);
  }

  override enqueue(message: Message): void {
    message.queueName = this.name;
    message.receiptHandle = undefined;
    message.visibleAt = undefined;
    this.#file?.note(message);
    this.adopt(message);
  }

  /** Takes in a message as it is, such as one that was read from the file. */
  adopt(message: Message): void {
    this.#oldestSentAt = Math.min(this.#oldestSentAt, message.sentTimestamp);
    const now = Date.now();
    const { delayUntil = 0, receiptHandle, visibleAt = 0 } = message;
    if (receiptHandle !== undefined && visibleAt > now) this.#hold(message, receiptHandle, visibleAt);
    else if (delayUntil > now) this.delayed.add(message, delayUntil);
    else this.#join(message);
    this.#look();
  }

  override dequeue(
    most: number,
    visibilityTimeout = Number(this.attributes.VisibilityTimeout),
    queueOf: (arn: string) => FauxQueue | undefined = () => undefined,
  ): ReceivedMessage[] {
    const now = Date.now();
    this.release(now);
    const received: ReceivedMessage[] = [];
    while (received.length < most) {
      const message = this.take();
      if (!message) break;
      message.approximateReceiveCount++;
      message.approximateFirstReceiveTimestamp ||= now;
      if (this.#bury(message, queueOf)) continue;
      message.receiptHandle = randomUUID();
      message.visibleAt = now + visibilityTimeout * 1000;
      this.#hold(message, message.receiptHandle, message.visibleAt);
      this.#file?.note(message);
      received.push(shown(message, message.receiptHandle));
    }
    if (received.length > 0) this.#look();
    return received;
  }

  /** Takes the message that has waited longest, without its being received. */
  take(): Message | undefined {
    const message = this.ready.take();
    if (message?.receiptHandle !== undefined) this.#released.delete(message.receiptHandle);
    return message;
  }

  /** Deletes for good one that was taken. */
  forget(message: Message): void {
    message.queueName = undefined;
    this.#file?.note(message);
  }

  /** A message that became visible again is deleted too, if nobody has received it since (DeleteMessage). */
  override deleteMessage(receiptHandle: string): boolean {
    const message = this.inflightMessages.get(receiptHandle)?.message ?? this.#released.get(receiptHandle);
    if (message) this.#remove(message);
    return message !== undefined;
  }

  override changeVisibility(receiptHandle: string, seconds: number): void {
    const held = this.inflightMessages.get(receiptHandle);
    if (!held) return;
    const { message } = held;
    this.#letGo(held);
    message.visibleAt = seconds === 0 ? undefined : Date.now() + seconds * 1000;
    this.#file?.note(message);
    if (message.visibleAt !== undefined) this.#hold(message, receiptHandle, message.visibleAt);
    else this.#join(message);
  }

  /** Makes ready what is due; to be called before anything is received or counted. */
  release(now: number): void {
    const before = this.ready.size;
    for (let held = this.#held.takeDue(now); held; held = this.#held.takeDue(now)) {
      this.inflightMessages.delete(held.receiptHandle);
      this.#line(held.message);
    }
    for (let each = this.delayed.takeDue(now); each; each = this.delayed.takeDue(now)) this.#line(each);
    if (this.ready.size > before) this.#wake();
  }

  /** Deletes what is older than the queue keeps it, counted from when it was first sent, to whichever queue. */
  expire(now: number): void {
    const before = now - Number(this.attributes.MessageRetentionPeriod) * 1000;
    if (this.#oldestSentAt > before || Math.abs(now - this.#expiredAt) < EXPIRE_EVERY_MILLISECONDS) return;
    this.#expiredAt = now;
    this.#oldestSentAt = Number.POSITIVE_INFINITY;
    for (const message of this.delayed.all()) this.#keep(message); // Hidden for minutes, kept for an hour at least.
    for (const message of this.ready.all()) {
      if (message.sentTimestamp > before) this.#keep(message);
      else this.#remove(message);
    }
    for (const { message } of this.inflightMessages.values()) {
      if (message.sentTimestamp > before) this.#keep(message);
      else this.#remove(message);
    }
  }

  override purge(): void {
    const inFlight = [...this.inflightMessages.values()].map(({ message }) => message);
    for (const message of [...this.ready.all(), ...this.delayed.all(), ...inFlight]) this.forget(message);
    for (const each of [this.ready, this.delayed, this.#held, this.inflightMessages, this.#released])
      each.clear();
  }

  /** Resolves when a message can be had, or so many milliseconds are over; rejects when the signal aborts. */
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
    else this.#look();
    return promise;
  }

  override cancelWaiters(): void {
    this.#wake();
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  #hold(message: Message, receiptHandle: string, visibilityDeadline: number): void {
    const held: Held = { message, receiptHandle, visibilityDeadline, due: undefined };
    held.due = this.#held.add(held, visibilityDeadline);
    this.inflightMessages.set(receiptHandle, held);
  }

  /** From wherever it is in this queue, but for those that are delayed. */
  #remove(message: Message): void {
    const { receiptHandle = "" } = message;
    const held = this.inflightMessages.get(receiptHandle);
    if (held) this.#letGo(held);
    else this.ready.delete(message);
    this.#released.delete(receiptHandle);
    this.forget(message);
  }

  #letGo(held: Held): void {
    this.inflightMessages.delete(held.receiptHandle);
    if (held.due) this.#held.delete(held.due);
  }

  #join(message: Message): void {
    this.#line(message);
    this.#wake();
  }

  #line(message: Message): void {
    if (message.receiptHandle !== undefined) this.#released.set(message.receiptHandle, message);
    this.ready.add(message);
  }

  /** True if the message was received too often, and lies in the dead-letter queue. */
  #bury(message: Message, queueOf: (arn: string) => FauxQueue | undefined): boolean {
    const { deadLetterTargetArn, maxReceiveCount } = this.#redrivePolicy();
    if (message.approximateReceiveCount <= maxReceiveCount) return false;
    const deadLetterQueue = queueOf(deadLetterTargetArn);
    if (!deadLetterQueue) return false;
    message.sourceArn = this.arn;
    deadLetterQueue.enqueue(message);
    return true;
  }

  /** Read once; what is set was checked. */
  #redrivePolicy(): Redrive {
    const { RedrivePolicy: text } = this.attributes;
    if (!text) return never;
    if (text !== this.#redrive.text) this.#redrive = { ...JSON.parse(text), text };
    return this.#redrive;
  }

  #keep({ sentTimestamp }: Message): void {
    this.#oldestSentAt = Math.min(this.#oldestSentAt, sentTimestamp);
  }

  #wake(): void {
    for (const end of this.#waiting) end();
  }

  /** While somebody waits, and for as long as there is something that may become ready. */
  #look(): void {
    const isNeeded = () => this.#waiting.size > 0 && this.#held.size + this.delayed.size > 0;
    if (this.#looking || !isNeeded()) return;
    this.#looking = setInterval(() => {
      if (isNeeded()) return this.release(Date.now());
      clearInterval(this.#looking);
      this.#looking = undefined;
    }, LOOK_EVERY_MILLISECONDS);
  }
}

/** As ReceiveMessage answers it, before attributes are chosen from it. */
function shown(message: Message, ReceiptHandle: string): ReceivedMessage {
  return {
    MessageId: message.messageId,
    ReceiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(message.md5OfMessageAttributes && {
      MD5OfMessageAttributes: message.md5OfMessageAttributes,
      MessageAttributes: message.messageAttributes,
    }),
  };
}
