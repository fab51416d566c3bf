// The HTTP API of the laptop: API Gateway's routing, token check and Lambda payloads over the manifests'
// routes.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { RouteManifest } from "@order-saga/messaging";
import { type Answer, answerOf, notAllowed, notFound, problem, writeAnswer } from "./answer.ts";
import { corsHeaders, preflightHeaders, preflightOf } from "./cors.ts";
import { createFairLine, type FairLine, LineFull } from "./fair-line.ts";
import { toPayload } from "./payload.ts";
import { createBodyReader, declaresMore, LARGEST_EVENT_BYTES } from "./request-body.ts";
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
  /** `left` aborts when the client goes away before it is answered. */
  invoke: (service: string, functionName: string, event: unknown, left: AbortSignal) => Promise<unknown>;
  now: () => number;
  /** Answers whatever no route is meant for. */
  otherwise?: RequestListener;
  /** How many requests run at once and how many more may wait. */
  limits?: { running: number; waiting: number };
};

/**
 * More at once would only make each of them slower: all services share this machine's cores. As many wait as
 * are answered before a client gives up.
 */
const usualLimits = { running: 32, waiting: 2000 };
/** A careful guess of what a laptop answers, for `Retry-After`. */
const REQUESTS_PER_SECOND = 200;

/** More than a stage's requests that may wait at once (WAITS_AT_ONCE), so that one more is told so. */
const waitingLimits = { running: 128, waiting: 500 };

type Gateway = GatewayOptions & {
  line: FairLine;
  /** Of requests that ask to wait: those that wait take no place of one that does not. */
  waitingLine: FairLine;
  readBody: ReturnType<typeof createBodyReader>;
};

/**
 * Node's own request and response, because every order comes through here: what a web server's `Request`
 * and `Response` cost is as much as all that is done with them.
 */
export function createGateway(options: GatewayOptions): RequestListener {
  const { running, waiting } = options.limits ?? usualLimits;
  const line = createFairLine(running, waiting);
  const waitingLine = createFairLine(waitingLimits.running, waitingLimits.waiting);
  const gateway: Gateway = { ...options, line, waitingLine, readBody: createBodyReader() };
  const router = createRouter(options.routes);
  return async (incoming, outgoing) => {
    const url = urlOf(incoming);
    const asked = preflightOf(incoming);
    const found = url && router.find(asked ?? incoming.method ?? "", url.pathname);
    if (!url || !found)
      return refuseUnknown(options, incoming, outgoing, url && router.methodsOf(url.pathname));
    if (asked !== undefined)
      return writeAnswer(outgoing, { status: 204, headers: preflightHeaders(incoming), body: undefined });
    try {
      const { headers, ...answer } = await serve(gateway, found, incoming, url);
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

/** `methods` are those that the path has; undefined for what is no address. */
function refuseUnknown(
  { otherwise }: GatewayOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  methods: readonly string[] | undefined,
): void {
  if (methods?.length === 0 && otherwise) {
    otherwise(incoming, outgoing);
    return;
  }
  const { headers, ...answer } = methods ? refusalOf(methods) : malformed();
  writeAnswer(outgoing, { ...answer, headers: { ...headers, ...corsHeaders(incoming) } });
}

const refusalOf = (methods: readonly string[]) => (methods.length > 0 ? notAllowed(methods) : notFound());
const malformed = () => problem(400, "bad-request", "The address of the request is malformed.");

/** Rejects if the request breaks off. The cheapest refusal comes first. */
async function serve(
  gateway: Gateway,
  found: Found<Route>,
  incoming: IncomingMessage,
  url: URL,
): Promise<Answer> {
  const { manifest } = found.route;
  const maximumBytes = Math.min(manifest.maximumBodyBytes, LARGEST_EVENT_BYTES);
  if (declaresMore(incoming, maximumBytes)) return tooLarge(maximumBytes);
  let claims: Readonly<Record<string, string>> | undefined;
  if (manifest.scopes.length > 0) {
    const verdict = await gateway.authorize(incoming.headers.authorization, manifest.scopes);
    if ("status" in verdict) return refusal(verdict.status, verdict.reason);
    claims = verdict.claims;
  }
  const customer = claims?.sub ?? "";
  const line = lineOf(gateway, manifest, url);
  if (line?.isFullFor(customer)) return busy(line);
  const read = await gateway.readBody(incoming, maximumBytes);
  if (read === "too-large") return tooLarge(maximumBytes);
  if (read === "no-room") return busy(gateway.line);
  try {
    return await answerOfFunction(gateway, found, { incoming, url, body: read.body, claims, customer, line });
  } finally {
    read.release();
  }
}

/** What reads and writes nothing, such as `/health`, tells of a busy shop even while its customers wait. */
export const isOutsideLine = ({ scopes, table }: RouteManifest) => table === "none" && scopes.length === 0;

function lineOf(gateway: Gateway, manifest: RouteManifest, { searchParams }: URL): FairLine | undefined {
  if (isOutsideLine(manifest)) return undefined;
  return manifest.waits && searchParams.has("wait") ? gateway.waitingLine : gateway.line;
}

type Asked = {
  incoming: IncomingMessage;
  url: URL;
  body: Buffer;
  claims: Readonly<Record<string, string>> | undefined;
  customer: string;
  line: FairLine | undefined;
};

async function answerOfFunction(
  { invoke, now }: Gateway,
  { pathParameters, route: { manifest, service } }: Found<Route>,
  { body, claims, customer, incoming, line, url }: Asked,
): Promise<Answer> {
  const left = new AbortController();
  const leave = () => left.abort();
  incoming.socket.once("close", leave);
  // Made when the function runs: what waits takes no more room than it must.
  const run = () =>
    invoke(
      service,
      manifest.name,
      toPayload({
        method: incoming.method ?? "",
        url,
        rawHeaders: incoming.rawHeaders,
        body,
        routeKey: `${manifest.method} ${manifest.path}`,
        pathParameters,
        claims,
        requestId: randomUUID(),
        now: now(),
      }),
      left.signal,
    );
  try {
    return answerOf(await (line ? line.run(customer, run) : run()));
  } catch (error) {
    if (line && error instanceof LineFull) return busy(line);
    // The function timed out or its process ended: the client may send the same request again.
    const title = "The order system could not answer. Retry with the same key.";
    return problem(503, "unavailable", title, { "retry-after": "1" });
  } finally {
    incoming.socket.off("close", leave);
  }
}

const tooLarge = (bytes: number) =>
  problem(413, "body-too-large", `The body is larger than ${Math.floor(bytes / 1024)} KB.`);

function busy(line: FairLine): Answer {
  const seconds = 1 + Math.floor(line.waiting() / REQUESTS_PER_SECOND);
  const title = "There are more requests than this machine answers in time.";
  const detail = `Send the same request with the same key in ${seconds} seconds.`;
  return problem(429, "busy", title, { "retry-after": String(seconds) }, { detail });
}

function refusal(status: 401 | 403, reason: string): Answer {
  if (status === 403) return problem(403, "missing-scope", reason);
  return problem(401, "unauthorized", reason, { "www-authenticate": "Bearer" });
}
