// The alarms of what functions log about orders and mails, and of what SES says of the account.
import { services } from "@order-saga/services";
import { type Graph, numericSetting, physical } from "../../graph.ts";
import type { Judged, Kind, Watched } from "./kind.ts";

function logged(graph: Graph, metricName: string, statistic = "Sum"): Watched {
  return { namespace: physical(graph, "logs"), metricName, statistic };
}

function ofAccount(metricName: string, statistic: string): Watched {
  return { namespace: "AWS/SES", metricName, statistic };
}

const once: Judged = { over: 0, seconds: 300, periods: [1, 1], missing: "notBreaching" };
const reputation: Omit<Judged, "over"> = { seconds: 3600, periods: [1, 1], missing: "ignore" };

/** Of a log line each of which is worth a person's time. */
const toldAtOnce = (name: string, kind: Pick<Kind, "says" | "because" | "runbook">): Kind => ({
  ...kind,
  judged: once,
  alarms: (graph) => ({ [name]: logged(graph, name) }),
});

const hasWebhooks = services.some(({ name }) => name === "webhooks");

/** Only a stage with endpoints has it. */
const webhookAlarms: readonly Kind[] = hasWebhooks
  ? [
      toldAtOnce("webhook-endpoints", {
        says: "an alarm tells of an endpoint or a webhook that was given up: over 0 in five minutes",
        because: "what waits for a disabled endpoint waits until somebody enables it",
        runbook: "webhook-endpoints",
      }),
    ]
  : [];

export const orderAlarms: readonly Kind[] = [
  toldAtOnce("parked-messages", {
    says: "an alarm tells of a parked message at once: over 0 in five minutes",
    because: "its order may be stuck, and the queue's own metric may be a quarter of an hour late",
    runbook: "dead-letters",
  }),
  toldAtOnce("invariant-violations", {
    says: "an alarm fires when an invariant is violated: over 0 in five minutes",
    because: "two facts that exclude each other are a bug or a forged event, never a load",
    runbook: "invariant-violation",
  }),
  toldAtOnce("stuck-orders", {
    says: "an alarm tells of orders that are not settled past their bound: over 0 in five minutes",
    because: "the sweep says so of an order only when it is long late",
    runbook: "unsettled-orders",
  }),
  toldAtOnce("provider-refusals", {
    says: "an alarm tells of a provider that refuses the shop itself: over 0 in five minutes",
    because: "a wrong key, account or parameter rejects every order, and no later run mends it",
    runbook: "provider-misconfigured",
  }),
  toldAtOnce("failed-refunds", {
    says: "an alarm tells of a refund that failed for good: over 0 in five minutes",
    because: "the customer waits for the money, and a person has to send it another way",
    runbook: "refund-failed",
  }),
  toldAtOnce("foreign-captures", {
    says: "an alarm tells of another hand's capture, short or after the order was given up: over 0 in five minutes",
    because: "somebody works in the provider's dashboard against the saga, and money is missing or goes back",
    runbook: "foreign-captures",
  }),
  toldAtOnce("disputes", {
    says: "an alarm tells of a dispute: over 0 in five minutes",
    because: "the shop's evidence has a deadline, after which the money is lost",
    runbook: "disputes",
  }),
  {
    says: "an alarm fires when webhooks do not verify: over 5 bad signatures in an hour",
    because: "anybody may post to the webhook, but a wrong secret fails for every order",
    runbook: "webhook-signatures",
    judged: { over: 5, seconds: 3600, periods: [1, 1], missing: "notBreaching" },
    alarms: (graph) => ({ "webhook-signatures": logged(graph, "webhook-signatures") }),
  },
  {
    says: "an alarm tells of bulks that are not complete: over 3 looks of the sweep in an hour",
    because:
      "one look heals what an event lost, and a bulk that is looked at again and again has a stuck order",
    runbook: "unsettled-bulks",
    judged: { over: 3, seconds: 3600, periods: [1, 1], missing: "notBreaching" },
    alarms: (graph) => ({ "stuck-bulks": logged(graph, "stuck-bulks") }),
  },
  toldAtOnce("stock-feeds", {
    says: "an alarm tells of a stock feed whose two readers saw different bytes: over 0 in five minutes",
    because: "both read one version of one object, so one of them or the store is wrong",
    runbook: "stock-feeds",
  }),
  toldAtOnce("mail-outcomes", {
    says: "an alarm tells of mail that was refused or is in doubt: over 0 in five minutes",
    because: "no later run mends either, so somebody has to look",
    runbook: "mail-outcome",
  }),
  {
    says: "an alarm fires when orders settle slowly: p90 over 60000 ms in 3 of 6 times five minutes",
    because: "without a fault an order takes seconds, and one redelivery makes it three minutes",
    runbook: "slow-orders",
    judged: { over: 60_000, seconds: 300, periods: [3, 6], missing: "notBreaching" },
    alarms: (graph) => ({ "slow-orders": logged(graph, "settling", "p90") }),
  },
  {
    says: "an alarm fires before SES's daily quota ends: over 40000 mails of the account in a day (0.8 MAILS_PER_DAY)",
    because: "that is four fifths of the 50,000 that SES begins with, and a raise takes AWS a day",
    runbook: "mail-quota",
    judged: {
      over: (graph) => 0.8 * numericSetting(graph, "MAILS_PER_DAY", 50_000),
      seconds: 86_400,
      periods: [1, 1],
      missing: "notBreaching",
    },
    alarms: () => ({ "mail-quota": ofAccount("Send", "Sum") }),
  },
  {
    says: "an alarm fires when mails come back: over 0.04 of the account's in an hour, kept while there is no data",
    because: "SES reviews an account from 5 % bounces on, and this is four fifths of it",
    runbook: "mail-bounces",
    judged: { ...reputation, over: 0.04 },
    alarms: () => ({ "mail-bounces": ofAccount("Reputation.BounceRate", "Maximum") }),
  },
  {
    says: "an alarm fires when mails are complained about: over 0.0008 in an hour, kept while there is no data",
    because: "SES reviews an account from 0.1 % complaints on, and this is four fifths of it",
    runbook: "mail-bounces",
    judged: { ...reputation, over: 0.0008 },
    alarms: () => ({ "mail-complaints": ofAccount("Reputation.ComplaintRate", "Maximum") }),
  },
  ...webhookAlarms,
];
