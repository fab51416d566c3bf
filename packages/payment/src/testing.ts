// What the tests of payment share: the service over a store and a provider in memory, and a clock they move.
import type { DomainEvent, EventType } from "@order-saga/contracts";
import type { FunctionManifest, React, ReactionManifestOf } from "@order-saga/messaging";
import { grantedPorts } from "@order-saga/messaging/granted-ports";
import { createLog } from "@order-saga/messaging/log";
import { assertPublishable } from "@order-saga/messaging/publisher";
import {
  type ReactionHandler,
  type ReactionPorts,
  reaction,
  taskReaction,
} from "@order-saga/messaging/reaction";
import type { SendTasks, Task } from "@order-saga/messaging/tasks";
import { aBatch, testContext, testNow, testOrderId } from "@order-saga/messaging/testing";
import { type DoorbellPorts, hearProviderHandler, Ring } from "./doorbell.ts";
import { booksOf } from "./gateway/gateway.suite.ts";
import { createMemoryGateway } from "./gateway/memory.ts";
import { withStanding } from "./gateway/stripe-test-cards.ts";
import type { PaymentGateway, PaymentPorts } from "./ports.ts";
import { abortPaymentHandler, authorizePaymentHandler, capturePaymentHandler } from "./reactions.ts";
import * as shipped from "./service.ts";
import { createMemoryStore, type MemoryStore } from "./store/memory.ts";
import { resumePaymentsHandler } from "./sweeps.ts";

export type CallKind = keyof PaymentGateway;

/** No test asks the provider more often: a rule that would ask for ever fails here. */
const MOST_CALLS = 200;

/** The gateway, which first calls `before` with what it is asked. */
function watched(gateway: PaymentGateway, before: (kind: CallKind) => Promise<void>): PaymentGateway {
  const first =
    <A extends unknown[], R>(kind: CallKind, call: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      await before(kind);
      return call(...given);
    };
  return {
    authorize: first("authorize", gateway.authorize),
    capture: first("capture", gateway.capture),
    void: first("void", gateway.void),
    refund: first("refund", gateway.refund),
    look: first("look", gateway.look),
  };
}

/**
 * The service over the store and the provider in memory; the test sees what it asks, says, parks and logs.
 * It may plant a manifest in place of the shipped one.
 */
