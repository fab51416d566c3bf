// Mistakes in completeness that a promise must name.
import { types } from "../../src/types.ts";
import { inputs, type Mutation, reaction, removed } from "./edits.ts";

export const completenessMutations: readonly Mutation[] = [
  ...[types.rule, types.target, types.queue, types.mapping, types.function].map((type) => ({
    change: `a reaction loses its ${type}`,
    edit: removed(type, type === types.mapping || type === types.target ? "CapturePayment" : reaction),
    breaks: "every reaction of the manifests is whole",
  })),
  ...["-dlq", "-undelivered"].map((suffix) => ({
    change: `a reaction loses its queue ${suffix}`,
    edit: removed(types.queue, `${reaction}${suffix}`),
    breaks: "every reaction of the manifests is whole",
  })),
  {
    change: "a schedule is removed",
    edit: removed(types.schedule, "sweep-orders"),
    breaks: "every schedule of the manifests runs",
  },
  {
    change: "a schedule runs hourly",
    edit: inputs(types.schedule, "resume-payments", (each) => {
      each.scheduleExpression = "rate(1 hour)";
    }),
    breaks: "every schedule of the manifests runs",
  },
];
