// A running saga for tests: posts orders over HTTP with a real token and waits for events, never for time.
import { randomUUID } from "node:crypto";
import { type DomainEvent, type EventType, type OrderView, scopes, subjectOf } from "@order-saga/contracts";
import { allPromised, staleReadsAt, unpromisedAt } from "@order-saga/emulator";
import { createWitness, type Witness } from "@order-saga/invariants/witness";
import { factsFrom } from "@order-saga/protocol/facts";
import { endingOf } from "@order-saga/protocol/status";
import type { RuntimeOptions } from "../options.ts";
import { restingOf } from "../resting.ts";
import { type Runtime, type RuntimeListeners, startRuntime } from "../runtime.ts";

export type Answer = { status: number; body: Record<string, unknown>; headers: Headers };

export type Saga<R extends Runtime = WitnessedRuntime> = {
  runtime: R;
  logs: string[];
  warnings: string[];
  /** Sends a request with a token of `sub` (default "ada") that carries all scopes. */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  /** Places an order and returns its id; throws unless it is accepted. */
  place(given?: PlaceOptions): Promise<string>;
  cancel(orderId: string): Promise<Answer>;
  order(orderId: string): Promise<OrderView>;
  /** Every event of an order seen on the bus so far, in order, duplicates included. */
  eventsOf(orderId: string): readonly DomainEvent[];
  /** Resolves when the order has had an event of the type. */
  until(orderId: string, type: EventType): Promise<DomainEvent>;
  /** Resolves with the status when money and stock of the order are at rest. */
  settled(orderId: string, patienceMilliseconds?: number): Promise<string>;
  /** Resolves when no queue holds a message, dead-letter queues apart; moves the clock past retries. */
  idle(): Promise<void>;
  /** True if nothing runs and no message is on its way: what is left waits for a time. */
  resting(): boolean;
  stop(): Promise<void>;
};

export type RequestOptions = { body?: unknown; headers?: Record<string, string>; sub?: string };
export type PlaceOptions = {
  sku?: string;
  quantity?: number;
  paymentMethod?: string;
  key?: string;
  /** The contact's. */
  email?: string;
  sub?: string;
};

const PATIENCE_MILLISECONDS = 20_000;

/** `DELIVERY_SEED` draws reordering, duplicates and stale reads again; a wait in vain names the seed. */
const SEED = Number(process.env.DELIVERY_SEED ?? Date.now() % 1_000_000);
/** Far more often than SQS does, so that every run of a test has some. */
const unpromisedShares = { reorder: 0.1, duplicate: 0.05, miss: 0.1 };
/**
 * `STALE_READS=0.1` lets so many of the reads that need not be consistent show an older moment; none by
 * default, because tests list what they have just written. A fraction of a second, by DynamoDB's guide.
 */
const stale = { share: Number(process.env.STALE_READS ?? 0), withinMilliseconds: 1000 };

/** The runtime, and what was published, answered and logged since its start. */
export type WitnessedRuntime = Runtime & { readonly witness: Witness };

/** For tests that count messages, or whose subject is another's timing. */
export const calm = { unpromised: allPromised, staleReads: undefined };

/** With queues and indexes that do no more than they promise, unless the test asks for calm ones. */
export function startSaga(data?: string, given: Partial<RuntimeOptions> = {}): Promise<Saga> {
  return sagaOf(async (listeners) => {
    const witness = createWitness({ now: () => Date.now(), maximumOrders: 10_000 });
    const unpromised = unpromisedAt(SEED, unpromisedShares);
    const staleReads = staleReadsAt(SEED, stale.share, stale.withinMilliseconds);
    const options = { port: 0, awsPort: 0, data, unpromised, staleReads, ...given };
    const runtime = await startRuntime(options, listeners, { observers: [witness] });
    return { ...runtime, witness };
  });
}