export function aService(store: MemoryStore = createMemoryStore(), planted: Partial<typeof shipped> = {}) {
  const service = { ...shipped, ...planted };
  const asked: CallKind[] = [];
  const published: DomainEvent[] = [];
  const parked: string[] = [];
  const lines: string[] = [];
  const clock = { now: testNow, tickMilliseconds: 0 };
  const now = () => {
    clock.now += clock.tickMilliseconds;
    return clock.now;
  };
  const gateway = createMemoryGateway(() => clock.now);
  let publishFailures = 0;
  const hooks: Hooks = { before: () => {} };

  const publish = async (events: readonly DomainEvent[]) => {
    if (publishFailures-- > 0) throw new Error("the bus refused");
    assertPublishable(events);
    published.push(...structuredClone(events));
  };

  const log = createLog({ service: "payment", level: "debug", now, write: (line) => lines.push(line) });
  const ports: PaymentPorts = {
    store,
    gateway: watched(gateway, async (kind) => {
      asked.push(kind);
      if (asked.length > MOST_CALLS) throw new Error("the provider is asked without end");
      await hooks.before(kind);
    }),
    clock: now,
    functionTimeoutSeconds: service.authorizePayment.timeoutSeconds,
    terms: { actionWithinSeconds: 600 },
  };
  /** The ports and the bus as a function of this manifest has them. */
  const portsOf = (manifest: FunctionManifest) => {
    const granted = grantedPorts(service.payment, manifest);
    return { ...ports, store: granted.store(store), publish: granted.publish(publish) };
  };
  const park = async ({ error }: { error: Error }) => void parked.push(error.name);
  const edge = { park, log, now };
  const handlers = handlersOf(service, (manifest) => ({ ...portsOf(manifest), ...edge }));
  const rung: Task[] = [];
  const ring: SendTasks = async (tasks) => void rung.push(...tasks);

  return {
    gateway,
    asked,
    /** What rang at the provider's door and was not heard yet. */
    rung,
    store: ports.store,
    /** For a handler with a port of the test's own. */
    ports: { ...ports, publish, ring },
    log,
    ring,
    /** The doorbell rings for the order; false if its message will be delivered again. */
    hearRing: (orderId = testOrderId, tries?: number) =>
      hearRing(service.hearProvider, { ...portsOf(service.hearProvider), ...edge, ring }, orderId, tries),
    published,
    parked,
    lines,
    clock,
    hooks,
    /**
     * Delivers a batch to the reaction that hears its first event; the ids of what will be delivered again.
     */
    deliver: (...events: (DomainEvent | string)[]) => deliver(handlers, events),
    /** One run of the schedule; how many payments it acted on. */
    sweep: () => resumePaymentsHandler(portsOf(service.resumePayments))({ now: now(), log }),
    /** The next call of this kind waits until it is released; calls after it do not. */
    hold: (kind: CallKind) => hold(hooks, kind),
    /** The bus refuses so many of the next requests. */
    failPublish(times: number) {
      publishFailures = times;
    },
    said: () => published.map(({ type }) => type),
    payment: (orderId = testOrderId) => store.payments().find((each) => each.orderId === orderId),
    books: (orderId = testOrderId) =>
      booksOf(withStanding(gateway.intents().filter((intent) => intent.orderId === orderId))),
  };
}

type Handler = { hears: readonly EventType[]; handle: ReactionHandler };

/** The three reactions to events, each behind its edge. */
function handlersOf(
  { abortPayment, authorizePayment, capturePayment }: typeof shipped,
  portsOf: (manifest: FunctionManifest) => PaymentPorts & ReactionPorts,
): Handler[] {
  const behindItsEdge = <T extends EventType>(
    manifest: ReactionManifestOf<T>,
    handler: (ports: PaymentPorts) => React<T>,
  ) => {
    const own = portsOf(manifest);
    return { hears: manifest.hears, handle: reaction(manifest, handler(own), own) };
  };
  return [
    behindItsEdge(authorizePayment, authorizePaymentHandler),
    behindItsEdge(capturePayment, capturePaymentHandler),
    behindItsEdge(abortPayment, abortPaymentHandler),
  ];
}

async function deliver(handlers: readonly Handler[], events: readonly (DomainEvent | string)[]) {
  const [first] = events;
  const hearing = handlers.find(
    ({ hears }) => typeof first === "object" && hears.some((type) => type === first.type),
  );
  const answer = await (hearing ?? handlers[0])?.handle(aBatch([...events]), testContext);
  return answer?.batchItemFailures.map((failure) => failure.itemIdentifier) ?? [];
}

async function hearRing(
  manifest: typeof shipped.hearProvider,
  ports: DoorbellPorts & ReactionPorts,
  orderId: string,
  tries: number | undefined,
): Promise<boolean> {
  const handle = taskReaction(manifest, Ring, hearProviderHandler(ports), ports);
  const body = JSON.stringify({ intentId: `pi_${orderId}`, tries });
  const { batchItemFailures } = await handle(aBatch([body]), testContext);
  return batchItemFailures.length === 0;
}

type Hooks = { before: (kind: CallKind) => Promise<void> | void };

function hold(hooks: Hooks, kind: CallKind) {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  hooks.before = async (called) => {
    if (called !== kind) return;
    hooks.before = () => {};
    begun.resolve();
    await released.promise;
  };
  return { begun: begun.promise, release: () => released.resolve() };
}

export type ServiceUnderTest = ReturnType<typeof aService>;
