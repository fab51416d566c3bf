// Lambda entry of the reaction collect-bulk.
import { type ExecutionEnvironment, reactionPorts } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { collectBulkHandler } from "../bulk/reactions.ts";
import { collectBulk } from "../service.ts";
import { backOff, bulkStore } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const react = collectBulkHandler({ bulks: bulkStore(env), backOff: backOff(env) });
  return reaction(collectBulk, react, reactionPorts(env, "orders"));
};

export const handler = create(lambda);
