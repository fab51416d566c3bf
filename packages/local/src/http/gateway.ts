// The HTTP API of the laptop: API Gateway's routing, token check and Lambda payloads over the manifests' routes.
import { randomUUID } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import type { Problem } from "@order-saga/contracts";
import type { RouteManifest } from "@order-saga/messaging";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createLine } from "./line.ts";
import { gatewayError, toPayload, toResponse } from "./payload.ts";

/** The token's claims, or why the request is refused; a refusal never quotes the token. */
export type Authorize = (
  authorization: string | undefined,
  scopes: readonly string[],
) => Promise<{ claims: Record<string, string> } | { status: 401 | 403; reason: string }>;

export type GatewayOptions = {
  routes: readonly { service: string; manifest: RouteManifest }[];
  authorize: Authorize;
  invoke: (service: string, functionName: string, event: unknown) => Promise<unknown>;
  now: () => number;
};

/** API Gateway refuses larger payloads (API Gateway quotas). */
const MAXIMUM_PAYLOAD_BYTES = 10 * 1024 * 1024;

/** More at once would only make each of them slower: all services share this machine's cores. */
const MAXIMUM_RUNNING = 32;

export function createGateway(given: GatewayOptions): Hono {
  const app = new Hono();
  const inLine = createLine(MAXIMUM_RUNNING);
  const options: GatewayOptions = { ...given, invoke: (...call) => inLine(() => given.invoke(...call)) };
  app.use(
    bodyLimit({
      maxSize: MAXIMUM_PAYLOAD_BYTES,
      onError: () => problemResponse(413, "body-too-large", "The body is larger than 10 MB."),
    }),
  );
  // Hono would answer HEAD by GET's route; API Gateway has only the routes it was given.
  app.use(async (context, next) => (context.req.raw.method === "HEAD" ? notFound() : next()));
  for (const { service, manifest } of options.routes) {
    app.on(manifest.method, manifest.path.replace(/\{(\w+)\}/g, ":$1"), (context) =>
      serve(options, service, manifest, context),
    );
  }
  app.notFound(notFound);
  return app;
}

async function serve(
  options: GatewayOptions,
  service: string,
  manifest: RouteManifest,
  context: Context,
): Promise<Response> {
  let claims: Record<string, string> | undefined;
  if (manifest.scopes.length > 0) {
    const verdict = await options.authorize(context.req.header("authorization"), manifest.scopes);
    if ("status" in verdict) return refusal(verdict.status, verdict.reason);
    claims = verdict.claims;
  }
  const event = await toPayload({
    request: context.req.raw,
    rawHeaders: (context.env as Partial<HttpBindings> | undefined)?.incoming?.rawHeaders,
    routeKey: `${manifest.method} ${manifest.path}`,
    pathParameters: context.req.param() as Record<string, string>,
    claims,
    requestId: randomUUID(),
    now: options.now(),
  });
  try {
    const result = await options.invoke(service, manifest.name, event);
    return toResponse(result);
  } catch {
    // The function timed out or its process ended: the client may send the same request again.
    return problemResponse(
      503,
      "unavailable",
      "The order system could not answer. Retry with the same key.",
      {
        "retry-after": "1",
      },
    );
  }
}

/** No route has the path, or none has it with the method. */
const notFound = () => gatewayError(404, "Not Found");

function refusal(status: 401 | 403, reason: string): Response {
  if (status === 403) return problemResponse(403, "missing-scope", reason);
  return problemResponse(401, "unauthorized", reason, { "www-authenticate": "Bearer" });
}

export function problemResponse(
  status: number,
  type: string,
  title: string,
  headers: Record<string, string> = {},
  more: Pick<Problem, "detail" | "errors"> = {},
): Response {
  return new Response(JSON.stringify({ type, title, status, ...more } satisfies Problem), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}
