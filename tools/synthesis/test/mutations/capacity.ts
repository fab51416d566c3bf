// Settings of throughput that do not fit each other.
import { types } from "../../src/types.ts";
import { inputs, type Mutation, one } from "./edits.ts";

const rate = (perSecond: number) =>
  inputs(types.apiStage, "", ({ defaultRouteSettings }) => {
    defaultRouteSettings.throttlingRateLimit = perSecond;
  });

export const capacityMutations: readonly Mutation[] = [
  {
    change: "the API lets in more orders a second than the bus takes events",
    edit: rate(1700),
    breaks: "the bus of the region",
  },
  {
    change: "the same rate in a small region",
    edit: (graph) => {
      graph.region = "eu-north-1";
    },
    breaks: "the bus of the region",
  },
  {
    change: "the API lets in more orders in a minute than the provider takes in the time of a decision",
    edit: rate(370),
    breaks: "what the API lets in within a minute",
  },
  {
    change: "payment has a minute to decide",
    edit: (graph) => {
      for (const { inputs } of graph.resources)
        if (inputs.environment?.variables?.DECIDE_WITHIN_SECONDS)
          inputs.environment.variables.DECIDE_WITHIN_SECONDS = "60";
    },
    breaks: "what the API lets in within a minute",
  },
  {
    change: "one reaction may use up the account's concurrency",
    edit: inputs(types.mapping, "TrackOrder", ({ scalingConfig }) => {
      scalingConfig.maximumConcurrency = 1000;
    }),
    breaks: "reactions, schedules and the API's routes together",
  },
  {
    change: "one reaction may use up the account's concurrency by its pollers",
    edit: inputs(types.mapping, "TrackOrder", (mapping) => {
      delete mapping.scalingConfig;
      mapping.provisionedPollerConfig = { minimumPollers: 2, maximumPollers: 100 };
    }),
    breaks: "reactions, schedules and the API's routes together",
  },
  {
    change: "a mapping is limited in both ways, of which Lambda takes one",
    edit: inputs(types.mapping, "TrackOrder", (mapping) => {
      mapping.provisionedPollerConfig = { minimumPollers: 2, maximumPollers: 100 };
    }),
    breaks: "every mapping is limited",
  },
  {
    change: "the API lets in more orders a second than a new table writes",
    edit: rate(600),
    breaks: "each new table is warm",
  },
  {
    change: "a table is warm, and its index is not",
    edit: (graph) => {
      rate(2000)(graph);
      for (const name of ["Orders", "Inventory", "Payment", "Notification"])
        one(graph, types.table, name).inputs.warmThroughput = { writeUnitsPerSecond: 40_000 };
    },
    breaks: "each new table is warm",
  },
  {
    change: "a table would be replaced once it is warmer than the setting",
    edit: (graph) => {
      one(graph, types.table, "Orders").options.ignoreChanges = [];
    },
    breaks: "no table is made anew",
  },
];
