// Delivers an event to a target: at once, then by the target's retry policy, then to its dead-letter queue.
// Source: EventBridge user guide, "How EventBridge retries delivering events" and "Using dead-letter queues".
import type { PendingDelivery, Target } from "./model.ts";
import type { Storage } from "./storage.ts";

export type Delivery = {
  queueArn: string;
  body: string;
  attributes?: Record<string, string>;
  messageGroupId?: string;
};

export type DeliveryOptions = {
  deliver: (delivery: Delivery) => void | Promise<void>;
  now: () => number;
  newId: () => string;
  /** Runs something later; returns how to cancel it. */
  schedule: (delayMilliseconds: number, run: () => void) => () => void;
  /** A delivery whose retries ended and whose target has no dead-letter queue. */
  onDropped: (delivery: PendingDelivery) => void;
};

export type Deliveries = {
  /** Resolves when the target has the message, or the failure is recorded and will be tried again. */
  send(target: Target, body: string, ruleArn: string): Promise<void>;
  pending(): PendingDelivery[];
  /** Tries everything that is due; called after the clock was moved. */
  retryDue(): Promise<void>;
  stop(): void;
};

/** AWS's defaults: 185 attempts in 24 hours. */
const DEFAULT_ATTEMPTS = 185;
const DEFAULT_AGE_SECONDS = 86_400;
const KIND = "pending-delivery";

/** Errors that no retry can mend. */
const permanent = new Set(["QueueDoesNotExist", "AccessDenied", "InvalidMessageContents"]);

export function createDeliveries(storage: Storage, options: DeliveryOptions): Deliveries {
  const pending = new Map(storage.all<PendingDelivery>(KIND).map((each) => [each.id, each]));
  const running = new Set<string>();
  let cancelTimer = () => {};
  rearm();

  async function attempt(
    target: Target,
    body: string,
  ): Promise<{ code: string; message: string } | undefined> {
    try {
      const group = target.SqsParameters?.MessageGroupId;
      await options.deliver({
        queueArn: target.Arn,
        body,
        ...(group !== undefined && { messageGroupId: group }),
      });
      return undefined;
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      return { code: name, message };
    }
  }

  async function retry(delivery: PendingDelivery): Promise<void> {
    if (running.has(delivery.id)) return;
    running.add(delivery.id);
    try {
      const exhausted = exhaustedCondition(delivery, options.now());
      if (exhausted) return await giveUp(delivery, exhausted);
      const failure = await attempt(delivery.target, delivery.body);
      if (!failure) return forget(delivery);
      await failed({
        ...delivery,
        attempts: delivery.attempts + 1,
        errorCode: failure.code,
        errorMessage: failure.message,
      });
    } finally {
      running.delete(delivery.id);
    }
  }

  async function failed(delivery: PendingDelivery): Promise<void> {
    const exhausted = exhaustedCondition(delivery, options.now());
    if (exhausted) return giveUp(delivery, exhausted);
    remember({ ...delivery, nextTryAt: options.now() + backoff(delivery.attempts) });
  }

  async function giveUp(delivery: PendingDelivery, condition: string): Promise<void> {
    const deadLetterArn = delivery.target.DeadLetterConfig?.Arn;
    if (!deadLetterArn) {
      options.onDropped(delivery);
      return forget(delivery);
    }
    try {
      await options.deliver({
        queueArn: deadLetterArn,
        body: delivery.body,
        attributes: {
          RULE_ARN: delivery.ruleArn,
          TARGET_ARN: delivery.target.Arn,
          ERROR_CODE: awsErrorCode(delivery.errorCode),
          ERROR_MESSAGE: delivery.errorMessage.slice(0, 1024),
          RETRY_ATTEMPTS: String(delivery.attempts - 1),
          ...(condition !== "Permanent" && { EXHAUSTED_RETRY_CONDITION: condition }),
        },
      });
      forget(delivery);
    } catch {
      // Not even the dead-letter queue took it: it stays with us until that one does.
      remember({ ...delivery, nextTryAt: options.now() + backoff(delivery.attempts) });
    }
  }

  function remember(delivery: PendingDelivery): void {
    pending.set(delivery.id, delivery);
    storage.put(KIND, delivery.id, delivery);
    rearm();
  }

  function forget(delivery: PendingDelivery): void {
    if (!pending.delete(delivery.id)) return;
    storage.delete(KIND, delivery.id);
  }

  async function retryDue(): Promise<void> {
    const due = [...pending.values()].filter((each) => each.nextTryAt <= options.now());
    await Promise.all(due.map(retry));
    rearm();
  }

  function rearm(): void {
    cancelTimer();
    if (pending.size === 0) return;
    const next = Math.min(...[...pending.values()].map((each) => each.nextTryAt));
    cancelTimer = options.schedule(Math.max(10, next - options.now()), () => void retryDue());
  }

  return {
    async send(target, body, ruleArn) {
      const failure = await attempt(target, body);
      if (!failure) return;
      await failed({
        id: options.newId(),
        ruleArn,
        target,
        body,
        attempts: 1,
        firstTriedAt: options.now(),
        nextTryAt: 0,
        errorCode: failure.code,
        errorMessage: failure.message,
      });
    },
    pending: () => [...pending.values()],
    retryDue,
    stop: () => cancelTimer(),
  };
}

function exhaustedCondition(delivery: PendingDelivery, now: number): string | undefined {
  const { MaximumRetryAttempts = DEFAULT_ATTEMPTS, MaximumEventAgeInSeconds = DEFAULT_AGE_SECONDS } =
    delivery.target.RetryPolicy ?? {};
  if (permanent.has(delivery.errorCode)) return "Permanent";
  if (delivery.attempts > MaximumRetryAttempts) return "MaximumRetryAttempts";
  if (now - delivery.firstTriedAt >= MaximumEventAgeInSeconds * 1000) return "MaximumEventAgeInSeconds";
  return undefined;
}

/** Doubling from a second to ten minutes, in milliseconds. */
function backoff(attempts: number): number {
  return Math.min(600_000, 1000 * 2 ** (attempts - 1));
}

function awsErrorCode(name: string): string {
  if (name === "QueueDoesNotExist") return "NO_RESOURCE";
  if (name === "AccessDenied") return "NO_PERMISSIONS";
  return "SDK_CLIENT_ERROR";
}
