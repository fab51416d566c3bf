// The records of EventBridge: buses, rules, targets, archives, replays and events.
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
  /** JSON, as the client sent it. */
  eventPattern: string | undefined;
  description: string | undefined;
  enabled: boolean;
  /** Absent where a rule is older than this. */
  hearsManagement?: boolean;
  targets: Target[];
};

export type LiveRule = Rule & { compiled: CompiledPattern | undefined };

export type Bus = {
  name: string;
  arn: string;
  description: string | undefined;
  /** Milliseconds; the default bus has always been there. */
  createdAt?: number;
};

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
  /** The position in the archive up to which events were replayed, where an interrupted replay continues. */
  replayedId: number;
  lastEventAt?: number;
};

/** A delivery that failed at least once and is retried by its target's retry policy. */
export type PendingDelivery = {
  id: string;
  ruleArn: string;
  target: Target;
  body: string;
  /** Of X-Ray, if the event was put with one. */
  traceHeader?: string;
  /** Failed attempts so far. */
  attempts: number;
  firstTriedAt: number;
  nextTryAt: number;
  /** The SQS error of the last attempt. */
  errorCode: string;
  errorMessage: string;
  /** Why the target was given up; only the dead-letter queue, which failed too, is still retried. */
  givenUp?: GivingUp;
  /** Failed attempts to reach the dead-letter queue. */
  deadLetterAttempts?: number;
};

export type GivingUp = "Permanent" | "MaximumRetryAttempts" | "MaximumEventAgeInSeconds";
