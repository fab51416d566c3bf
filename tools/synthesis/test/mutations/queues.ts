// Mistakes in queues that a promise must name.
import { types } from "../../src/types.ts";
import { action, inputs, type Mutation, one, policy, reaction, removed } from "./edits.ts";

export const queuesMutations: readonly Mutation[] = [
  {
    change: "a queue loses its redrive policy",
    edit: inputs(types.queue, reaction, (each) => {
      delete each.redrivePolicy;
    }),
    breaks: "every queue has its own dead-letter queue",
  },
  {
    change: "two queues share a dead-letter queue",
    edit: (graph) => {
      const other = one(graph, types.queue, "payment-abort-payment").inputs;
      one(graph, types.queue, reaction).inputs.redrivePolicy = other.redrivePolicy;
    },
    breaks: "every queue has its own dead-letter queue",
  },
  {
    change: "SST's default of three deliveries",
    edit: inputs(types.queue, reaction, (each) => {
      each.redrivePolicy = JSON.stringify({ ...JSON.parse(each.redrivePolicy), maxReceiveCount: 3 });
    }),
    breaks: "a message is delivered at least five times",
  },
  {
    change: "a dead-letter queue keeps SQS's default of four days",
    edit: inputs(types.queue, `${reaction}-dlq`, (each) => {
      delete each.messageRetentionSeconds;
    }),
    breaks: "a dead-letter queue keeps its messages for fourteen days",
  },
  {
    change: "a queue keeps messages as long as its dead-letter queue",
    edit: inputs(types.queue, reaction, (each) => {
      each.messageRetentionSeconds = 1_209_600;
    }),
    breaks: "a dead letter is kept longer",
  },
  {
    change: "any queue may use the dead-letter queue",
    edit: removed("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "CapturePayment"),
    breaks: "a dead-letter queue takes dead letters of its own queue only",
  },
  {
    change: "a queue is not encrypted",
    edit: inputs(types.queue, reaction, (each) => {
      each.sqsManagedSseEnabled = false;
    }),
    breaks: "every queue is encrypted at rest",
  },
  {
    change: "a queue answers over plain HTTP",
    edit: policy(types.queuePolicy, "CapturePaymentPolicy", "policy", (statements) => statements.shift()),
    breaks: "every queue refuses to be used without TLS",
  },
  {
    change: "SST's queue policy, without a source",
    edit: policy(types.queuePolicy, "CapturePaymentPolicy", "policy", (statements) => {
      delete action(statements.slice(1), "sqs:SendMessage").Condition;
    }),
    breaks: "a queue accepts messages from its own rules only",
  },
  {
    change: "a second queue policy beside ours, as subscribeQueue adds",
    edit: (graph) => {
      graph.resources.push({ ...one(graph, types.queuePolicy, "CapturePaymentPolicy"), name: "Second" });
    },
    breaks: "a queue accepts messages from its own rules only",
  },
];
