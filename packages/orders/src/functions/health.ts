// Lambda entry of GET /health: answers when the function can serve.

import { type ExecutionEnvironment, requiredVariable } from "@order-saga/messaging/execution-environment";
import type { RouteHandler } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";

/** A kept answer would say that the function can serve when it cannot. */
const headers = { "content-type": "application/json", "cache-control": "no-store" };

/** Without `route`, as it reads no request and cannot fail: what a cold start does not load costs nothing. */
export const create = (env: ExecutionEnvironment): RouteHandler => {
  const body = JSON.stringify({ status: "ok", version: requiredVariable(env, "VERSION") });
  return async () => ({ statusCode: 200, headers, body });
};

export const handler = create(lambda);
