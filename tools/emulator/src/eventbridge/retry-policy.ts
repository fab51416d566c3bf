// When a failed delivery is tried again, and when it is given up.
// Source: EventBridge API reference, "RetryPolicy"; user guide, "How EventBridge retries delivering events".
import type { GivingUp, PendingDelivery } from "./model.ts";

const DEFAULT_ATTEMPTS = 185;
const DEFAULT_AGE_SECONDS = 86_400;
const FIRST_BACK_OFF_MILLISECONDS = 1000;
const LONGEST_BACK_OFF_MILLISECONDS = 600_000;

/** Permanent SQS errors, by EventBridge's codes for them in a dead-letter queue. */
const permanent = new Map([
  ["QueueDoesNotExist", "NO_RESOURCE"],
  ["AWS.SimpleQueueService.NonExistentQueue", "NO_RESOURCE"],
  ["AccessDenied", "NO_PERMISSIONS"],
  ["AccessDeniedException", "NO_PERMISSIONS"],
  ["InvalidMessageContents", "INVALID_PARAMETER"],
  ["InvalidParameterValue", "INVALID_PARAMETER"],
  ["MissingParameter", "INVALID_PARAMETER"],
]);

/** Why the target must not be retried; undefined if it may be. */
export function whyGiveUp(delivery: PendingDelivery, now: number): GivingUp | undefined {
  if (permanent.has(delivery.errorCode)) return "Permanent";
  const { MaximumRetryAttempts = DEFAULT_ATTEMPTS } = delivery.target.RetryPolicy ?? {};
  if (delivery.attempts > MaximumRetryAttempts) return "MaximumRetryAttempts";
  if (now >= retryEndsAt(delivery)) return "MaximumEventAgeInSeconds";
  return undefined;
}

/**
 * True if the queue's policy does not let EventBridge send: a dead-letter queue does not get the event
 * then.
 */
export const mayNever = (errorCode: string) => permanent.get(errorCode) === "NO_PERMISSIONS";

/** Milliseconds. */
export function retryEndsAt({ target, firstTriedAt }: PendingDelivery): number {
  const { MaximumEventAgeInSeconds = DEFAULT_AGE_SECONDS } = target.RetryPolicy ?? {};
  return firstTriedAt + MaximumEventAgeInSeconds * 1000;
}

/** Doubles from a second to ten minutes; `chance`, from 0 to 1, is jitter that takes off up to half. */
export function backOffMilliseconds(attempts: number, chance: number): number {
  const longest = Math.min(LONGEST_BACK_OFF_MILLISECONDS, FIRST_BACK_OFF_MILLISECONDS * 2 ** (attempts - 1));
  return Math.round(longest * (1 - chance / 2));
}

/** EventBridge's code for an SQS error. */
export function errorCodeOf(sqsError: string): string {
  return permanent.get(sqsError) ?? (sqsError === "RequestThrottled" ? "THROTTLING" : "SDK_CLIENT_ERROR");
}
