// What an alarm is made of, and the runbooks that alarms name.

/** The pages of docs/runbooks. */
export type Runbook =
  | "account-concurrency"
  | "api-errors"
  | "api-refusals"
  | "api-slow"
  | "bus-dead-letters"
  | "bus-throttles"
  | "dead-letters"
  | "disputes"
  | "foreign-captures"
  | "function-duration"
  | "function-errors"
  | "function-throttles"
  | "invariant-violation"
  | "mail-bounces"
  | "mail-outcome"
  | "mail-quota"
  | "message-age"
  | "messages-failing"
  | "provider-misconfigured"
  | "refund-failed"
  | "rule-failures"
  | "schedule-silent"
  | "slow-orders"
  | "stock-feeds"
  | "table-conflicts"
  | "table-throttles"
  | "undelivered-events"
  | "unpaid-orders"
  | "unsettled-bulks"
  | "unsettled-orders"
  | "webhook-endpoints"
  | "webhook-signatures";

/** One metric. CloudWatch finds it only under exactly the dimensions that its service publishes. */
export type Metric = {
  namespace: string;
  metricName: string;
  dimensions?: Record<string, $util.Input<string>>;
  statistic: "Sum" | "Maximum" | "p90";
};

/** Several metrics in one number: metric math over names of our own. */
export type Formula = { formula: string; of: Record<string, Metric> };

export type Alarm = (Metric | Formula) & {
  runbook: Runbook;
  /** What is the matter, in one sentence. */
  says: string;
  /** Seconds. */
  period: number;
  threshold: number;
  comparison?: "GreaterThanThreshold" | "LessThanThreshold";
  /** Of the last `periods`, so many must be over the threshold; 1 of 1 unless given. */
  periods?: number;
  mustBeOver?: number;
  /**
   * No data is no trouble, unless the metric is a heartbeat. `ignore` keeps the state: of a metric that
   * falls silent while the trouble lasts, as a queue's does when it is not used.
   */
  missing?: "notBreaching" | "breaching" | "ignore";
};

/** Makes one alarm, called `name` in AWS after app and stage. */
export type MakeAlarm = (name: string, alarm: Alarm) => void;
