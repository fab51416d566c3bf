// Lambda entry of GET /openapi.json.
import body from "@order-saga/contracts/openapi-text.json" with { type: "json" };
import type { RouteHandler } from "@order-saga/messaging/http";

const headers = { "content-type": "application/json", "cache-control": "public, max-age=300" };

/**
 * Needs neither `route` nor an execution environment: it reads no request, and the document is made at build
 * time.
 */
export const create = (): RouteHandler => async () => ({ statusCode: 200, headers, body });

export const handler = create();
