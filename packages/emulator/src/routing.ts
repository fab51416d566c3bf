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

/** One request as it came over the wire, or from a client in the same process. */
export type WireRequest = {
  method: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
  /** Aborted when the client goes away before it has its answer. */
  signal: AbortSignal;
};
export type WireAnswer = { status: number; headers: Record<string, string>; body: string };

/** Answers the request; never rejects. */
export async function respond(
  engines: Engines,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { headers, method = "GET", url: path = "/" } = request;
    const body = await readBody(request);
    const answer =
      body === undefined
        ? refusal(413, "RequestEntityTooLarge", "The request is too large.")
        : path.startsWith("/v1/")
          ? await engines.payments.answer({ method, path, headers, body })
          : await answerTo(engines, { method, headers, body, signal: hangUp(response) });
    write(response, answer);
  } catch (error) {
    if (response.destroyed || response.writableEnded) return; // The client hung up; nobody waits for an answer.
    if (error instanceof AnswerLost) return void response.destroy();
    console.error("The AWS endpoint failed:", error);
    if (response.headersSent) response.destroy();
    else write(response, refusal(500, "InternalFailure", "Internal failure"));
  }
}

/** Rejects with AnswerLost if the request was carried out and nobody must be told. */
export async function answerTo(engines: Engines, request: WireRequest): Promise<WireAnswer> {
  const target = request.headers["x-amz-target"];
  if (typeof target !== "string") return answerToForm(engines, request);
  const input = parseJson(request.body);
  if (!input) return refusal(400, "SerializationException", "The body is not a JSON object.");
  const [service, operation = ""] = target.split(".");
  switch (service) {
    case "AmazonSQS": {
      const { host } = request.headers;
      const { status, headers, body } = await engines.queues.handle(operation, input, {
        headers: { host: typeof host === "string" ? host : undefined },
        signal: request.signal,
      });
      return answer(status, JSON_1_0, body, headers);
    }
    case "DynamoDB_20120810": {
      const result = await engines.tables.handle(operation, input);
      return answer(result.status, JSON_1_0, JSON.stringify(result.body));
    }
    case "AWSEvents": {
      const result = await engines.eventBridge.handle(operation, input);
      return answer(result.status, JSON_1_1, JSON.stringify(result.body));
    }
    default:
      return refusal(400, "UnknownOperationException", `${target} is not served here.`);
  }
}

/** The query protocol, in which only SES is spoken to. */
async function answerToForm({ mailbox }: Engines, request: WireRequest): Promise<WireAnswer> {
  const isForm = String(request.headers["content-type"]).startsWith("application/x-www-form-urlencoded");
  if (request.method !== "POST" || !isForm) {
    const message =
      "Here are EventBridge, SQS and DynamoDB by their JSON protocols, SES version 1, and Stripe under /v1/.";
    return refusal(404, "UnknownOperationException", message);
  }
  const result = await mailbox.handle(Object.fromEntries(new URLSearchParams(request.body)));
  return answer(result.status, "text/xml", result.body);
}

/** Aborted when the client goes away before it has its answer. */
function hangUp(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

function refusal(status: number, type: string, message: string): WireAnswer {
  return answer(status, JSON_1_0, JSON.stringify({ __type: type, message }));
}

function answer(
  status: number,
  contentType: string,
  body: string,
  headers: Record<string, string> = {},
): WireAnswer {
  return {
    status,
    headers: { "content-type": contentType, "x-amzn-requestid": randomUUID(), ...headers },
    body,
  };
}

function write(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
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
