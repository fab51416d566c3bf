// Routes each request to its service's engine.
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Denial } from "@order-saga/iam/denied";
import { type Access, accessKeyIn } from "./access.ts";
import { AnswerLost } from "./answer-lost.ts";
import type { Callers, Pages } from "./callers.ts";
import type { DiskTrouble } from "./disk-trouble.ts";
import type { Tables } from "./dynamodb/tables.ts";
import { tooDeep } from "./dynamodb/values.ts";
import type { EventBridge } from "./eventbridge/index.ts";
import { type JsonService, unreadable } from "./models.ts";
import { AUTHENTICATE_PATH } from "./payments/authentication.ts";
import type { PaymentProvider } from "./payments/index.ts";
import { accessDenied, bucketOfHost, type ObjectStore } from "./s3/index.ts";
import { failure } from "./ses/answers.ts";
import type { Mailbox } from "./ses/mailbox.ts";
import type { Misfit } from "./shapes.ts";
import type { Queues, SqsRequest } from "./sqs/queues.ts";

export type Engines = {
  queues: Queues;
  tables: Tables;
  eventBridge: EventBridge;
  mailbox: Mailbox;
  payments: PaymentProvider;
  objects: ObjectStore;
  access: Access;
  trouble: DiskTrouble;
  /** Copies the stores' logs into their files, where there are files. */
  copyLogs?: () => void;
  /** To be called before an answer: what was done for it is in the stores' logs from then on. */
  note: (service?: Call["service"]) => void;
};

/** Above the 50 MB of a feed; S3 itself takes 5 GB at once. */
const MAXIMUM_OBJECT_BYTES = 128 * 1024 * 1024;

/** DynamoDB's limit for a request (DynamoDB Developer Guide, "Quotas"); the other services' are smaller. */
const MAXIMUM_BODY_BYTES = 16 * 1024 * 1024;

const JSON_1_0 = "application/x-amz-json-1.0";
const JSON_1_1 = "application/x-amz-json-1.1";

/** A request without its protocol. */
export type Call = {
  service: "dynamodb" | "eventbridge" | "ses" | "sqs";
  operation: string;
  /** As in the JSON protocols: blobs in base64, times in seconds. For SES, the fields of the form. */
  input: Record<string, unknown>;
  /** Who asks; the administrator if it is not there. */
  accessKey?: string | undefined;
};
export type CallAnswer = {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** A text, or a value to be sent as JSON. */
  body: unknown;
};

type WireRequest = { method: string; headers: IncomingHttpHeaders; body: string; signal: AbortSignal };
type WireAnswer = { status: number; headers: Readonly<Record<string, string>>; body: string | Uint8Array };

/** Answers the request; never rejects. */
export async function respond(
  engines: Engines,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { headers, method = "GET", url: path = "/" } = request;
    if (isForObjects(request)) {
      const answer = await answerOfObjects(engines, request);
      engines.note();
      return write(response, answer);
    }
    const body = (await readBody(request, MAXIMUM_BODY_BYTES))?.toString("utf8");
    const answer =
      body === undefined
        ? refusal(413, "RequestEntityTooLarge", "The request is too large.")
        : path.startsWith("/v1/")
          ? await engines.payments.answer({ method, path, headers, body })
          : await answerTo(engines, { method, headers, body, signal: hangUp(response) });
    engines.note();
    write(response, answer);
  } catch (error) {
    if (response.destroyed || response.writableEnded) return; // The client hung up.
    if (error instanceof AnswerLost) return void response.destroy();
    const answer = asWire(failed(engines, error), JSON_1_0);
    if (response.headersSent) response.destroy();
    else write(response, answer);
  }
}

/** Why the request may not be made at all, in the service's own form; undefined if it may. */
export function refuseCaller(callers: Callers, request: IncomingMessage): WireAnswer | undefined {
  const isObject = isForObjects(request);
  const message = callers.refuse(request, pagesOf(request), isObject);
  if (message === undefined) return undefined;
  const { headers, url = "/" } = request;
  if (isObject) return accessDenied(message, url);
  if (url.startsWith("/v1/")) {
    const body = { error: { type: "invalid_request_error", message } };
    return asWire({ status: 403, body }, "application/json");
  }
  const target = targets.get(targetOf(headers)?.[0]);
  if (target) return asWire(deniedBy(target.service, refusedPage(message)), target.contentType);
  if (isForm(headers)) return asWire(deniedBy("ses", refusedPage(message)), "text/xml");
  return refusal(403, "AccessDeniedException", message);
}

const refusedPage = (message: string): Denial => ({ name: "AccessDenied", message, httpStatusCode: 403 });

/** The bank's page is framed by any shop, and its link has a secret; files come from a page of the shop. */
function pagesOf(request: IncomingMessage): Pages {
  const path = (request.url ?? "/").replace(/\?.*$/s, "");
  if (AUTHENTICATE_PATH.test(path)) return "any";
  return isForObjects(request) ? "local" : "own";
}

/** S3 has no header of its own: its requests are signed for it, or carry a form, or ask before they do. */
function isForObjects({ headers, method, url = "/" }: IncomingMessage): boolean {
  if (headers["x-amz-target"] !== undefined || url.startsWith("/v1/")) return false;
  if (headers.authorization !== undefined) return /\/s3\/aws4_request\b/.test(headers.authorization);
  if (/[?&]X-Amz-(Signature|Credential)=/.test(url)) return true;
  if (method === "POST") return String(headers["content-type"]).startsWith("multipart/form-data");
  return method === "OPTIONS" || bucketOfHost(headers.host) !== undefined;
}

