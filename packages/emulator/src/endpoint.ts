// One HTTP server for every AWS service the saga uses, and for the payment provider: each request goes to its engine.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { createTables, type Tables } from "./dynamodb/tables.ts";
import {
  type BusEvent,
  createEventBridge,
  type EventBridge,
  type PendingDelivery,
} from "./eventbridge/index.ts";
import { createPaymentProvider, type PaymentProvider } from "./payments/index.ts";
import { createMailbox, type Mailbox, type StoredMail } from "./ses/mailbox.ts";
import { createQueues, type Queues } from "./sqs/queues.ts";

export type AwsEndpointOptions = {
  /** 0 takes any free port; only the loopback interface listens. */
  port: number;
  /** Where all state is kept; undefined keeps it in memory. */
  directory: string | undefined;
  region?: string;
  accountId?: string;
  /** Milliseconds; the machine's clock unless a test moves time. */
  now?: () => number;
};

export type AwsEndpoint = {
  url: string;
  port: number;
  /** Looks into queues without disturbing them. */
  queues: Pick<Queues, "names" | "count" | "messages">;
  payments: PaymentProvider;
  mails(): StoredMail[];
  /** Calls the listener with every event the bus accepts, and the rules it matched. */
  onEvent(listener: (event: BusEvent, matchedRules: readonly string[]) => void): void;
  /** Deliveries to targets that failed and are being retried. */
  pendingDeliveries(): PendingDelivery[];
  /** Retries what has become due; to be called when `now` was moved. */
  retryDue(): Promise<void>;
  stop(): Promise<void>;
};

type Engines = {
  queues: Queues;
  tables: Tables;
  eventBridge: EventBridge;
  mailbox: Mailbox;
  payments: PaymentProvider;
};

/** SQS, DynamoDB and EventBridge all refuse larger requests. */
const MAXIMUM_BODY_BYTES = 16 * 1024 * 1024;

/** Rejects with an error of code EADDRINUSE if the port is taken. */
export async function startAwsEndpoint(options: AwsEndpointOptions): Promise<AwsEndpoint> {
  const { directory, region = "eu-west-1", accountId = "000000000000", now = () => Date.now() } = options;
  // The port first: a second instance on the same state must not even open it.
  let serveRequest = (_: IncomingMessage, response: ServerResponse) => void response.writeHead(503).end();
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) =>
    serveRequest(request, response),
  );
  const port = await listen(server, options.port);

  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const file = (name: string) => (directory === undefined ? ":memory:" : join(directory, name));
  const listeners = new Set<(event: BusEvent, matchedRules: readonly string[]) => void>();
  const queues = createQueues({ directory: directory && join(directory, "sqs"), now });
  const engines: Engines = {
    queues,
    tables: await createTables({ directory: directory && join(directory, "dynamodb"), now }),
    mailbox: createMailbox({ file: file("ses.sqlite"), now }),
    payments: createPaymentProvider({ file: file("payments.sqlite"), now, newId: randomUUID }),
    eventBridge: createEventBridge({
      file: file("eventbridge.sqlite"),
      region,
      accountId,
      now,
      newId: randomUUID,
      deliver: ({ queueArn, body, attributes }) => queues.send(queueArn, body, attributes),
      schedule: (delay, run) => {
        const timer = setTimeout(run, delay).unref();
        return () => clearTimeout(timer);
      },
      onDropped: (delivery) =>
        console.error(
          `EventBridge gave up on ${delivery.target.Arn}, which has no dead-letter queue: ${delivery.errorCode}`,
        ),
      onEvent: (event, matchedRules) => {
        for (const listener of listeners) listener(event, matchedRules);
      },
    }),
  };
  serveRequest = (request, response) => void handle(engines, request, response);

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    queues,
    payments: engines.payments,
    mails: engines.mailbox.mails,
    onEvent: (listener) => void listeners.add(listener),
    pendingDeliveries: engines.eventBridge.pendingDeliveries,
    retryDue: engines.eventBridge.retryDue,
    async stop() {
      server.close();
      server.closeAllConnections();
      engines.eventBridge.close();
      engines.queues.close();
      engines.mailbox.close();
      engines.payments.close();
      await engines.tables.close();
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address ? address.port : port;
}

async function handle(engines: Engines, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.url?.startsWith("/v1/")) return engines.payments.handle(request, response);
    const body = await readBody(request);
    if (body === undefined) return answer(response, 413, "text/plain", "The request is too large.");
    await route(engines, request, response, body);
  } catch (error) {
    if (response.destroyed || response.writableEnded) return; // The client hung up; nobody waits for an answer.
    console.error("The AWS endpoint failed:", error);
    const type = "InternalFailure";
    answer(
      response,
      500,
      "application/x-amz-json-1.0",
      JSON.stringify({ __type: type, message: "Internal failure" }),
    );
  }
}

async function route(
  engines: Engines,
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
): Promise<void> {
  const target = String(request.headers["x-amz-target"] ?? "");
  const [service, operation = ""] = target.split(".");
  if (service === "AmazonSQS") {
    const input = parseJson(body);
    if (!input) return malformed(response);
    const hungUp = new AbortController();
    response.once("close", () => hungUp.abort());
    const headers = { host: request.headers.host, authorization: request.headers.authorization };
    const result = await engines.queues.handle(operation, input, { headers, signal: hungUp.signal });
    response.writeHead(result.status, result.headers).end(result.body);
  } else if (service === "DynamoDB_20120810") {
    const input = parseJson(body);
    if (!input) return malformed(response);
    const result = await engines.tables.handle(operation, input);
    answer(response, result.status, "application/x-amz-json-1.0", JSON.stringify(result.body));
  } else if (service === "AWSEvents") {
    const input = parseJson(body);
    if (!input) return malformed(response);
    const result = await engines.eventBridge.handle(operation, input);
    answer(response, result.status, "application/x-amz-json-1.1", JSON.stringify(result.body));
  } else if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    const result = await engines.mailbox.handle(Object.fromEntries(new URLSearchParams(body)));
    answer(response, result.status, "text/xml", result.body);
  } else {
    const message =
      "This endpoint speaks EventBridge, SQS, DynamoDB (JSON protocols) and SES (query protocol).";
    answer(
      response,
      400,
      "application/x-amz-json-1.0",
      JSON.stringify({ __type: "UnknownOperationException", message }),
    );
  }
}

function malformed(response: ServerResponse): void {
  answer(response, 400, "application/x-amz-json-1.0", JSON.stringify({ __type: "SerializationException" }));
}

function answer(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { "content-type": contentType, "x-amzn-requestid": randomUUID() }).end(body);
}

function parseJson(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = body === "" ? {} : JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The body as text, or undefined if it is larger than any service accepts. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAXIMUM_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
