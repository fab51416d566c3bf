// The Lambda edge of an HTTP route: takes API Gateway's event, answers JSON or a problem document.
import { IdempotencyKey, OrderId, type Problem, type Scope } from "@order-saga/contracts";
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type * as z from "zod/mini";
import en from "zod/v4/locales/en.js";
import { failureOf, PublishError } from "./errors.ts";
import { errorsOfRule, fieldErrors } from "./field-errors.ts";
import { type Flaw, flawIn, placeIn } from "./json-text.ts";
import type { Log, LogFields } from "./log.ts";
import type { RouteManifest } from "./manifest.ts";
import { principalOf, verifiedEmailOf } from "./principal.ts";

/** What a route is asked. Who asks is known only on routes with scopes: see AuthenticatedRequest. */
export type HttpRequest<B> = {
  body: B;
  /** The body as it came, for what is signed over its bytes. Throws a problem if it is too large. */
  bytes(): Buffer;
  path: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, string | undefined>>;
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
  /** Milliseconds. */
  now: number;
  log: Log;
  /** From now on each line about this request says its order or bulk; that of the path is known before. */
  about(subject: string): void;
};

export type AuthenticatedRequest<B> = HttpRequest<B> & {
  /** The token's `sub`. */
  principal: string;
  /** The token's `email`, if its issuer has verified it. */
  verifiedEmail?: string | undefined;
};

/** What the handler of a manifest's route is given. */
export type RequestOf<M extends RouteManifest, B> = M["scopes"] extends readonly [Scope, ...Scope[]]
  ? AuthenticatedRequest<B>
  : HttpRequest<B>;

export type HttpAnswer = { status: number; body?: unknown; headers?: Record<string, string> };

/** Ends a request with `application/problem+json` (RFC 9457). */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  readonly problem: Problem;
  readonly headers: Record<string, string>;
  constructor(problem: Problem, headers: Record<string, string> = {}) {
    super(problem.title);
    this.problem = problem;
    this.headers = headers;
  }
}

/** A problem with a stable `type`, such as `price-changed`. */
export function problem(
  status: number,
  type: string,
  title: string,
  more: Pick<Problem, "detail" | "errors" | "minimum"> = {},
): HttpProblem {
  return new HttpProblem({ type, title, status, ...more });
}

/** The request's idempotency key. Throws a problem if it is missing or malformed. */
export function idempotencyKeyOf({ header }: Pick<HttpRequest<unknown>, "header">): IdempotencyKey {
  const key = IdempotencyKey.safeParse(header("idempotency-key"));
  if (key.success) return key.data;
  throw problem(400, "invalid-idempotency-key", "Send an Idempotency-Key of 16–64 letters, digits, _ or -.");
}

/** The words for what is wrong with a body. Reactions answer no person, so only this edge loads them. */
const english = { error: en().localeError };

/** The handler API Gateway calls; what it throws is always turned into a problem, never into a stack. */
export type RouteHandler = (
  event: APIGatewayProxyEventV2WithJWTAuthorizer,
) => Promise<APIGatewayProxyStructuredResultV2>;

export function route<M extends RouteManifest, B = undefined>(
  manifest: M,
  schema: z.ZodMiniType<B> | undefined,
  handle: (request: RequestOf<M, B>) => Promise<HttpAnswer>,
  ports: { log: Log; now: () => number },
): RouteHandler {
  return async (event) => {
    const fields = { function: manifest.name, ...fieldsOf(event) };
    const log = ports.log.with(fields);
    const header = (name: string) => event.headers[name];
    try {
      const answer = await handle({
        // Before the body is parsed: a request without a principal gets no other answer than 401.
        ...(manifest.scopes.length > 0 && {
          principal: requiredPrincipal(event),
          verifiedEmail: verifiedEmailOf(event),
        }),
        body: schema ? parseBody(schema, event, manifest.maximumBodyBytes) : (undefined as B),
        bytes: () => bytesOf(event, manifest.maximumBodyBytes),
        path: event.pathParameters ?? {},
        query: event.queryStringParameters ?? {},
        header,
        now: ports.now(),
        log,
        about: (id) => void Object.assign(fields, aboutSubject(id)),
      } as RequestOf<M, B>);
      // A provider's calls are many, and what comes of one is in the log of who handles it.
      if (manifest.method !== "GET" && manifest.scopes.length > 0)
        log("info", "request answered", { status: answer.status });
      return toResult(answer.status, "application/json", answer.body, answer.headers);
    } catch (error) {
      const { problem, headers } = asProblem(error);
      if (problem.status >= 500)
        log("error", "request failed", { ...failureOf(error), status: problem.status });
      return toResult(problem.status, "application/problem+json", problem, headers);
    }
  };
}

