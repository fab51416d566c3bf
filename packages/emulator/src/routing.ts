// Hands each HTTP request to the engine it is meant for; a request is parsed once, and an unknown one is refused by name.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Tables } from "./dynamodb/tables.ts";
import type { EventBridge } from "./eventbridge/index.ts";
import { AnswerLost } from "./faults.ts";
import type { PaymentProvider } from "./payments/index.ts";
import type { Mailbox } from "./ses/mailbox.ts";
import type { Queues } from "./sqs/queues.ts";

export type Engines = {
  queues: Queues;
  tables: Tables;
  eventBridge: EventBridge;
  mailbox: Mailbox;
  payments: PaymentProvider;
};

/** DynamoDB's limit for a request (DynamoDB Developer Guide, "Quotas"); the other services' are smaller. */
const MAXIMUM_BODY_BYTES = 16 * 1024 * 1024;

const JSON_1_0 = "application/x-amz-json-1.0";
const JSON_1_1 = "application/x-amz-json-1.1";

/** Answers the request; never rejects. */
export async function respond(
  engines: Engines,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (request.url?.startsWith("/v1/")) return engines.payments.handle(request, response);
    const body = await readBody(request);
    if (body === undefined)
      return refuse(response, 413, "RequestEntityTooLarge", "The request is too large.");
    await route(engines, request, response, body);
  } catch (error) {
    if (response.destroyed || response.writableEnded) return; // The client hung up; nobody waits for an answer.
    if (error instanceof AnswerLost) return void response.destroy();
    console.error("The AWS endpoint failed:", error);
    if (response.headersSent) response.destroy();
    else refuse(response, 500, "InternalFailure", "Internal failure");
  }
}

async function route(
  engines: Engines,
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
): Promise<void> {
  const target = request.headers["x-amz-target"];
  if (typeof target !== "string") return routeForm(engines, request, response, body);
  const input = parseJson(body);
  if (!input) return refuse(response, 400, "SerializationException", "The body is not a JSON object.");
  const [service, operation = ""] = target.split(".");
  switch (service) {
    case "AmazonSQS": {
      const result = await engines.queues.handle(operation, input, {
        headers: { host: request.headers.host },
        signal: hangUp(response),
      });
      return answer(response, result.status, JSON_1_0, result.body, result.headers);
    }
    case "DynamoDB_20120810": {
      const result = await engines.tables.handle(operation, input);
      return answer(response, result.status, JSON_1_0, JSON.stringify(result.body));
    }
    case "AWSEvents": {
      const result = await engines.eventBridge.handle(operation, input);
      return answer(response, result.status, JSON_1_1, JSON.stringify(result.body));
    }
    default:
      return refuse(response, 400, "UnknownOperationException", `${target} is not served here.`);
  }
}

/** The query protocol, in which only SES is spoken to. */
async function routeForm(
  { mailbox }: Engines,
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
): Promise<void> {
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  if (request.method !== "POST" || !isForm) {
    const message =
      "Here are EventBridge, SQS and DynamoDB by their JSON protocols, SES version 1, and Stripe under /v1/.";
    return refuse(response, 404, "UnknownOperationException", message);
  }
  const result = await mailbox.handle(Object.fromEntries(new URLSearchParams(body)));
  answer(response, result.status, "text/xml", result.body);
}

/** Aborted when the client goes away before it has its answer. */
function hangUp(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  answer(response, status, JSON_1_0, JSON.stringify({ __type: type, message }));
}

function answer(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, {
      "content-type": contentType,
      "content-length": Buffer.byteLength(body),
      "x-amzn-requestid": randomUUID(),
      ...headers,
    })
    .end(body);
}

function parseJson(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = body === "" ? {} : JSON.parse(body);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The body as text, or undefined if it is too large; that is read to its end too, so that the refusal arrives. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAXIMUM_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes <= MAXIMUM_BODY_BYTES ? Buffer.concat(chunks).toString("utf8") : undefined;
}
