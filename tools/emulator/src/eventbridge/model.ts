// What EventBridge keeps: buses, rules, targets, archives, and the event as it is delivered.
import type { CompiledPattern } from "./pattern.ts";

export type BusEvent = {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
  /** Only on replayed events. */
  "replay-name"?: string;
};

export type Target = {
  Id: string;
  Arn: string;
  Input?: string;
  InputPath?: string;
  InputTransformer?: { InputPathsMap?: Record<string, string>; InputTemplate: string };
  RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number };
  DeadLetterConfig?: { Arn?: string };
  SqsParameters?: { MessageGroupId?: string };
};

export type Rule = {
  name: string;
  busName: string;
  arn: string;
  /** JSON, as it was put. */
  eventPattern: string | undefined;
  description: string | undefined;
  enabled: boolean;
  targets: Target[];
};

export type LiveRule = Rule & { compiled: CompiledPattern | undefined };

export type Bus = { name: string; arn: string; description: string | undefined };

export type Archive = {
  name: string;
  arn: string;
  busName: string;
  eventPattern: string | undefined;
  description: string | undefined;
  /** 0 keeps events for ever. */
  retentionDays: number;
  /** Milliseconds. */
  createdAt: number;
};

export type LiveArchive = Archive & { compiled: CompiledPattern | undefined };

export type Replay = {
  name: string;
  arn: string;
  archiveArn: string;
  destination: { Arn: string; FilterArns?: string[] };
  state: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  stateReason?: string;
  description?: string;
  /** All times in milliseconds. */
  fromTime: number;
  toTime: number;
  startedAt: number;
  /** 0 while it runs. */
  endedAt: number;
  /** The place in the archive up to which events were replayed; a replay that was cut off goes on from here. */
  replayedId: number;
  lastEventAt?: number;
};

/** A delivery that has failed at least once and is tried again until its target's retry policy ends. */
export type PendingDelivery = {
  id: string;
  ruleArn: string;
  target: Target;
  body: string;
  /** Failed attempts so far. */
  attempts: number;
  firstTriedAt: number;
  nextTryAt: number;
  /** The SQS error of the last attempt. */
  errorCode: string;
  errorMessage: string;
  /** Why the target is not tried any more; only the dead-letter queue, which failed too, still is. */
  givenUp?: GivingUp;
  /** Failed attempts to reach the dead-letter queue. */
  deadLetterAttempts?: number;
};

export type GivingUp = "Permanent" | "MaximumRetryAttempts" | "MaximumEventAgeInSeconds";
