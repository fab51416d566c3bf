// An HTTP request as API Gateway's HTTP API hands it to Lambda (payload format 2.0).
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";

export type GatewayRequest = {
  method: string;
  url: URL;
  /** Names and values in turn, as Node's server read them. */
  rawHeaders: readonly string[];
  body: Buffer;
  routeKey: string;
  pathParameters: Record<string, string>;
  claims: Readonly<Record<string, string>> | undefined;
  requestId: string;
  now: number;
};

export function toPayload(given: GatewayRequest): APIGatewayProxyEventV2WithJWTAuthorizer {
  const { body, claims, method, now, pathParameters, requestId, routeKey, url } = given;
  const { cookie, ...headers } = headersOf(given.rawHeaders);
  const cookies = cookie?.split("; ") ?? [];
  const text = isText(headers["content-type"]);
  const query = url.search === "" ? {} : queryOf(url.searchParams);
  const context = {
    accountId: "000000000000",
    apiId: "local",
    domainName: url.hostname,
    domainPrefix: url.hostname.split(".")[0] ?? "",
    http: {
      method,
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
    ...(body.length > 0 && { body: body.toString(text ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !text,
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

/** Such as `12/Mar/2020:19:03:58 +0000`. */
function accessLogTime(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
