// Mistakes in versions and aliases that a promise must name.
import { types } from "../../src/types.ts";
import { inputs, type Mutation, one, reaction, removed } from "./edits.ts";

const unqualified = (arn: string) => arn.split(":").slice(0, 7).join(":");

export const rolloutMutations: readonly Mutation[] = [
  {
    change: "a function publishes no versions",
    edit: inputs(types.function, reaction, (each) => {
      each.publish = false;
    }),
    breaks: "every function of a stage with versions",
  },
  {
    change: "an alias follows the code that was deployed last",
    edit: inputs(types.alias, "CapturePayment", (each) => {
      each.functionVersion = "$LATEST";
    }),
    breaks: "every function of a stage with versions",
  },
  {
    change: "an alias is not made",
    edit: removed(types.alias, "CapturePayment"),
    breaks: "every function of a stage with versions",
  },
  {
    change: "an alias is of another function",
    edit: inputs(types.alias, "CapturePayment", (each) => {
      each.functionName = each.functionName.replace("capture", "authorize");
    }),
    breaks: "routes, mappings and schedules call the live alias",
  },
  {
    change: "a mapping calls the function as it was deployed last",
    edit: inputs(types.mapping, "CapturePayment", (each) => {
      each.functionName = unqualified(each.functionName);
    }),
    breaks: "routes, mappings and schedules call the live alias",
  },
  {
    change: "a route calls the function as it was deployed last",
    edit: inputs(types.integration, "", (each) => {
      each.integrationUri = unqualified(each.integrationUri);
    }),
    breaks: "routes, mappings and schedules call the live alias",
  },
  {
    change: "a schedule calls a version by number, which no rollout moves",
    edit: inputs(types.schedule, "sweep-orders", (each) => {
      each.target.arn = `${unqualified(each.target.arn)}:7`;
    }),
    breaks: "routes, mappings and schedules call the live alias",
  },
  {
    change: "the API may call the function and not its alias",
    edit: inputs(types.permission, "", (each) => {
      delete each.qualifier;
    }),
    breaks: "the API may call what its routes call",
  },
  {
    change: "retries are set for the function, and its schedule calls the alias",
    edit: inputs(types.invokeConfig, "", (each) => {
      delete each.qualifier;
    }),
    breaks: "a schedule's failed run",
  },
  {
    change: "Lambda tries a failed run twice more, as it does by default",
    edit: removed(types.invokeConfig),
    breaks: "a schedule's failed run",
  },
  {
    change: "the scheduler tries a failed run again",
    edit: inputs(types.schedule, "sweep-orders", (each) => {
      each.target.retryPolicy.maximumRetryAttempts = 3;
    }),
    breaks: "a schedule's failed run",
  },
  {
    change: "a deployment in the midst of a rollout takes the whole weight",
    edit: (graph) => {
      one(graph, types.alias, "CapturePayment").options.ignoreChanges = ["functionVersion"];
    },
    breaks: "a live alias is moved by its deployment or by the rollout",
  },
];
