// The alarms of what the whole account shares: Lambda's concurrency, and SES's quota and reputation.
import type { MakeAlarm, Metric } from "./alarm.ts";
import type { Settings } from "./settings.ts";

export function createAccountAlarms(make: MakeAlarm, { mailsPerDay }: Settings): void {
  createConcurrencyAlarms(make);
  make("mail-quota", {
    namespace: "AWS/SES",
    metricName: "Send",
    statistic: "Sum",
    runbook: "mail-quota",
    says: `The account has sent four fifths of the ${mailsPerDay} mails that SES allows in a day.`,
    period: 86_400,
    threshold: 0.8 * mailsPerDay,
  });
  // SES reviews an account at 5 % bounces or 0.1 % complaints; this is four fifths of it. It judges by a
  // representative number of mails, and publishes nothing while none are sent: the state is kept.
  const reputation = { namespace: "AWS/SES", statistic: "Maximum", period: 3600, missing: "ignore" } as const;
  make("mail-bounces", {
    ...reputation,
    metricName: "Reputation.BounceRate",
    runbook: "mail-bounces",
    says: "More than 4 % of the account's mails come back; SES reviews accounts from 5 %.",
    threshold: 0.04,
  });
  make("mail-complaints", {
    ...reputation,
    metricName: "Reputation.ComplaintRate",
    runbook: "mail-bounces",
    says: "More than 0.08 % of the account's mails are reported as spam; SES reviews accounts from 0.1 %.",
    threshold: 0.0008,
  });
}

/** No function has concurrency of its own, so what one is refused, the account has not. */
function createConcurrencyAlarms(make: MakeAlarm): void {
  const metric = (metricName: string): Metric => ({
    namespace: "AWS/Lambda",
    metricName,
    statistic: "Maximum",
  });
  make("account-concurrency", {
    formula: "100 * claimed / SERVICE_QUOTA(running)",
    of: { claimed: metric("ClaimedAccountConcurrency"), running: metric("ConcurrentExecutions") },
    runbook: "account-concurrency",
    says: "More than 80 % of the account's Lambda concurrency is in use; beyond 100 % functions are throttled.",
    period: 60,
    threshold: 80,
    periods: 5,
    mustBeOver: 3,
  });
  make("throttles", {
    ...metric("Throttles"),
    statistic: "Sum",
    runbook: "function-throttles",
    says: "Lambda throttles functions of the account; messages wait, requests are answered 503.",
    period: 300,
    threshold: 0,
    periods: 3,
    mustBeOver: 2,
  });
}
