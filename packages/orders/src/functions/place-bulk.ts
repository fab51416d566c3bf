// Lambda entry of POST /bulk-orders.
import { PlaceBulkRequest } from "@order-saga/contracts";
import {
  busPublisher,
  type ExecutionEnvironment,
  requiredVariable,
} from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { sealIn } from "@order-saga/messaging/personal-data/adapters";
import { placeBulkHandler } from "../bulk/routes.ts";
import { createIdentities } from "../identity/hmac.ts";
import { placeBulk } from "../service.ts";
import { bulkStore, edge, orderQuota } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const handle = placeBulkHandler({
    bulks: bulkStore(env),
    publish: busPublisher(env),
    personalData: sealIn(env),
    identities: createIdentities(requiredVariable(env, "ORDER_ID_SECRET")),
    quota: orderQuota(env),
  });
  return route(placeBulk, PlaceBulkRequest, handle, edge(env));
};

export const handler = create(lambda);
