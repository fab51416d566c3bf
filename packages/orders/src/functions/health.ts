// Lambda entry of GET /health: answers when the function can serve.
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { edgeOf, environment, type Sandbox } from "@order-saga/messaging/sandbox";
import { health } from "../service.ts";

export const create = (sandbox: Sandbox) => {
  const body = { status: "ok", version: environment(sandbox, "VERSION") };
  return route(health, undefined, async () => ({ status: 200, body }), edgeOf(sandbox, "orders"));
};

export const handler = create(lambda);
