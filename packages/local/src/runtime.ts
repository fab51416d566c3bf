// The whole saga in one process: the AWS endpoint, the services' functions, the HTTP API and the schedules.
import { once } from "node:events";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { createAdaptorServer } from "@hono/node-server";
import { type DomainEvent, isEventType, scopes, sourceOfEvent } from "@order-saga/contracts";
import { type AwsEndpoint, type EndpointFaults, StateError, startAwsEndpoint } from "@order-saga/emulator";
import type { RouteManifest } from "@order-saga/messaging";
import { allReactions, type ReactionResources } from "@order-saga/messaging/topology";
import { createWitness, type Witness } from "./books/witness.ts";
import { followClock } from "./clock.ts";
import { openDataDirectory, unusable } from "./data-directory.ts";
import { type FaultBoard, openFaultBoard } from "./faults/board.ts";
import { endpointFaults, invocationFault } from "./faults/strikes.ts";
import { createGateway } from "./http/gateway.ts";
import { mountLocalRoutes } from "./http/local-routes.ts";
import { openClock } from "./kept-clock.ts";
import { withInvocationFaults } from "./lambda/faulty-invoke.ts";
import { type Functions, startFunctions } from "./lambda/functions.ts";
import { type BatchListener, type Mapping, startMapping } from "./lambda/mapping.ts";
import { type Schedules, startSchedules } from "./lambda/schedules.ts";
import { throughLoopback } from "./loopback/client.ts";
import type { RuntimeOptions } from "./options.ts";
import { type AwsClients, provision, type QueueUrls } from "./provision.ts";
import { startLiveReload } from "./reload/live-reload.ts";
import { seed } from "./seed.ts";
import { freshManifest, PACKAGES, services } from "./services.ts";
import { createIssuer, type Issuer, jwtAuthorizer } from "./tokens/index.ts";

const REGION = "eu-west-1";
const ACCOUNT_ID = "000000000000";
const AUDIENCE = "order-saga";

export type Runtime = {
  /** Base URL of the storefront API. */
  url: string;
  aws: AwsEndpoint;
  clients: AwsClients;
  queueUrls: QueueUrls;
  functions: Functions;
  reactions: readonly ReactionResources[];
  /** Calls the listener with every event of the saga that the bus accepts. */
  onEvent(listener: (event: DomainEvent) => void): void;
  /** Calls the listener whenever a reaction begins a batch, and when that is over. */
  onBatch(listener: BatchListener): void;
  /** The event-source mappings by queue name, such as `payment-authorize-payment`. */
  mappings: ReadonlyMap<string, Mapping>;
  schedules: Schedules;
  /** The API's routes, each with its service. */
  routes: readonly { service: string; manifest: RouteManifest }[];
  /** What was said, answered and logged since the start. */
  witness: Witness;
  issuer: Issuer;
  /** What goes wrong on request. */
  faults: FaultBoard;
  now: () => number;
  /** How far the clock is ahead of the machine's, in milliseconds. */
  clockAhead: () => number;
  /** Moves the clock of every thread forward; visibility timeouts, deadlines and schedules follow. */
  advanceClock(milliseconds: number): Promise<void>;
  /** Finishes what is under way and frees both ports. */
  stop(): Promise<void>;
};

export type RuntimeListeners = {
  /** Every line the functions log. */
  onLog: (line: string) => void;
  /** Something the runtime itself must say. */
  onWarning: (message: string) => void;
  /** Something worth a line, such as a service that was reloaded. */
  onNotice?: (message: string) => void;
};

