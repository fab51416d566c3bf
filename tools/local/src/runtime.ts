// The whole saga in one process: the AWS endpoint, the services' functions, the HTTP API and the schedules.

import { startConsole } from "@order-saga/console/console";
import { createRecorder, type Recorder } from "@order-saga/console/recorder";
import { createRecording, type Recording } from "@order-saga/console/recording";
import { topologyOf } from "@order-saga/console/topology";
import { type DomainEvent, isEventType, scopes, sourceOfEvent } from "@order-saga/contracts";
import {
  type AwsEndpoint,
  type EndpointFaults,
  type EndpointObserver,
  StateError,
  startAwsEndpoint,
} from "@order-saga/emulator";
import { createWitness, type Witness } from "@order-saga/invariants/witness";
import type { RouteManifest } from "@order-saga/messaging";
import { allReactions, type ReactionResources } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { ACCOUNT_ID, arnOf, awsClients, awsEnvironment, REGION } from "./aws.ts";
import { type ClockOffset, followClock } from "./clock.ts";
import { openDataDirectory, unusable } from "./data-directory.ts";
import { type FaultBoard, openFaultBoard } from "./faults/board.ts";
import { endpointFaults, invocationFault } from "./faults/strikes.ts";
import { createGateway } from "./http/gateway.ts";
import { createLocalApp } from "./http/local-app.ts";
import { mountLocalRoutes } from "./http/local-routes.ts";
import { closeServer, explainPort, listen } from "./http/server.ts";
import { openClock } from "./kept-clock.ts";
import { withInvocationFaults } from "./lambda/faulty-invoke.ts";
import { type Functions, startFunctions } from "./lambda/functions.ts";
import type { BatchListener, Mapping } from "./lambda/mapping.ts";
import { messageOf, startMappings } from "./lambda/mappings.ts";
import { queueOfThisProcess } from "./lambda/message-source.ts";
import { type Schedules, schedulesOf, startSchedules } from "./lambda/schedules.ts";
import type { RuntimeOptions } from "./options.ts";
import { type AwsClients, provision } from "./provision.ts";
import { watchServices } from "./reload/watch-services.ts";
import { seed } from "./seed.ts";
import { AUDIENCE, createIssuer, type Issuer, jwtAuthorizer } from "./tokens/index.ts";

