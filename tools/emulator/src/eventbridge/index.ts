// The embedded EventBridge: the operations of its JSON protocol.
import type { OpenStore } from "../sqlite-settings.ts";
import { archiveOperations } from "./archives.ts";
import { busOperations } from "./buses.ts";
import { Deliveries, type DeliveryOptions } from "./deliveries.ts";
import { EventBridgeError } from "./errors.ts";
import type { BusEvent, PendingDelivery } from "./model.ts";
import { type Put, putEvents, putServiceEvent } from "./put-events.ts";
import { createReplays } from "./replays.ts";
import { asObject, type Operations } from "./request-fields.ts";
import { ruleOperations } from "./rules.ts";
import { openState } from "./state.ts";
import { openStorage } from "./storage.ts";
import { targetOperations } from "./targets.ts";

export type { Delivery } from "./deliveries.ts";
export type { BusEvent, PendingDelivery } from "./model.ts";
export { compilePattern } from "./pattern.ts";

export type EventBridgeOptions = Pick<DeliveryOptions, "deliver" | "now" | "newId"> &
  Partial<Pick<DeliveryOptions, "random" | "schedule" | "onDropped">> & {
    /** A SQLite file, or `:memory:`. */
    file: string;
    open?: OpenStore | undefined;
    region: string;
    accountId: string;
    /** Called with every accepted event, the names of the rules it matched, and when the bus accepted it. */
    onEvent?: Put["onEvent"];
  };

export type EventBridge = {
  /** Carries out an operation, named without its `AWSEvents.` prefix. */
  handle(operation: string, input: unknown): Promise<{ status: number; body: object }>;
  /** An event of an AWS service, which no client may put; resolves when its deliveries are done or kept. */
  putServiceEvent(event: BusEvent): Promise<void>;
  /** Deliveries that failed and are being retried. */
  pendingDeliveries(): PendingDelivery[];
  /** How many deliveries were dropped since the start, because their target has no dead-letter queue. */
  droppedDeliveries(): number;
  /** Retries what has become due; to be called when `now` was moved. */
  retryDue(): Promise<void>;
  close(): void;
};

export function createEventBridge(options: EventBridgeOptions): EventBridge {
  const { now, newId, region, accountId } = options;
  const storage = openStorage(options.file, options.open);
  const state = openState(storage, region, accountId);
  const deliveries = new Deliveries(storage, { ...defaults, ...options });
  const onEvent: Put["onEvent"] = (...told) => {
    try {
      options.onEvent?.(...told);
    } catch (error) {
      // The event is delivered; a listener's failure must not make it look refused.
      console.error("A listener of EventBridge failed:", error);
    }
  };
  const put: Put = { state, deliveries, now, newId, onEvent };
  const replays = createReplays(put);
  const operations: Operations = {
    PutEvents: (input) => putEvents(put, input),
    ...busOperations(state, now),
    ...ruleOperations(state),
    ...targetOperations(state),
    ...archiveOperations(state, now),
    ...replays.operations,
  };
  return {
    async handle(operation, input) {
      const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (!run) return { status: 400, body: { __type: "UnknownOperationException" } };
      try {
        return { status: 200, body: await run(asObject(input, "The request")) };
      } catch (error) {
        if (!(error instanceof EventBridgeError)) throw error;
        return { status: 400, body: { __type: error.name, message: error.message } };
      }
    },
    putServiceEvent: (event) => putServiceEvent(put, event),
    pendingDeliveries: () => deliveries.pending(),
    droppedDeliveries: () => deliveries.dropped(),
    retryDue: () => deliveries.retryDue(),
    close() {
      replays.stop();
      deliveries.stop();
      storage.close();
    },
  };
}

const defaults: Pick<DeliveryOptions, "random" | "schedule" | "onDropped"> = {
  random: Math.random,
  schedule(delayMilliseconds, run) {
    const timer = setTimeout(run, delayMilliseconds).unref();
    return () => clearTimeout(timer);
  },
  onDropped: ({ target, errorCode, errorMessage }) =>
    console.error(`EventBridge dropped an event for ${target.Arn}: ${errorCode} ${errorMessage}`),
};