function fieldsOf({ pathParameters, requestContext }: APIGatewayProxyEventV2WithJWTAuthorizer): LogFields {
  const orderId = OrderId.safeParse(pathParameters?.orderId);
  return { requestId: requestContext.requestId, ...(orderId.success && { orderId: orderId.data }) };
}

const aboutSubject = (id: string) => (id.startsWith("bulk_") ? { bulkId: id } : { orderId: id });

function requiredPrincipal(event: APIGatewayProxyEventV2WithJWTAuthorizer): string {
  const principal = principalOf(event);
  if (principal !== undefined) return principal;
  const title = "The token does not name its subject.";
  throw new HttpProblem({ type: "unauthorized", title, status: 401 }, { "www-authenticate": "Bearer" });
}

function toResult(
  statusCode: number,
  contentType: string,
  body: unknown,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 {
  if (body === undefined) return { statusCode, headers };
  return { statusCode, headers: { "content-type": contentType, ...headers }, body: JSON.stringify(body) };
}

/** API Gateway hands over text as it is, and in base64 what it takes for binary. */
function bytesOf(event: APIGatewayProxyEventV2WithJWTAuthorizer, maximumBytes: number): Buffer {
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.byteLength <= maximumBytes) return bytes;
  throw problem(413, "body-too-large", `The body is larger than ${Math.floor(maximumBytes / 1024)} KB.`);
}

function parseBody<B>(
  schema: z.ZodMiniType<B>,
  event: APIGatewayProxyEventV2WithJWTAuthorizer,
  maximumBytes: number,
): B {
  const text = bytesOf(event, maximumBytes).toString("utf8");
  const type = event.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (text !== "" && type !== "application/json") {
    throw problem(415, "unsupported-media-type", "Send the body as application/json.");
  }
  const parsed = schema.safeParse(parseJson(text), english);
  if (parsed.success) return parsed.data;
  const cardNumbers = errorsOfRule(parsed.error, "card-number-refused");
  if (cardNumbers.length > 0) {
    throw problem(400, "card-number-refused", "The body holds what looks like a card number.", {
      detail: "Send the payment provider's token (pm_…) instead; card numbers are never accepted.",
      errors: cardNumbers,
    });
  }
  throw problem(400, "invalid-body", "The body breaks its schema.", { errors: fieldErrors(parsed.error) });
}

function parseJson(text: string): unknown {
  if (text === "") return {};
  const flaw = flawIn(text);
  if (flaw) throw problemOf(flaw, text);
  return JSON.parse(text);
}

function problemOf({ kind, offset, pointer }: Flaw, text: string): HttpProblem {
  const place = placeIn(text, offset);
  switch (kind) {
    case "syntax":
      return problem(400, "not-json", "The body is not JSON.", { detail: `It is none from ${place} on.` });
    case "depth":
    case "members": {
      const detail = kind === "depth" ? "nested too deeply" : "more than 1,000 members";
      return problem(400, "invalid-body", "The body breaks its schema.", {
        errors: [{ pointer, detail: `${detail}, at ${place}` }],
      });
    }
  }
}

function asProblem(error: unknown): { problem: Problem; headers: Record<string, string> } {
  if (error instanceof HttpProblem) return error;
  if (isUnavailable(error)) {
    return problemWithRetry(
      503,
      "unavailable",
      "The order system could not answer. Retry with the same key.",
    );
  }
  const title = "The request could not be completed.";
  return { problem: { type: "internal-error", title, status: 500 }, headers: {} };
}

function problemWithRetry(status: number, type: string, title: string) {
  return { problem: { type, title, status }, headers: { "retry-after": "1" } };
}

/** True if AWS or the network did not do what was asked: the request may be sent again. */
function isUnavailable(error: unknown): boolean {
  if (error instanceof PublishError) return true;
  if (!(error instanceof Error)) return false;
  return "$metadata" in error || "code" in error || error.name === "TimeoutError";
}
