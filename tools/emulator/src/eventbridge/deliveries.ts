// Delivers an event to a target: at once, then by the target's retry policy, then to its dead-letter queue.
// Source: EventBridge user guide, "How EventBridge retries delivering events" and "Using dead-letter queues".
import type { GivingUp, PendingDelivery } from "./model.ts";
import { backOffMilliseconds, errorCodeOf, mayNever, retryEndsAt, whyGiveUp } from "./retry-policy.ts";
import type { Storage } from "./storage.ts";

export type Delivery = {
  queueArn: string;
  /** On whose behalf EventBridge sends. */
  ruleArn: string;
  body: string;
  attributes?: Record<string, string>;
  messageGroupId?: string;
  traceHeader?: string;
};

/** To one target, on behalf of a rule. */
export type Sending = Pick<PendingDelivery, "target" | "ruleArn"> & { traceHeader?: string | undefined };

export type DeliveryOptions = {
  /** Puts a message on a queue; throws an error whose name is the SQS error code. */
  deliver: (delivery: Delivery) => void | Promise<void>;
  /** Milliseconds. */
  now: () => number;
  newId: () => string;
  /** From 0 to 1, for the jitter between retries. */
  random: () => number;
  /** Runs something later; returns how to cancel it. */
  schedule: (delayMilliseconds: number, run: () => void) => () => void;
  /** A delivery that was given up and whose target has no dead-letter queue that EventBridge may send to. */
  onDropped: (delivery: PendingDelivery) => void;
};

const KIND = "pending-delivery";
/** How many messages are retried at the same time. */
const CONCURRENCY = 100;
const MINIMUM_DELAY_MILLISECONDS = 10;

export class Deliveries {
  readonly #storage: Storage;
  readonly #options: DeliveryOptions;
  readonly #pending: Map<string, PendingDelivery>;
  readonly #running = new Map<string, Promise<void>>();
  #timer: { at: number; cancel: () => void } | undefined;
  #dropped = 0;
  #isStopped = false;

  constructor(storage: Storage, options: DeliveryOptions) {
    this.#storage = storage;
    this.#options = options;
    this.#pending = new Map(storage.all<PendingDelivery>(KIND).map((each) => [each.id, each]));
    this.#wakeForNext();
  }

  /** Resolves when the target has the message, or the failure is recorded and will be retried. */
  async send({ body, ...sending }: Sending & { body: string }): Promise<void> {
    const failure = await this.#attempt(toTarget({ ...sending, body }));
    if (failure) await this.#failed({ ...this.#first(sending), body, ...failure });
  }

  /** What the target's template makes of the event is no JSON: the event is lost. */
  async unfit(sending: Sending): Promise<void> {
    const errorMessage = "The input template, filled in, is no JSON.";
    this.#drop({ ...this.#first(sending), body: "", errorCode: "InvalidInput", errorMessage });
  }

