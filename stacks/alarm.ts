// What an alarm is made of, and the runbooks that alarms name.

/** The pages of docs/runbooks. */
export type Runbook =
  | "api-errors"
  | "bus-dead-letters"
  | "dead-letters"
  | "function-duration"
  | "function-errors"
  | "function-throttles"
  | "invariant-violation"
  | "mail-bounces"
  | "mail-outcome"
  | "message-age"
  | "rule-failures"
  | "schedule-silent"
  | "undelivered-events"
  | "unsettled-orders";

type Metric = {
  namespace: string;
  metricName: string;
  dimensions?: Record<string, $util.Input<string>>;
  statistic: "Sum" | "Maximum" | "Average";
  /** Seconds. */
  period: number;
};

export type Alarm = Metric & {
  runbook: Runbook;
  /** What is the matter, in one sentence. */
  says: string;
  threshold: number;
  comparison?: "GreaterThanThreshold" | "LessThanThreshold";
  /** Of the last `periods`, so many must be over the threshold; 1 of 1 unless given. */
  periods?: number;
  mustBeOver?: number;
  /** No data is no trouble, unless the metric is a heartbeat. */
  missing?: "notBreaching" | "breaching";
};

/** Makes one alarm, called `name` in AWS after app and stage. */
export type MakeAlarm = (name: string, alarm: Alarm) => void;
