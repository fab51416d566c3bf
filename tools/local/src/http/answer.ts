// An answer over HTTP before it is written: API Gateway's own words, and problem documents.
import { type OutgoingHttpHeaders, type ServerResponse, validateHeaderValue } from "node:http";
import type { Problem } from "@order-saga/contracts";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

export type Answer = { status: number; headers: OutgoingHttpHeaders; body: string | Buffer | undefined };

/** In one piece, so that Node sends it in one. */
export function writeAnswer(outgoing: ServerResponse, { body = "", headers, status }: Answer): void {
  const isEmpty = status === 204 || status === 304;
  if (!isEmpty) headers["content-length"] = Buffer.byteLength(body);
  outgoing.writeHead(status, headers).end(isEmpty ? undefined : body);
}

/**
 * What the client gets for what the function returned; anything without a status is JSON of a 200. Throws
 * if a header cannot be sent.
 */
export function answerOf(result: unknown): Answer {
  if (!isStructured(result)) {
    const body = typeof result === "string" ? result : JSON.stringify(result ?? null);
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  const { body = null, cookies = [], statusCode: status = 200 } = result;
  const isSound = Number.isInteger(status) && status >= 200 && status <= 599;
  if (!isSound || (body !== null && typeof body !== "string"))
    return gatewayError(500, "Internal Server Error");
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(result.headers ?? {}))
    headers[name.toLowerCase()] = sendable(name, String(value));
  if (cookies.length > 0) headers["set-cookie"] = cookies.map((each) => sendable("set-cookie", each));
  if (body === null || status === 204 || status === 304) return { status, headers, body: undefined };
  headers["content-type"] ??= "text/plain; charset=UTF-8";
  return { status, headers, body: result.isBase64Encoded ? Buffer.from(body, "base64") : body };
}

function sendable(name: string, value: string): string {
  validateHeaderValue(name, value);
  return value;
}

function isStructured(answer: unknown): answer is APIGatewayProxyStructuredResultV2 {
  return typeof answer === "object" && answer !== null && "statusCode" in answer;
}

/** API Gateway's own words, when it answers in the place of a function. */
export function gatewayError(status: number, message: string): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify({ message }) };
}

export function problem(
  status: number,
  type: string,
  title: string,
  headers: Record<string, string> = {},
  more: Pick<Problem, "detail" | "errors"> = {},
): Answer {
  return {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
    body: JSON.stringify({ type, title, status, ...more } satisfies Problem),
  };
}

/** No route has the path. */
export const notFound = () => problem(404, "not-found", "There is nothing at this path.");

/** Routes have the path, with these methods. */
export const notAllowed = (methods: readonly string[]) =>
  problem(405, "method-not-allowed", "The path does not know this method.", { allow: methods.join(", ") });
