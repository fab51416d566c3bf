// Mistakes in delivery that a promise must name.
import { types } from "../../src/types.ts";
import { inputs, type Mutation, policy, reaction, removed } from "./edits.ts";

export const deliveryMutations: readonly Mutation[] = [
  {
    change: "a rule without a pattern, which matches everything",
    edit: inputs(types.rule, reaction, (each) => {
      each.eventPattern = JSON.stringify({ source: [{ prefix: "" }] });
    }),
    breaks: "every rule is on",
  },
  {
    change: "a rule is disabled",
    edit: inputs(types.rule, reaction, (each) => {
      each.state = "DISABLED";
    }),
    breaks: "every rule is on",
  },
  {
    change: "a rule has no target",
    edit: removed(types.target, "CapturePayment"),
    breaks: "every rule has one target",
  },
  {
    change: "a target has no retry policy",
    edit: inputs(types.target, "CapturePayment", (each) => {
      delete each.retryPolicy;
    }),
    breaks: "a rule's target is tried again",
  },
  {
    change: "a target has no dead-letter queue, as in SST's defaults",
    edit: inputs(types.target, "CapturePayment", (each) => {
      delete each.deadLetterConfig;
    }),
    breaks: "a rule's target has a dead-letter queue",
  },
  {
    change: "a target gives its messages no group",
    edit: inputs(types.target, "CapturePayment", (each) => {
      delete each.sqsTarget;
    }),
    breaks: "a queue that waits for a provider or a SKU is fair",
  },
  {
    change: "a target gives all its messages one group",
    edit: inputs(types.target, "ReserveStock", (each) => {
      each.sqsTarget = { messageGroupId: "orders" };
    }),
    breaks: "a queue that waits for a provider or a SKU is fair",
  },
  {
    change: "EventBridge may not write to a target's dead-letter queue",
    edit: policy(types.queuePolicy, "CapturePaymentUndeliveredPolicy", "policy", (statements) =>
      statements.pop(),
    ),
    breaks: "a queue accepts messages from its own rules only",
  },
  {
    change: "SST's default of no partial responses",
    edit: inputs(types.mapping, "CapturePayment", (each) => {
      each.functionResponseTypes = [];
    }),
    breaks: "a batch answers record by record",
  },
  {
    change: "no limit of concurrency",
    edit: inputs(types.mapping, "CapturePayment", (each) => {
      delete each.scalingConfig;
    }),
    breaks: "every mapping is limited",
  },
  {
    change: "more processes than a provider's limit allows",
    edit: inputs(types.mapping, "NotifyCustomer", (each) => {
      each.scalingConfig.maximumConcurrency += 1;
    }),
    breaks: "processes that call a provider stay within its limit",
  },
  {
    change: "a mapping is off",
    edit: inputs(types.mapping, "CapturePayment", (each) => {
      each.enabled = false;
    }),
    breaks: "every mapping is on",
  },
  {
    change: "SST's default visibility timeout of 30 s",
    edit: inputs(types.queue, reaction, (each) => {
      each.visibilityTimeoutSeconds = 30;
    }),
    breaks: "a message stays hidden",
  },
  {
    change: "a function's timeout grows and its queue's does not",
    edit: inputs(types.function, reaction, (each) => {
      each.timeout = 31;
    }),
    breaks: "a message stays hidden",
  },
];