/** Starts a runtime in any composition. */
export async function sagaOf<R extends Runtime>(
  start: (listeners: RuntimeListeners) => Promise<R>,
): Promise<Saga<R>> {
  const logs: string[] = [];
  const warnings: string[] = [];
  const runtime = await start({
    onLog: (line) => logs.push(line),
    onWarning: (message) => warnings.push(message),
  });
  const events = eventLog(runtime, (orderId) => [
    ...warnings,
    ...logs.filter((line) => line.includes(orderId)),
  ]);
  const resting = restingOf(runtime);
  return {
    runtime,
    logs,
    warnings,
    ...customerOf(runtime),
    eventsOf: events.of,
    until: (orderId, type) =>
      events.waitFor(orderId, type, () => events.of(orderId).find((event) => event.type === type)),
    settled: (orderId, patience) => {
      const ending = () => endingOf(factsFrom(events.of(orderId)));
      return events.waitFor(orderId, "the end", () => ending()?.status, patience);
    },
    async idle() {
      const deadline = performance.now() + PATIENCE_MILLISECONDS;
      while (busyQueues(runtime).length > 0 || runtime.aws.payments.webhooks.pending() > 0) {
        if (performance.now() > deadline)
          throw new Error(`These queues never emptied (DELIVERY_SEED=${SEED}): ${busyQueues(runtime)}`);
        // A failed message waits for its visibility timeout: moving the clock ends that at once.
        if (resting()) await runtime.advanceClock(nextDue(runtime) - Date.now() + 1);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    resting,
    stop: () => runtime.stop(),
  };
}

/** What customers do over HTTP. */
function customerOf(runtime: Runtime): Pick<Saga, "request" | "place" | "cancel" | "order"> {
  const tokens = new Map<string, string>();
  const tokenOf = async (sub: string) => {
    const token =
      tokens.get(sub) ??
      (await runtime.issuer.sign({ sub, scope: scopes.join(" "), expiresInSeconds: 365 * 24 * 3600 }));
    tokens.set(sub, token);
    return token;
  };
  const request: Saga["request"] = async (method, path, { body, headers = {}, sub = "ada" } = {}) => {
    const answer = await fetch(runtime.url + path, {
      method,
      headers: {
        authorization: `Bearer ${await tokenOf(sub)}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : {}, headers: answer.headers };
  };
  return {
    request,
    async place({
      sku = "TEA-EARL-GREY",
      quantity = 1,
      paymentMethod = "pm_card_visa",
      key = randomUUID(),
      email = "ada@example.com",
      sub,
    } = {}) {
      const answer = await request("POST", "/orders", {
        headers: { "idempotency-key": key },
        body: {
          contact: { email, name: "Ada" },
          currency: "EUR",
          lines: [{ sku, quantity }],
          paymentMethod,
        },
        ...(sub && { sub }),
      });
      if (answer.status !== 202)
        throw new Error(`POST /orders: ${answer.status} ${JSON.stringify(answer.body)}`);
      return String(answer.body.orderId);
    },
    cancel: (orderId) =>
      request("POST", `/orders/${orderId}/cancel`, { body: { reason: "changed my mind" } }),
    async order(orderId) {
      const answer = await request("GET", `/orders/${orderId}`);
      if (answer.status !== 200) throw new Error(`GET /orders/${orderId}: ${answer.status}`);
      return answer.body as unknown as OrderView;
    },
  };
}

/** Every event since the start, by order, and a way to wait for one. */
function eventLog(runtime: Runtime, logOf: (orderId: string) => readonly string[]) {
  const events = new Map<string, DomainEvent[]>();
  const waiters = new Map<string, Set<() => void>>();
  runtime.observe({
    eventAccepted({ event }) {
      const ofOrder = events.get(subjectOf(event)) ?? [];
      ofOrder.push(event);
      events.set(subjectOf(event), ofOrder);
      for (const look of waiters.get(subjectOf(event)) ?? []) look();
    },
  });
  const of = (orderId: string): readonly DomainEvent[] => events.get(orderId) ?? [];
  return {
    of,
    /** Looks again at every event of the order. */
    waitFor<T>(
      orderId: string,
      what: string,
      look: () => T | undefined,
      patience = PATIENCE_MILLISECONDS,
    ): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const ofOrder = waiters.get(orderId) ?? new Set<() => void>();
      waiters.set(orderId, ofOrder);
      const lookAgain = () => {
        const found = look();
        if (found !== undefined) resolve(found);
      };
      const timer = setTimeout(() => {
        const had = of(orderId).map((event) => event.type);
        const logged = logOf(orderId).join("\n");
        reject(
          new Error(
            `Waited in vain for ${what} of ${orderId}; it had ${had} (DELIVERY_SEED=${SEED}).\n${logged}`,
          ),
        );
      }, patience);
      ofOrder.add(lookAgain);
      lookAgain();
      return promise.finally(() => {
        clearTimeout(timer);
        ofOrder.delete(lookAgain);
      });
    },
  };
}

/** When the next message can be received or tried again, in milliseconds; now if none waits for a time. */
function nextDue({ aws, mappings }: Runtime): number {
  const messages = [...mappings.keys()].flatMap((name) => aws.queues.messages(name));
  const waits = [
    ...messages.flatMap(({ visibleAt }) => visibleAt ?? []),
    ...aws.pendingDeliveries().map(({ nextTryAt }) => nextTryAt),
  ];
  return waits.length === 0 ? Date.now() : Math.max(Date.now(), Math.min(...waits));
}

/** Queues with a message, and those the bus could not put one on yet. */
function busyQueues(runtime: Runtime): string[] {
  const busy = [...runtime.mappings.keys()].filter((name) => {
    const { ready, delayed, inFlight } = runtime.aws.queues.count(name);
    return ready + delayed + inFlight > 0;
  });
  return [...busy, ...runtime.aws.pendingDeliveries().map(({ target }) => target.Arn)];
}