async function answerOfObjects({ objects }: Engines, request: IncomingMessage): Promise<WireAnswer> {
  const { method = "GET", url = "/" } = request;
  const body = await readBody(request, MAXIMUM_OBJECT_BYTES);
  const given = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  const headers: Record<string, string> = Object.fromEntries(given);
  return objects.answer({ method, url, headers, body, sourceIp: "127.0.0.1" });
}

/** Answers a request of this process; rejects only with AnswerLost, if a fault loses the answer. */
export async function answerCall(engines: Engines, call: Call): Promise<CallAnswer> {
  try {
    return await carryOut(engines, call, { headers: {}, signal: neverAborted }).finally(() =>
      engines.note(call.service),
    );
  } catch (error) {
    if (error instanceof AnswerLost) throw error;
    return failed(engines, error);
  }
}

/** A request of this process is never aborted by its caller. */
const neverAborted = new AbortController().signal;

async function carryOut(
  { access, eventBridge, mailbox, queues, tables }: Engines,
  { accessKey, input, operation, service }: Call,
  request: SqsRequest,
): Promise<CallAnswer> {
  const denial = access.refuse(accessKey, { service, operation, input });
  if (denial) return deniedBy(service, denial);
  switch (service) {
    case "dynamodb":
      return tables.handle(operation, input);
    case "eventbridge":
      return eventBridge.handle(operation, input);
    case "ses":
      return mailbox.handle({ ...(input as Record<string, string>), Action: operation });
    case "sqs":
      return queues.handle(operation, input, request);
  }
}

/** An item that is too deep is one that DynamoDB reads and does not take. */
function unreadableBy(service: JsonService, { isTooDeep, reason }: Misfit): CallAnswer {
  if (service === "dynamodb" && isTooDeep) return { status: 400, body: tooDeep().body };
  return {
    status: 400,
    body: { __type: "com.amazon.coral.service#SerializationException", message: reason },
  };
}

/** Each service has its own form (DynamoDB developer guide, "Error handling"; SQS and SES API references). */
function deniedBy(service: Call["service"], { httpStatusCode, message, name }: Denial): CallAnswer {
  if (service === "ses") return failure(name, message, httpStatusCode);
  const body = { __type: `com.amazon.coral.service#${name}`, message };
  if (service !== "sqs") return { status: httpStatusCode, body };
  return { status: httpStatusCode, headers: { "x-amzn-query-error": `${name};Sender` }, body };
}

/** The services by the prefix of their X-Amz-Target, with the content type of their JSON protocol. */
const targets = new Map<string | undefined, { service: JsonService; contentType: string }>([
  ["AmazonSQS", { service: "sqs", contentType: JSON_1_0 }],
  ["DynamoDB_20120810", { service: "dynamodb", contentType: JSON_1_0 }],
  ["AWSEvents", { service: "eventbridge", contentType: JSON_1_1 }],
]);

async function answerTo(engines: Engines, request: WireRequest): Promise<WireAnswer> {
  const target = targetOf(request.headers);
  if (!target) return answerToForm(engines, request);
  const input = parseJson(request.body);
  if (!input) return refusal(400, "SerializationException", "The body is not a JSON object.");
  const [prefix, operation = ""] = target;
  const known = targets.get(prefix);
  if (!known) return refusal(400, "UnknownOperationException", `${target.join(".")} is not served here.`);
  const { service, contentType } = known;
  const { signal, headers } = request;
  const misfit = unreadable(service, operation, input);
  if (misfit) return asWire(unreadableBy(service, misfit), contentType);
  const accessKey = accessKeyIn(headers.authorization);
  return asWire(
    await carryOut(
      engines,
      { service, operation, input, accessKey },
      { headers: { host: headers.host }, signal },
    ),
    contentType,
  );
}

/** Service and operation of the JSON protocols. */
function targetOf({ "x-amz-target": target }: IncomingHttpHeaders): string[] | undefined {
  return typeof target === "string" ? target.split(".") : undefined;
}

const isForm = (headers: IncomingHttpHeaders) =>
  String(headers["content-type"]).startsWith("application/x-www-form-urlencoded");

/** The query protocol, which only SES uses here. */
async function answerToForm(engines: Engines, request: WireRequest): Promise<WireAnswer> {
  if (request.method !== "POST" || !isForm(request.headers)) {
    const message =
      "Here are EventBridge, SQS and DynamoDB by their JSON protocols, S3 for signed requests, SES version 1, and Stripe under /v1/.";
    return refusal(404, "UnknownOperationException", message);
  }
  const { Action = "", ...input } = Object.fromEntries(new URLSearchParams(request.body));
  const accessKey = accessKeyIn(request.headers.authorization);
  const call: Call = { service: "ses", operation: Action, input, accessKey };
  return asWire(await carryOut(engines, call, { headers: {}, signal: request.signal }), "text/xml");
}

/** Aborted when the client disconnects before it has its answer. */
function hangUp(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

function refusal(status: number, type: string, message: string): WireAnswer {
  return asWire({ status, body: { __type: type, message } }, JSON_1_0);
}

/** The answer to a request that met a full disk, or a defect of the endpoint. */
function failed({ trouble }: Engines, error: unknown): CallAnswer {
  if (!trouble.tell(error)) console.error("The AWS endpoint failed:", error);
  return { status: 500, body: { __type: "InternalFailure", message: "Internal failure" } };
}

function asWire({ body, headers, status }: CallAnswer, contentType: string): WireAnswer {
  return {
    status,
    headers: { "content-type": contentType, "x-amzn-requestid": randomUUID(), ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

export function write(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  // A HEAD request is told the length of a body that it does not get.
  response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers }).end(body);
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

/** The body; undefined if it is too large, but it is read to its end so that the client gets the refusal. */
async function readBody(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= most) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes <= most ? Buffer.concat(chunks) : undefined;
}