export type Runtime = {
  /** Base URL of the storefront API. */
  url: string;
  aws: AwsEndpoint;
  clients: AwsClients;
  /** By the queue's name. */
  queueUrls: ReadonlyMap<string, string>;
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
  /** What happened to each order since the start. */
  recorder: Recorder;
  /** The clock that every thread follows. */
  clock: ClockOffset;
  /** What every function may read of the stage's settings and secrets. */
  values: Readonly<Record<string, string>>;
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
    const now = () => Date.now();
    const { recorder, recording } = startRecording(now);
    const aws = await startAws(options, endpointFaults(faults, reactionBehind), recording.observer);
    closers.push(() => aws.stop());
    aws.onEvent(recording.event);
    const witness = createWitness({ now, maximumOrders: 10_000 });
    onSagaEvent(aws, witness.hears);
    const clients = awsClients(aws.url);
    const queues = await provision(services, clients);
    const values = { ...secrets, STRIPE_API_URL: aws.url };
    const functions = await startFunctions({
      services,
      clock: clock.offset,
      queues,
      environment: awsEnvironment(aws.url),
      answers: options.wire ? {} : { aws: aws.call, stripe: aws.payments.answer },
      values,
      onLog: (line) => {
        recording.line(line);
        witness.reads(line);
        listeners.onLog(line);
      },
      onWarning: listeners.onWarning,
    });
    closers.push(() => functions.stop());
    const batchListeners = new Set<BatchListener>([recording.batch]);
    const mappings = startMappings({
      sourceOf: (queueUrl) => queueOfThisProcess(aws.queues, queueUrl),
      queues,
      region: REGION,
      functions,
      around: (invoke, reaction) =>
        withInvocationFaults(invoke, (event) => invocationFault(faults, reaction, event)),
      onBatch: (batch) => {
        for (const listener of batchListeners) listener(batch);
      },
      onWarning: listeners.onWarning,
    });
    closers.push(() => Promise.all([...mappings.values()].map((mapping) => mapping.disable())));
    const schedules = startAllSchedules(functions, recording, listeners);
    closers.push(() => schedules.stop());
    const issuer = await createIssuer({ directory: options.data, url: http.url, audience: AUDIENCE, now });
    const routes = services.flatMap(({ name, routes }) =>
      routes.map((manifest) => ({ service: name, manifest })),
    );
    const runtime: Runtime = {
      url: http.url,
      aws,
      clients,
      queueUrls: new Map([...queues].map(([name, { url }]) => [name, url])),
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
      recorder,
      clock: clock.offset,
      values,
      now,
      clockAhead: clock.ahead,
      async advanceClock(milliseconds) {
        clock.advance(milliseconds);
        await aws.retryDue();
        await schedules.tick();
      },
      stop,
    };
    const local = createLocalApp();
    mountLocalRoutes(local.app, runtime);
    const console = startConsole(runtime, options.data);
    closers.push(() => console.stop());
    console.mount(local.app);
    const gateway = createGateway({
      routes,
      authorize: jwtAuthorizer({ issuer, audience: AUDIENCE, now }),
      async invoke(service, functionName, request) {
        const at = now();
        const answer = await functions.invoke(service, functionName, request);
        witness.answers(functionName, request, answer);
        recording.answered(functionName, request, answer, at);
        return answer;
      },
      now,
      otherwise: local.listener,
    });
    http.accept(gateway);
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

const behindQueue = new Map(
  allReactions(services).map(({ manifest, queue }) => [arnOf(queue.name), manifest.name]),
);

/** Every delivery is asked for it. */
function reactionBehind(queueArn: string): string | undefined {
  return behindQueue.get(queueArn);
}

/** What the console shows later is written down from the first event on. */
function startRecording(now: () => number): { recorder: Recorder; recording: Recording } {
  const { reactions, services: nodes } = topologyOf(services);
  const recorder = createRecorder({
    maximumOrders: 5000,
    maximumEvents: 20_000,
    maximumMoments: 1000,
    reactions,
    schedules: nodes.flatMap(({ name, schedules }) => schedules.map((each) => ({ ...each, service: name }))),
    now,
  });
  const behindRule = new Map(reactions.map((each) => [each.queue, each.name]));
  const recording = createRecording({
    record: recorder.record,
    now,
    reactionOfQueue: reactionBehind,
    reactionOfRule: (rule) => behindRule.get(rule),
  });
  return { recorder, recording };
}

async function startAws(
  options: RuntimeOptions,
  faults: EndpointFaults,
  observer: EndpointObserver,
): Promise<AwsEndpoint> {
  try {
    return await startAwsEndpoint({
      port: options.awsPort,
      directory: options.data,
      region: REGION,
      accountId: ACCOUNT_ID,
      now: () => Date.now(),
      faults,
      observer,
    });
  } catch (error) {
    if (error instanceof StateError && options.data !== undefined) throw unusable(options.data, error);
    throw explainPort(error, options.awsPort, "--aws-port", "the AWS endpoint");
  }
}

function startAllSchedules(
  functions: Functions,
  recording: Recording,
  listeners: RuntimeListeners,
): Schedules {
  const schedules = schedulesOf(services, functions).map(({ name, run, ...each }) => ({
    ...each,
    name,
    async run() {
      recording.schedule(name, true);
      await run().finally(() => recording.schedule(name, false));
    },
  }));
  return startSchedules(
    schedules,
    () => Date.now(),
    (name, error) => listeners.onWarning(`${name}: ${messageOf(error)}`),
  );
}
