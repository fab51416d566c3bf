// What AWS asks each month for a stage in which nothing happens: eu-west-1's list prices in US dollars.

/** Looked up on this day, at aws.amazon.com/SERVICE/pricing or in public copies of it. */
export const pricesDate = "2026-11-29";

/** Without free tiers, which an account has once for all its stages: 10 alarms, 10 metrics, 3 dashboards. */
export const prices = {
  /** CloudWatch: for each metric that an alarm reads at 60 s or more. */
  alarmMetric: 0.1,
  /** CloudWatch: the same at 10 or 30 s. */
  fastAlarmMetric: 0.3,
  compositeAlarm: 0.5,
  dashboard: 3,
  /** CloudWatch: a metric of our own, or a detailed one of API Gateway, in a month in which it has data. */
  customMetric: 0.3,
  /** KMS: the key, its first year; each of the first two rotations adds as much. */
  key: 1,
  sqsRequest: 0.4e-6,
  /** Lambda: a poller of a queue in provisioned mode, by the worked example of its pricing page. */
  pollerHour: 0.00925,
  scheduledInvocation: 1e-6,
  lambdaInvocation: 0.2e-6,
  /** arm64. */
  lambdaGigabyteSecond: 0.0000133334,
  /** Fargate, Linux on arm64. */
  fargateVcpuHour: 0.03238,
  fargateGigabyteHour: 0.00356,
  readUnit: 0.1415e-6,
  /** Cognito: an app client that asks for tokens in its own name (client_credentials). */
  machineClient: 6,
} as const;

/**
 * Of a mapping that finds nothing: five pollers (Lambda guide, "Using Lambda with Amazon SQS"), each with a
 * long poll of 20 s.
 */
export const pollers = 5;
export const pollSeconds = 20;

/** HTTP APIs' detailed metrics: Count, 4xx, 5xx, Latency, IntegrationLatency, DataProcessed. */
export const metricsPerRoute = 6;

/** A sweep that finds nothing. */
export const sweepSeconds = 0.1;
export const sweepReads = 4;

export const SECONDS_PER_MONTH = 730 * 3600;