/** A port is taken; `flag` is the one that chooses another. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";
  constructor(port: number, flag: string, what: string) {
    super(
      `Port ${port} is in use, so ${what} cannot start. Choose another with ${flag} PORT, or ${flag} 0 for any.`,
    );
  }
}

export async function startRuntime(options: RuntimeOptions, listeners: RuntimeListeners): Promise<Runtime> {
  const secrets = openDataDirectory(options.data);
  const clock = openClock(options.data);
  const restoreClock = followClock(clock.offset);
  const closers: (() => unknown)[] = [restoreClock];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const http = await listen(options.port);
    closers.push(() => closeServer(http.server));
    const faults = openFaultBoard(options.data);
    const aws = await startAws(options, endpointFaults(faults, reactionBehind));
    closers.push(() => aws.stop());
    const now = () => Date.now();
    const witness = createWitness({ now, maximumOrders: 10_000 });
    onSagaEvent(aws, witness.hears);
    const clients = awsClients(aws.url);
    const queueUrls = await provision(services, clients);
    const functions = await startFunctions({
      services,
      clock: clock.offset,
      queueUrls,
      environment: awsEnvironment(aws.url),
      answer: aws.answer,
      values: { ...secrets, STRIPE_API_URL: aws.url },
      onLog: (line) => {
        witness.reads(line);
        listeners.onLog(line);
      },
      onWarning: listeners.onWarning,
    });
    closers.push(() => functions.stop());
    const batchListeners = new Set<BatchListener>();
    const mappings = startMappings({
      sqs: throughLoopback(awsClients(aws.url).sqs, aws.answer),
      queueUrls,
      functions,
      faults,
      onBatch: (batch) => {
        for (const listener of batchListeners) listener(batch);
      },
      onWarning: listeners.onWarning,
    });
    closers.push(() => Promise.all([...mappings.values()].map((mapping) => mapping.disable())));
    const schedules = startAllSchedules(functions, listeners);
    closers.push(() => schedules.stop());
    const issuer = await createIssuer({ directory: options.data, url: http.url, audience: AUDIENCE, now });
    const routes = services.flatMap(({ name, routes }) =>
      routes.map((manifest) => ({ service: name, manifest })),
    );
    const runtime: Runtime = {
      url: http.url,
      aws,
      clients,
      queueUrls,
      functions,
      reactions: allReactions(services),
      onEvent: (listener) => onSagaEvent(aws, listener),
      onBatch: (listener) => void batchListeners.add(listener),
      mappings,
      schedules,
      routes,
      witness,
      issuer,
      faults,
      now,
      clockAhead: clock.ahead,
      async advanceClock(milliseconds) {
        clock.advance(milliseconds);
        await aws.retryDue();
        await schedules.tick();
      },
      stop,
    };
    const app = createGateway({
      routes,
      authorize: jwtAuthorizer({ issuer, audience: AUDIENCE, now }),
      async invoke(service, functionName, request) {
        const answer = await functions.invoke(service, functionName, request);
        witness.answers(functionName, request, answer);
        return answer;
      },
      now,
    });
    mountLocalRoutes(app, runtime);
    http.accept(app.fetch);
    const token = await issuer.sign({ sub: "seed", scope: scopes.join(" "), expiresInSeconds: 60 });
    await seed(http.url, token);
    if (options.watch) {
      const live = await watchServices(functions, listeners);
      closers.push(() => live.stop());
    }
    return runtime;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Events under their owner's source; whatever else is put on the bus is none of the saga's. */
function onSagaEvent(aws: AwsEndpoint, listener: (event: DomainEvent, isReplay: boolean) => void): void {
  aws.onEvent((event) => {
    const type = event["detail-type"];
    if (isEventType(type) && event.source === sourceOfEvent(type))
      listener(event.detail as unknown as DomainEvent, event["replay-name"] !== undefined);
  });
}

function reactionBehind(queueArn: string): string | undefined {
  return allReactions(services).find(({ queue }) => arnOf(queue.name) === queueArn)?.manifest.name;
}

const arnOf = (queueName: string) => `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${queueName}`;

async function startAws(options: RuntimeOptions, faults: EndpointFaults): Promise<AwsEndpoint> {
  try {
    return await startAwsEndpoint({
      port: options.awsPort,
      directory: options.data,
      region: REGION,
      accountId: ACCOUNT_ID,
      now: () => Date.now(),
      faults,
    });
  } catch (error) {
    if (error instanceof StateError && options.data !== undefined) throw unusable(options.data, error);
    throw explainPort(error, options.awsPort, "--aws-port", "the AWS endpoint");
  }
}

