// Delivers an event to a target: at once, then by the target's retry policy, then to its dead-letter queue.
// Source: EventBridge user guide, "How EventBridge retries delivering events" and "Using dead-letter queues".
import type { GivingUp, PendingDelivery, Target } from "./model.ts";
import { backOffMilliseconds, errorCodeOf, retryEndsAt, whyGiveUp } from "./retry-policy.ts";
import type { Storage } from "./storage.ts";

export type Delivery = {
  queueArn: string;
  body: string;
  attributes?: Record<string, string>;
  messageGroupId?: string;
};

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
  /** A delivery whose retries ended and whose target has no dead-letter queue. */
  onDropped: (delivery: PendingDelivery) => void;
};

export type Deliveries = {
  /** Resolves when the target has the message, or the failure is recorded and will be tried again. */
  send(target: Target, body: string, ruleArn: string): Promise<void>;
  pending(): PendingDelivery[];
  /** How many were dropped since the start. */
  dropped(): number;
  /** Tries everything that is due; called by the timer, and by whoever moves the clock. */
  retryDue(): Promise<void>;
  stop(): void;
};

const KIND = "pending-delivery";
/** As many messages are retried at once. */
const CONCURRENCY = 100;
const LEAST_DELAY_MILLISECONDS = 10;

export function createDeliveries(storage: Storage, options: DeliveryOptions): Deliveries {
  const { now, deliver } = options;
  const pending = new Map(storage.all<PendingDelivery>(KIND).map((each) => [each.id, each]));
  const running = new Map<string, Promise<void>>();
  let timer: { at: number; cancel: () => void } | undefined;
  let dropped = 0;
  let isStopped = false;
  wakeForNext();

  async function attempt(delivery: Delivery): Promise<{ code: string; message: string } | undefined> {
    try {
      await deliver(delivery);
      return undefined;
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      return { code: name, message: message || name };
    }
  }

  async function retry(delivery: PendingDelivery): Promise<void> {
    const condition = whyGiveUp(delivery, now());
    if (condition) return giveUp(delivery, condition);
    const failure = await attempt(toTarget(delivery.target, delivery.body));
    if (isStopped) return; // The record is still there: the next start tries it again.
    if (!failure) return forget(delivery);
    await failed({
      ...delivery,
      attempts: delivery.attempts + 1,
      errorCode: failure.code,
      errorMessage: failure.message,
    });
  }

  async function failed(delivery: PendingDelivery): Promise<void> {
    const condition = whyGiveUp(delivery, now());
    if (condition) return giveUp(delivery, condition);
    const next = now() + backOffMilliseconds(delivery.attempts, options.random());
    remember({ ...delivery, nextTryAt: Math.min(next, retryEndsAt(delivery)) });
  }

  async function giveUp(delivery: PendingDelivery, givenUp: GivingUp): Promise<void> {
    const queueArn = delivery.target.DeadLetterConfig?.Arn;
    if (queueArn === undefined) {
      dropped += 1;
      forget(delivery);
      return options.onDropped(delivery);
    }
    const failure = await attempt(toDeadLetters(queueArn, delivery, givenUp));
    if (isStopped && pending.has(delivery.id)) return;
    if (!failure) return forget(delivery);
    // Not even the dead-letter queue took it: it stays with us until that one does.
    const deadLetterAttempts = (delivery.deadLetterAttempts ?? 0) + 1;
    const nextTryAt = now() + backOffMilliseconds(deadLetterAttempts, options.random());
    remember({ ...delivery, givenUp, deadLetterAttempts, nextTryAt });
  }

  /** Throws if storage is closed, so that nobody is told of a delivery that was not recorded. */
  function remember(delivery: PendingDelivery): void {
    storage.put(KIND, delivery.id, delivery);
    pending.set(delivery.id, delivery);
    wakeAt(delivery.nextTryAt);
  }

  function forget(delivery: PendingDelivery): void {
    if (pending.delete(delivery.id)) storage.delete(KIND, delivery.id);
  }

  function once(delivery: PendingDelivery): Promise<void> {
    const underWay = running.get(delivery.id) ?? retry(delivery).finally(() => running.delete(delivery.id));
    running.set(delivery.id, underWay);
    return underWay;
  }

  async function retryDue(): Promise<void> {
    const due = [...pending.values()].filter((each) => each.nextTryAt <= now());
    for (let from = 0; from < due.length && !isStopped; from += CONCURRENCY) {
      await Promise.all(due.slice(from, from + CONCURRENCY).map(once));
    }
    wakeForNext();
  }

  function wakeForNext(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const { id, nextTryAt } of pending.values()) if (!running.has(id)) next = Math.min(next, nextTryAt);
    if (next < Number.POSITIVE_INFINITY) wakeAt(next);
  }

  function wakeAt(at: number): void {
    if (isStopped || (timer && timer.at <= at)) return;
    timer?.cancel();
    const run = () => {
      timer = undefined;
      // What could not be recorded is still pending as it was; the next failure or start tries it again.
      retryDue().catch(() => wakeAt(now() + backOffMilliseconds(1, options.random())));
    };
    timer = { at, cancel: options.schedule(Math.max(LEAST_DELAY_MILLISECONDS, at - now()), run) };
  }

  return {
    async send(target, body, ruleArn) {
      const failure = await attempt(toTarget(target, body));
      if (!failure) return;
      await failed({
        id: options.newId(),
        ruleArn,
        target,
        body,
        attempts: 1,
        firstTriedAt: now(),
        nextTryAt: now(),
        errorCode: failure.code,
        errorMessage: failure.message,
      });
    },
    pending: () => [...pending.values()],
    dropped: () => dropped,
    retryDue,
    stop() {
      isStopped = true;
      timer?.cancel();
    },
  };
}

function toTarget({ Arn, SqsParameters }: Target, body: string): Delivery {
  const messageGroupId = SqsParameters?.MessageGroupId;
  return { queueArn: Arn, body, ...(messageGroupId !== undefined && { messageGroupId }) };
}

/** The attributes are AWS's (user guide, "Using dead-letter queues"). */
function toDeadLetters(queueArn: string, delivery: PendingDelivery, givenUp: GivingUp): Delivery {
  return {
    queueArn,
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
