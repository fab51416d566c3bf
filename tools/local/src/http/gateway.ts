// The HTTP API of the laptop: API Gateway's routing, token check and Lambda payloads over the manifests'
// routes.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";
import type { RouteManifest } from "@order-saga/messaging";
import { type Answer, answerOf, gatewayError, problem, writeAnswer } from "./answer.ts";
import { limitConcurrency } from "./concurrency-limit.ts";
import { corsHeaders, preflightHeaders, preflightOf } from "./cors.ts";
import { toPayload } from "./payload.ts";
import { declaresTooLarge, readBody } from "./request-body.ts";
import { createRouter, type Found } from "./routes.ts";

/** The token's claims, or why the request is refused; a refusal never quotes the token. */
export type Authorize = (
  authorization: string | undefined,
  scopes: readonly string[],
) => Promise<{ claims: Readonly<Record<string, string>> } | { status: 401 | 403; reason: string }>;

type Route = { service: string; manifest: RouteManifest };

export type GatewayOptions = {
  routes: readonly Route[];
  authorize: Authorize;
  invoke: (service: string, functionName: string, event: unknown) => Promise<unknown>;
  now: () => number;
  /** Answers whatever no route is meant for. */
  otherwise?: RequestListener;
};

/** More at once would only make each of them slower: all services share this machine's cores. */
const MAXIMUM_RUNNING = 32;

/**
 * Node's own request and response, because every order comes through here: what a web server's `Request`
 * and `Response` cost is as much as all that is done with them.
 */
export function createGateway(given: GatewayOptions): RequestListener {
  const inLine = limitConcurrency(MAXIMUM_RUNNING);
  const options: GatewayOptions = { ...given, invoke: (...call) => inLine(() => given.invoke(...call)) };
  const { otherwise = notFound } = options;
  const find = createRouter(options.routes);
  return async (incoming, outgoing) => {
    const url = urlOf(incoming);
    const asked = preflightOf(incoming);
    const found = url && find(asked ?? incoming.method ?? "", url.pathname);
    if (!found) return otherwise(incoming, outgoing);
    if (asked !== undefined)
      return writeAnswer(outgoing, { status: 204, headers: preflightHeaders(incoming), body: undefined });
    try {
      const { headers, ...answer } = await serve(options, found, incoming, url);
      const allowed = { ...headers, ...corsHeaders(incoming) };
      if (!outgoing.destroyed) writeAnswer(outgoing, { ...answer, headers: allowed });
    } catch {
      // The client left in the middle of its request.
      outgoing.destroy();
    }
  };
}

/** As it was asked for, and under which name; undefined for what is no address. */
function urlOf({ headers, url = "" }: IncomingMessage): URL | undefined {
  return URL.parse(url.startsWith("/") ? `http://${headers.host ?? "localhost"}${url}` : url) ?? undefined;
}

/** Rejects if the request breaks off. */
async function serve(
  options: GatewayOptions,
  { pathParameters, route: { manifest, service } }: Found<Route>,
  incoming: IncomingMessage,
  url: URL,
): Promise<Answer> {
  if (declaresTooLarge(incoming)) return tooLarge();
  let claims: Readonly<Record<string, string>> | undefined;
  if (manifest.scopes.length > 0) {
    const verdict = await options.authorize(incoming.headers.authorization, manifest.scopes);
    if ("status" in verdict) return refusal(verdict.status, verdict.reason);
    claims = verdict.claims;
  }
  const body = await readBody(incoming);
  if (body === undefined) return tooLarge();
  const event = toPayload({
    method: incoming.method ?? "",
    url,
    rawHeaders: incoming.rawHeaders,
    body,
    routeKey: `${manifest.method} ${manifest.path}`,
    pathParameters,
    claims,
    requestId: randomUUID(),
    now: options.now(),
  });
  try {
    return answerOf(await options.invoke(service, manifest.name, event));
  } catch {
    // The function timed out or its process ended: the client may send the same request again.
    const title = "The order system could not answer. Retry with the same key.";
    return problem(503, "unavailable", title, { "retry-after": "1" });
  }
}

const tooLarge = () => problem(413, "body-too-large", "The body is larger than 10 MB.");

/** No route has the path, or none has it with the method. */
export const notFound: RequestListener = (_, outgoing) =>
  writeAnswer(outgoing, gatewayError(404, "Not Found"));

function refusal(status: 401 | 403, reason: string): Answer {
  if (status === 403) return problem(403, "missing-scope", reason);
  return problem(401, "unauthorized", reason, { "www-authenticate": "Bearer" });
}
