// Lambda entry of the reaction tell-storefront.
import { type ExecutionEnvironment, silentReactionPorts } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { tellStorefrontHandler } from "../reactions.ts";
import { tellStorefront } from "../service.ts";
import { endpointsIn, handOverIn, storeIn } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const telling = { endpoints: endpointsIn(env), store: storeIn(env), handOver: handOverIn(env) };
  return reaction(tellStorefront, tellStorefrontHandler(telling), silentReactionPorts(env, "webhooks"));
};

export const handler = create(lambda);
