// Lambda entry of GET /bulk-orders/{bulkId}.
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { openIn } from "@order-saga/messaging/personal-data/adapters";
import { getBulkHandler } from "../bulk/routes.ts";
import { getBulk } from "../service.ts";
import { bulkStore, edge, orderStore } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  route(
    getBulk,
    undefined,
    getBulkHandler({ personalData: openIn(env), bulks: bulkStore(env), store: orderStore(env) }),
    edge(env),
  );

export const handler = create(lambda);
