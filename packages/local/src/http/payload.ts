// An HTTP request as API Gateway's HTTP API hands it to Lambda (payload format 2.0), and the answer back.
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

export type GatewayRequest = {
  request: Request;
  /** Names and values in turn, as Node's server read them; without them repeated headers are joined with ", ". */
  rawHeaders?: readonly string[] | undefined;
  routeKey: string;
  pathParameters: Record<string, string>;
  claims: Record<string, string> | undefined;
  requestId: string;
  now: number;
};

export async function toPayload(given: GatewayRequest): Promise<APIGatewayProxyEventV2WithJWTAuthorizer> {
  const { request, routeKey, pathParameters, claims, requestId, now } = given;
  const url = new URL(request.url);
  const { cookie, ...headers } = headersOf(given.rawHeaders ?? [...request.headers].flat());
  const cookies = cookie?.split("; ") ?? [];
  const bytes = Buffer.from(await request.arrayBuffer());
  const text = isText(headers["content-type"]);
  const query = queryOf(url.searchParams);
  const context = {
    accountId: "000000000000",
    apiId: "local",
    domainName: url.hostname,
    domainPrefix: url.hostname.split(".")[0] ?? "",
    http: {
      method: request.method,
      path: url.pathname,
      protocol: "HTTP/1.1",
      sourceIp: "127.0.0.1",
      userAgent: headers["user-agent"] ?? "",
    },
    requestId,
    routeKey,
    stage: "$default",
    time: accessLogTime(now),
    timeEpoch: now,
    ...(claims && {
      authorizer: {
        principalId: "",
        integrationLatency: 0,
        jwt: { claims, scopes: claims.scope?.split(" ") ?? [] },
      },
    }),
  };
  return {
    version: "2.0",
    routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    ...(cookies.length > 0 && { cookies }),
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(bytes.length > 0 && { body: bytes.toString(text ? "utf8" : "base64") }),
    isBase64Encoded: bytes.length > 0 && !text,
    requestContext: context,
  } as APIGatewayProxyEventV2WithJWTAuthorizer;
}

/** By names in lower case; values of a repeated header are joined with commas, as API Gateway does. */
function headersOf(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]?.toLowerCase() ?? "";
    const before = headers[name];
    headers[name] = before === undefined ? `${raw[index + 1]}` : `${before},${raw[index + 1]}`;
  }
  return headers;
}

/** API Gateway passes text types as they are and everything else as base64. */
function isText(contentType: string | undefined): boolean {
  return (
    contentType !== undefined && /^(text\/|application\/(json|xml|javascript|.*\+json))/i.test(contentType)
  );
}

/** Values of a repeated parameter are joined with commas, as API Gateway does. */
function queryOf(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(",")]),
  );
}

/** What the client gets for what the function returned; anything without a status is JSON of a 200. */
export function toResponse(answer: unknown): Response {
  if (!isStructured(answer)) {
    const body = typeof answer === "string" ? answer : JSON.stringify(answer ?? null);
    return new Response(body, { headers: { "content-type": "application/json" } });
  }
  const { statusCode: status = 200, body = null } = answer;
  const isSound = Number.isInteger(status) && status >= 200 && status <= 599;
  if (!isSound || (body !== null && typeof body !== "string"))
    return gatewayError(500, "Internal Server Error");
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers.set(name, String(value));
  for (const cookie of answer.cookies ?? []) headers.append("set-cookie", cookie);
  const empty = status === 204 || status === 304;
  const bytes = body !== null && answer.isBase64Encoded ? Buffer.from(body, "base64") : body;
  return new Response(empty ? null : bytes, { status, headers });
}

function isStructured(answer: unknown): answer is APIGatewayProxyStructuredResultV2 {
  return typeof answer === "object" && answer !== null && "statusCode" in answer;
}

/** API Gateway's own words, when it answers in the place of a function. */
export function gatewayError(status: number, message: string): Response {
  return new Response(JSON.stringify({ message }), {
    status,
    headers: { "content-type": "application/json" },
  });
}

/** Such as `12/Mar/2020:19:03:58 +0000`. */
function accessLogTime(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
