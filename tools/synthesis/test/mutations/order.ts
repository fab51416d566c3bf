// Edges that a deployment needs, taken away one by one.
import { types } from "../../src/types.ts";
import { type Mutation, one, removed } from "./edits.ts";

/** The resource of a type is made without waiting for others whose `type name` holds a text. */
function unordered(type: string, text: string, ...without: readonly string[]): Mutation["edit"] {
  return (graph) => {
    const { options } = one(graph, type, text);
    const kept = (options.dependsOn ?? []).filter((each) => !without.some((gone) => each.includes(gone)));
    if (kept.length === options.dependsOn?.length) throw new Error(`${text} does not wait for ${without}.`);
    options.dependsOn = kept;
  };
}

const targets = "a rule's target is made after";
const publishing = "code that publishes an event is deployed after the targets";
const kept = "code that publishes is deployed after the archive";
const mapping = "a mapping is made after";

export const orderMutations: readonly Mutation[] = [
  {
    change: "a target does not wait for its queue's policy",
    edit: unordered(types.target, "CapturePaymentTarget", "CapturePaymentPolicy"),
    breaks: targets,
  },
  {
    change: "a target does not wait for the policy of its dead-letter queue",
    edit: unordered(types.target, "NotifyCustomerTarget", "NotifyCustomerUndeliveredPolicy"),
    breaks: targets,
  },
  {
    change: "a queue has no policy",
    edit: removed(types.queuePolicy, "ReserveStockPolicy"),
    breaks: targets,
  },
  {
    change: "a route's new code does not wait for the rules that hear it",
    edit: unordered(types.function, "place-order", types.target),
    breaks: publishing,
  },
  {
    change: "a reaction's new code does not wait for one of the rules that hear it",
    edit: unordered(types.function, "capture-payment", "TrackOrderTarget"),
    breaks: publishing,
  },
  {
    change: "a schedule's new code does not wait for the rules that hear it",
    edit: unordered(types.function, "sweep-orders", types.target),
    breaks: publishing,
  },
  {
    change: "code publishes before the archive is there",
    edit: unordered(types.function, "track-order", types.archive),
    breaks: kept,
  },
  {
    change: "code publishes before the bus can keep what it cannot encrypt",
    edit: unordered(types.function, "place-order", "BusDlqPolicy"),
    breaks: kept,
  },
  {
    change: "a mapping is made beside the function, before its role",
    edit: unordered(types.mapping, "CapturePayment", types.function, types.alias),
    breaks: mapping,
  },
  {
    change: "a function's code is deployed before its role",
    edit: unordered(types.function, "capture-payment", types.role),
    breaks: mapping,
  },
  {
    change: "a role is made before the queue that it names",
    edit: (graph) => {
      unordered(types.role, "CapturePaymentRole", "CapturePaymentQueueQueue")(graph);
    },
    breaks: mapping,
  },
  {
    change: "a route is connected before the API may call its function",
    edit: unordered(types.integration, "", types.permission),
    breaks: "the API calls a function only after it may",
  },
  {
    change: "an alarm does not wait for the topic's policy",
    edit: unordered(types.alarm, "capture-payment-errors", types.topicPolicy),
    breaks: "an alarm is made after",
  },
];