  #first({ ruleArn, target, traceHeader }: Sending) {
    const { newId, now } = this.#options;
    const times = { attempts: 1, firstTriedAt: now(), nextTryAt: now() };
    return { id: newId(), ruleArn, target, ...(traceHeader !== undefined && { traceHeader }), ...times };
  }

  pending(): PendingDelivery[] {
    return [...this.#pending.values()];
  }

  /** How many were dropped since the start. */
  dropped(): number {
    return this.#dropped;
  }

  /** Retries everything that is due; the timer calls it, and so must a test that moves the clock. */
  async retryDue(): Promise<void> {
    const due = this.pending().filter((each) => each.nextTryAt <= this.#options.now());
    for (let from = 0; from < due.length && !this.#isStopped; from += CONCURRENCY) {
      await Promise.all(due.slice(from, from + CONCURRENCY).map((each) => this.#retryOnce(each)));
    }
    this.#wakeForNext();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async #attempt(
    delivery: Delivery,
  ): Promise<Pick<PendingDelivery, "errorCode" | "errorMessage"> | undefined> {
    try {
      await this.#options.deliver(delivery);
      return undefined;
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      return { errorCode: name, errorMessage: message || name };
    }
  }

  #retryOnce(delivery: PendingDelivery): Promise<void> {
    const { id } = delivery;
    const running = this.#running.get(id) ?? this.#retry(delivery).finally(() => this.#running.delete(id));
    this.#running.set(id, running);
    return running;
  }

  async #retry(delivery: PendingDelivery): Promise<void> {
    const condition = whyGiveUp(delivery, this.#options.now());
    if (condition) return this.#giveUp(delivery, condition);
    const failure = await this.#attempt(toTarget(delivery));
    if (this.#isStopped) return; // The record is still there: the next start retries it.
    if (!failure) return this.#forget(delivery);
    await this.#failed({ ...delivery, ...failure, attempts: delivery.attempts + 1 });
  }

  async #failed(delivery: PendingDelivery): Promise<void> {
    const condition = whyGiveUp(delivery, this.#options.now());
    if (condition) return this.#giveUp(delivery, condition);
    const nextTryAt = Math.min(this.#backOff(delivery.attempts), retryEndsAt(delivery));
    this.#remember({ ...delivery, nextTryAt });
  }

  async #giveUp(delivery: PendingDelivery, givenUp: GivingUp): Promise<void> {
    const queueArn = delivery.target.DeadLetterConfig?.Arn;
    if (queueArn === undefined) return this.#drop(delivery);
    const failure = await this.#attempt(toDeadLetters(queueArn, delivery, givenUp));
    if (this.#isStopped && this.#pending.has(delivery.id)) return;
    if (!failure) return this.#forget(delivery);
    if (mayNever(failure.errorCode)) return this.#drop({ ...delivery, ...failure });
    // The dead-letter queue failed too: the delivery stays pending until that queue takes it.
    const deadLetterAttempts = (delivery.deadLetterAttempts ?? 0) + 1;
    this.#remember({
      ...delivery,
      givenUp,
      deadLetterAttempts,
      nextTryAt: this.#backOff(deadLetterAttempts),
    });
  }

  #drop(delivery: PendingDelivery): void {
    this.#dropped += 1;
    this.#forget(delivery);
    this.#options.onDropped(delivery);
  }

  #backOff(attempts: number): number {
    return this.#options.now() + backOffMilliseconds(attempts, this.#options.random());
  }

  /** Throws if storage is closed, so that no caller believes in a delivery that was not recorded. */
  #remember(delivery: PendingDelivery): void {
    this.#storage.put(KIND, delivery.id, delivery);
    this.#pending.set(delivery.id, delivery);
    this.#wakeAt(delivery.nextTryAt);
  }

  #forget(delivery: PendingDelivery): void {
    if (this.#pending.delete(delivery.id)) this.#storage.delete(KIND, delivery.id);
  }

  #wakeForNext(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const { id, nextTryAt } of this.#pending.values())
      if (!this.#running.has(id)) next = Math.min(next, nextTryAt);
    if (next < Number.POSITIVE_INFINITY) this.#wakeAt(next);
  }

  #wakeAt(at: number): void {
    if (this.#isStopped || (this.#timer && this.#timer.at <= at)) return;
    this.#timer?.cancel();
    const run = () => {
      this.#timer = undefined;
      // What could not be recorded is still pending as it was; the next failure or start retries it.
      this.retryDue().catch(() => this.#wakeAt(this.#backOff(1)));
    };
    const delay = Math.max(MINIMUM_DELAY_MILLISECONDS, at - this.#options.now());
    this.#timer = { at, cancel: this.#options.schedule(delay, run) };
  }
}

function toTarget({ body, ruleArn, target, traceHeader }: Sending & { body: string }): Delivery {
  const messageGroupId = target.SqsParameters?.MessageGroupId;
  return {
    queueArn: target.Arn,
    ruleArn,
    body,
    ...(messageGroupId !== undefined && { messageGroupId }),
    ...(traceHeader !== undefined && { traceHeader }),
  };
}

/** The attributes are AWS's (user guide, "Using dead-letter queues"). */
function toDeadLetters(queueArn: string, delivery: PendingDelivery, givenUp: GivingUp): Delivery {
  return {
    queueArn,
    ruleArn: delivery.ruleArn,
    body: delivery.body,
    attributes: {
      RULE_ARN: delivery.ruleArn,
      TARGET_ARN: delivery.target.Arn,
      ERROR_CODE: errorCodeOf(delivery.errorCode),
      ERROR_MESSAGE: delivery.errorMessage.slice(0, 1024),
      RETRY_ATTEMPTS: String(delivery.attempts - 1),
      ...(givenUp !== "Permanent" && { EXHAUSTED_RETRY_CONDITION: givenUp }),
    },
  };
}
