// Lambda entry of GET /openapi.json.
import openapi from "@order-saga/contracts/openapi.json" with { type: "json" };
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { edgeOf, type Sandbox } from "@order-saga/messaging/sandbox";
import { getOpenapi } from "../service.ts";

const answer = { status: 200, body: openapi, headers: { "cache-control": "public, max-age=300" } };

export const create = (sandbox: Sandbox) =>
  route(getOpenapi, undefined, async () => answer, edgeOf(sandbox, "orders"));

export const handler = create(lambda);
