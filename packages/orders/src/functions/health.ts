// Lambda entry of GET /health: answers when the function can serve.
import { route } from "@order-saga/messaging/http";
import { environment, lambdaLog, now } from "@order-saga/messaging/lambda";
import { health } from "../service.ts";

const body = { status: "ok", version: environment("VERSION") };

export const handler = route(health, undefined, async () => ({ status: 200, body }), {
  log: lambdaLog("orders"),
  now,
});
