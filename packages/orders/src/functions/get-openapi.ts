// Lambda entry of GET /openapi.json.
import openapi from "@order-saga/contracts/openapi.json" with { type: "json" };
import { route } from "@order-saga/messaging/http";
import { lambdaLog, now } from "@order-saga/messaging/lambda";
import { getOpenapi } from "../service.ts";

const answer = { status: 200, body: openapi, headers: { "cache-control": "public, max-age=300" } };

export const handler = route(getOpenapi, undefined, async () => answer, { log: lambdaLog("orders"), now });
