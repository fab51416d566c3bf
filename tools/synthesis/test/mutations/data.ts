// Mistakes in data that a promise must name.
import { types } from "../../src/types.ts";
import { action, inputs, type Mutation, one, policy, reaction, removed } from "./edits.ts";

export const dataMutations: readonly Mutation[] = [
  {
    change: "no point-in-time recovery",
    edit: inputs(types.table, "Payment", (each) => {
      each.pointInTimeRecovery = { enabled: false };
    }),
    breaks: "every table but that",
  },
  {
    change: "the customers' keys have earlier states, from which a deleted one comes back",
    edit: inputs(types.table, "Keys", (each) => {
      each.pointInTimeRecovery = { enabled: true };
    }),
    breaks: "the customers' keys are kept once",
  },
  {
    change: "a table is not encrypted with a key of the account",
    edit: inputs(types.table, "Payment", (each) => {
      delete each.serverSideEncryption;
    }),
    breaks: "every table is encrypted",
  },
  {
    change: "a table gets a TTL",
    edit: inputs(types.table, "Payment", (each) => {
      each.ttl = { enabled: true, attributeName: "expireAt" };
    }),
    breaks: "no record expires",
  },
  {
    change: "production's table can be deleted",
    edit: inputs(types.table, "Payment", (each) => {
      each.deletionProtectionEnabled = false;
    }),
    breaks: "production's tables are protected",
  },
  {
    change: "production's queues go with the stage, as with SST's `retain`",
    edit: (graph) => {
      one(graph, types.queue, reaction).options.retainOnDelete = false;
    },
    breaks: "production's tables, queues and key are kept",
  },
  {
    change: "production is not protected",
    edit: (graph) => {
      graph.outputs._protect = false;
    },
    breaks: "`sst remove` is refused",
  },
  {
    change: "the bus has no key of its own",
    edit: inputs(types.bus, "", (each) => {
      delete each.kmsKeyIdentifier;
    }),
    breaks: "the bus is encrypted",
  },
  {
    change: "the bus has no dead-letter queue",
    edit: inputs(types.bus, "", (each) => {
      delete each.deadLetterConfig;
    }),
    breaks: "the bus is encrypted",
  },
  {
    change: "the archive forgets after a day",
    edit: inputs(types.archive, "", (each) => {
      each.retentionDays = 1;
    }),
    breaks: "every event is archived",
  },
  {
    change: "EventBridge may use the key for any bus",
    edit: policy(types.key, "", "policy", (statements) => {
      const ofEvents = statements.filter(({ Principal }) => Principal.Service === "events.amazonaws.com");
      delete action(ofEvents, "kms:ReEncryptTo").Condition.StringEquals[
        "kms:EncryptionContext:aws:events:event-bus:arn"
      ];
    }),
    breaks: "the key rotates",
  },
  {
    change: "an event type has no schema",
    edit: removed(types.schema, "StockCommitted"),
    breaks: "every event type has its schema",
  },
];