function awsClients(endpoint: string): AwsClients {
  const config = {
    endpoint,
    region: REGION,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  return {
    dynamodb: new DynamoDBClient(config),
    sqs: new SQSClient(config),
    eventBridge: new EventBridgeClient(config),
  };
}

/** What Lambda sets for every function; the SDK finds the endpoint by itself. */
function awsEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    LOG_LEVEL: process.env.LOG_LEVEL ?? "info",
    NODE_OPTIONS: "",
  };
}

/** One mapping per reaction, by its queue's name. */
function startMappings({
  queueUrls,
  functions,
  faults,
  onWarning,
  ...options
}: {
  sqs: SQSClient;
  queueUrls: QueueUrls;
  functions: Functions;
  faults: FaultBoard;
  onBatch: BatchListener;
  onWarning: (message: string) => void;
}): Map<string, Mapping> {
  return new Map(
    allReactions(services).map(({ service, manifest, queue }) => [
      queue.name,
      startMapping({
        ...options,
        reaction: manifest.name,
        queueUrl: queueUrls.get(queue.name) ?? "",
        queueArn: arnOf(queue.name),
        region: REGION,
        batchSize: manifest.batchSize,
        batchWindowSeconds: manifest.batchWindowSeconds,
        maximumConcurrency: manifest.maximumConcurrency,
        invoke: withInvocationFaults(
          (event) => functions.invoke(service, manifest.name, event),
          (event) => invocationFault(faults, manifest.name, event),
        ),
        onError: (error) => onWarning(`${manifest.name}: ${messageOf(error)}`),
      }),
    ]),
  );
}

/** Contracts and messaging run in every service; what else is saved belongs to one, or to none. */
function watchServices(functions: Functions, { onNotice = () => {}, onWarning }: RuntimeListeners) {
  return startLiveReload({
    packages: fileURLToPath(PACKAGES),
    services: services.map(({ name }) => name),
    shared: ["contracts", "messaging"],
    reload: (service) => functions.reload(service),
    manifestOf: async (service) => JSON.stringify(await freshManifest(service)),
    onNotice,
    onWarning,
  });
}

function startAllSchedules(functions: Functions, listeners: RuntimeListeners): Schedules {
  const schedules = services.flatMap(({ name, schedules }) =>
    schedules.map((each) => ({
      name: each.name,
      everyMinutes: each.everyMinutes,
      run: () => functions.invoke(name, each.name, {}),
    })),
  );
  return startSchedules(
    schedules,
    () => Date.now(),
    (name, error) => listeners.onWarning(`${name}: ${messageOf(error)}`),
  );
}

type HttpListener = {
  server: Server;
  url: string;
  accept: (fetch: (request: Request) => Response | Promise<Response>) => void;
};

/** Takes the port at once, so that a port in use is said before anything else is started. */
async function listen(port: number): Promise<HttpListener> {
  let handle = (_: Request): Response | Promise<Response> => new Response("Starting", { status: 503 });
  const server = createAdaptorServer({ fetch: (request) => handle(request) }) as Server;
  // A client that keeps its connection must not find it closed in its hand while this thread is busy, and a
  // burst of connections must find room to wait.
  server.keepAliveTimeout = 65_000;
  server.listen({ port, host: "127.0.0.1", backlog: 4096 });
  try {
    await once(server, "listening");
  } catch (error) {
    throw explainPort(error, port, "--port", "the storefront API");
  }
  const address = server.address();
  const actual = typeof address === "object" && address ? address.port : port;
  return {
    server,
    url: `http://localhost:${actual}`,
    accept: (fetch) => {
      handle = fetch;
    },
  };
}

function closeServer(server: Server): Promise<void> {
  server.closeIdleConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  });
}

function explainPort(error: unknown, port: number, flag: string, what: string): unknown {
  const inUse = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  return inUse ? new PortInUseError(port, flag, what) : error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
