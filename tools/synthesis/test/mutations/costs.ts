// Mistakes in what a stage costs that a promise must name.
import type { Graph } from "../../src/graph.ts";
import { types } from "../../src/types.ts";
import { inputs, type Mutation, one } from "./edits.ts";

const bill = "an idle month costs at most";
const priced = "every type of resource has a price";

/** So many more of a resource that is there. */
const more = (type: string, count: number) => (graph: Graph) => {
  for (let number = 0; number < count; number++) graph.resources.push(structuredClone(one(graph, type)));
};

const made = (type: string, given: object) => (graph: Graph) => {
  graph.resources.push({ ...one(graph, types.topic), type, inputs: given });
};

export const costMutations: readonly Mutation[] = [
  { change: "each alarm is made three times", edit: more(types.alarm, 200), breaks: bill },
  { change: "a dashboard for each service", edit: more(types.dashboard, 4), breaks: bill },
  { change: "a key for each service", edit: more(types.key, 16), breaks: bill },
  {
    change: "every route has metrics of its own",
    edit: inputs(types.apiStage, "", (each) => {
      each.defaultRouteSettings.detailedMetricsEnabled = true;
    }),
    breaks: bill,
  },
  {
    change: "an alarm over an expression of two hundred metrics",
    edit: inputs(types.alarm, "", (each) => {
      each.metricQueries = Array.from({ length: 200 }, () => ({ metric: { period: 60 } }));
    }),
    breaks: bill,
  },
  {
    change: "every metric of log lines is zero each minute",
    edit: (graph) => {
      for (let number = 0; number < 60; number++) {
        const filter = structuredClone(one(graph, types.metricFilter));
        filter.inputs.metricTransformation.defaultValue = "0";
        graph.resources.push(filter);
      }
    },
    breaks: bill,
  },
  {
    change: "machines have app clients of their own",
    edit: (graph) => {
      for (let number = 0; number < 4; number++)
        made("aws:cognito/userPoolClient:UserPoolClient", { allowedOauthFlows: ["client_credentials"] })(
          graph,
        );
    },
    breaks: bill,
  },
  {
    change: "a NAT gateway",
    edit: made("aws:ec2/natGateway:NatGateway", {}),
    breaks: priced,
  },
  {
    change: "concurrency that is paid for whether it is used or not",
    edit: made("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig", {}),
    breaks: priced,
  },
  {
    change: "a table whose capacity is provisioned",
    edit: inputs(types.table, "", (each) => {
      each.billingMode = "PROVISIONED";
    }),
    breaks: priced,
  },
  {
    change: "pollers that are provisioned",
    edit: inputs(types.mapping, "", (each) => {
      each.provisionedPollerConfig = { minimumPollers: 2 };
    }),
    breaks: bill,
  },
];
