// Lambda entry of the reaction place-child.
import {
  type ExecutionEnvironment,
  reactionPorts,
  taskSender,
} from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { taskReaction } from "@order-saga/messaging/reaction";
import { placeChildHandler, RowTask } from "../bulk/reactions.ts";
import { placeChild } from "../service.ts";
import { admission, backOff, bulkStore, decideWithinSeconds, orderStore } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const react = placeChildHandler({
    bulks: bulkStore(env),
    store: orderStore(env),
    backOff: backOff(env),
    decideWithinSeconds: decideWithinSeconds(env),
    sendTasks: taskSender(env, placeChild.name),
    admission: admission(env),
  });
  return taskReaction(placeChild, RowTask, react, reactionPorts(env, "orders"));
};

export const handler = create(lambda);
