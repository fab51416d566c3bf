// Lambda entry of GET /stock-feeds/{feedId}.
import { type ExecutionEnvironment, edgeOf } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { getStockFeedHandler } from "../feed/routes.ts";
import { getStockFeed, inventory } from "../service.ts";
import { feedStore } from "./feed-adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  route(getStockFeed, undefined, getStockFeedHandler({ feeds: feedStore(env) }), edgeOf(env, inventory.name));

export const handler = create(lambda);
