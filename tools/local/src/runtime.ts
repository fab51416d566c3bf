// The four services in one process: the AWS endpoint, their functions, the HTTP API and the schedules.
import type { AwsEndpoint, Role } from "@order-saga/emulator";
import { allReactions, type ReactionResources } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import type { Hono } from "hono";
import { awsClients, awsEnvironment, REGION } from "./aws.ts";
import { type ClockOffset, followClock } from "./clock.ts";
import { createClosers } from "./closers.ts";
import { startEmbeddedAws } from "./embedded-aws.ts";
import { fastPath, wirePath } from "./fast-path/index.ts";
import type { FaultBoard } from "./faults/board.ts";
import { invocationFault } from "./faults/injection.ts";
import { createLocalApp } from "./http/local-app.ts";
import { mountLocalRoutes } from "./http/local-routes.ts";
import { closeServer, listen } from "./http/server.ts";
import { openStorefront } from "./http/storefront.ts";
import { withInvocationFaults } from "./lambda/faulty-invoke.ts";
import type { Functions } from "./lambda/functions.ts";
import type { Mapping } from "./lambda/mapping.ts";
import type { Schedules } from "./lambda/schedules.ts";
import { startWorkers } from "./lambda/workers.ts";
import { withoutLimits } from "./limits.ts";
import type { RuntimeListeners } from "./listeners.ts";
import { CONFIGURATION_SET } from "./mail-account.ts";
import { observerOf, type RuntimeObserver } from "./observer.ts";
import type { RuntimeOptions } from "./options.ts";

import { type AwsClients, provision, provisionArchive } from "./provision.ts";
import { watchServices } from "./reload/watch-services.ts";
import { whenRested } from "./resting.ts";
import { retireAbsent } from "./retire.ts";
import { rolesOf } from "./roles.ts";
import { seedShop } from "./seed.ts";
import { openState } from "./state.ts";
import { stripeSettings, webhooksTo } from "./stripe-account.ts";
import { AUDIENCE, createIssuer, type Issuer } from "./tokens/index.ts";
import { withWebhooks } from "./webhook-endpoints.ts";
import { namesOf, startWorkerBeside } from "./worker-process.ts";

export type { RuntimeListeners } from "./listeners.ts";

export type Runtime = {
  /** Base URL of the storefront API. */
  url: string;
  aws: AwsEndpoint;
  /** Of the functions, by access key; a change counts from the next call on. */
  roles: Map<string, Role>;
  clients: AwsClients;
  /** By the queue's name. */
  queueUrls: ReadonlyMap<string, string>;
  functions: Functions;
  reactions: readonly ReactionResources[];
  /** The event-source mappings by queue name, such as `payment-authorize-payment`. */
  mappings: ReadonlyMap<string, Mapping>;
  schedules: Schedules;
  issuer: Issuer;
  /** What goes wrong on request. */
  faults: FaultBoard;
  /** The clock that every thread follows. */
  clock: ClockOffset;
  /** What every function may read of the stage's settings and secrets. */
  values: Readonly<Record<string, string>>;
  now: () => number;
  /** How far the clock is ahead of the machine's, in milliseconds. */
  clockAhead: () => number;
  /** Moves the clock of every thread forward; visibility timeouts, deadlines and schedules follow. */
  advanceClock(milliseconds: number): Promise<void>;
  /** Resolves when all that is due has run, and what came of it; or when its patience is over. */
  whenRested(patienceMilliseconds: number): Promise<void>;
  /** Tells the observer what happens from now on. */
  observe(observer: RuntimeObserver): void;
  /** Finishes what is under way and frees both ports. */
  stop(): Promise<void>;
};

/** What else runs with the runtime and is told what it does, such as the console. */
export type Extension = {
  /** They hear everything from the first event on. */
  observers?: readonly RuntimeObserver[];
  /** Adds routes beside the API before the first request is answered; returns what closes them. */
  mount?: (app: Hono, runtime: Runtime) => () => unknown;
};

const now = () => Date.now();

export async function startRuntime(
  options: RuntimeOptions,
  listeners: RuntimeListeners,
  { mount, observers: given = [] }: Extension = {},
): Promise<Runtime> {
  const closers = createClosers();
  try {
    const { clock, faults, secrets, signingKey } = await openState(options.data);
    closers.add(followClock(clock.offset));
    const http = await listen(options.port, options.hostNames);
    closers.add(() => closeServer(http.server));
    const observers = new Set(given);
    const observer = observerOf(observers);
    const roles = rolesOf(services, secrets);
    const { STRIPE_API_KEY: stripeApiKey } = secrets;
    const aws = await startEmbeddedAws(options, { faults, observer, roles, stripeApiKey });
    closers.add(() => aws.stop());
    const clients = awsClients(aws.url);
    const queues = await provision(services, clients);
    await Promise.all([provisionArchive(services, clients), retireAbsent(services, clients)]);
    // A name, so that the laptop asks for what a stage asks for.
    const settings = { ...stripeSettings(aws.url, http.url), CONFIGURATION_SET };
    const values = { ...secrets, ...settings, ...withoutLimits, ...withWebhooks(options.settings, secrets) };
    const inWorker = namesOf(options.worker);
    const without = [...namesOf(options.without), ...inWorker];
    const workers = await startWorkers(closers, {
      clock: clock.offset,
      queues,
      region: REGION,
      environment: awsEnvironment(aws.url),
      values,
      ...(options.wire ? wirePath((accessKey) => awsClients(aws.url, accessKey).sqs) : fastPath(aws)),
      hasRoles: true,
      consumers: { without, loops: options.loops, sqs: clients.sqs },
      around: (invoke, reaction) =>
        withInvocationFaults(invoke, (event) => invocationFault(faults, reaction, event)),
      observer,
      listeners,
    });
    const queueUrls = new Map([...queues].map(([name, { url }]) => [name, url]));
    const queueUrl = (name: string) => queueUrls.get(name) ?? "";
    const place = { endpoint: aws.url, queueUrl, values, clockAheadMilliseconds: clock.ahead() };
    await startWorkerBeside(closers, inWorker, place, listeners);
    const issuer = await createIssuer({ signingKey, url: http.url, audience: AUDIENCE, now });
    const parts = {
      url: http.url,
      aws,
      roles,
      clients,
      queueUrls,
      ...workers,
      reactions: allReactions(services),
      issuer,
      faults,
      clock: clock.offset,
      values,
      now,
      clockAhead: clock.ahead,
      async advanceClock(milliseconds: number) {
        clock.advance(milliseconds);
        await aws.retryDue();
        await workers.schedules.tick();
      },
      observe: (observer: RuntimeObserver) => void observers.add(observer),
      stop: closers.closeAll,
    };
    const runtime: Runtime = { ...parts, whenRested: whenRested(parts) };
    const local = createLocalApp();
    mountLocalRoutes(local.app, runtime);
    if (mount) closers.add(mount(local.app, runtime));
    const { functions } = workers;
    openStorefront({ http, issuer, functions, observer, trouble: aws.trouble, otherwise: local.listener });
    aws.payments.sendWebhooksTo(webhooksTo(http.url, secrets));
    await seedShop(http.url, issuer);
    if (options.watch) await watchServices(closers, workers.functions, listeners);
    return runtime;
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}
