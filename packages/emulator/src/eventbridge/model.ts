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
  scheduleExpression: string | undefined;
  description: string | undefined;
  enabled: boolean;
  targets: Target[];
};

export type LiveRule = Rule & { compiled: CompiledPattern | undefined };

export type Archive = {
  name: string;
  arn: string;
  busName: string;
  eventPattern: string | undefined;
  description: string | undefined;
  retentionDays: number;
  /** Milliseconds. */
  createdAt: number;
};

export type Replay = {
  name: string;
  arn: string;
  archiveArn: string;
  destination: { Arn: string; FilterArns?: string[] };
  state: "RUNNING" | "COMPLETED" | "CANCELLED";
  fromTime: number;
  toTime: number;
  startedAt: number;
  endedAt: number;
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
  errorCode: string;
  errorMessage: string;
};
