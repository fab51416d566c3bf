// Lambda entry of the reaction split-bulk.
import {
  type ExecutionEnvironment,
  silentReactionPorts,
  taskSender,
} from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { splitBulkHandler } from "../bulk/reactions.ts";
import { placeChild, splitBulk } from "../service.ts";
import { bulkStore, paceOf } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const ports = { bulks: bulkStore(env), sendTasks: taskSender(env, placeChild.name), pace: paceOf(env) };
  return reaction(splitBulk, splitBulkHandler(ports), silentReactionPorts(env, "orders"));
};

export const handler = create(lambda);
