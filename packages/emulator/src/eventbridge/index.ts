// The embedded EventBridge: the AWS JSON protocol's operations over a bus of our own, because no npm package has one.
import { archiveOperations } from "./archives.ts";
import { createDeliveries, type DeliveryOptions } from "./deliveries.ts";
import { EventBridgeError } from "./errors.ts";
import type { BusEvent, PendingDelivery } from "./model.ts";
import { type Put, putEvents } from "./put-events.ts";
import { busOperations, type Operations, ruleOperations } from "./rules.ts";
import { openState } from "./state.ts";
import { openStorage } from "./storage.ts";

export type { Delivery } from "./deliveries.ts";
export type { BusEvent, PendingDelivery } from "./model.ts";
export { compilePattern } from "./pattern.ts";

export type EventBridgeOptions = DeliveryOptions & {
  /** A SQLite file, or `:memory:`. */
  file: string;
  region: string;
  accountId: string;
  onEvent: (event: BusEvent, matchedRules: readonly string[]) => void;
};

export type EventBridge = {
  /** Carries out an operation, named without its `AWSEvents.` prefix. */
  handle(operation: string, input: Record<string, unknown>): Promise<{ status: number; body: object }>;
  pendingDeliveries(): PendingDelivery[];
  retryDue(): Promise<void>;
  close(): void;
};

export function createEventBridge(options: EventBridgeOptions): EventBridge {
  const storage = openStorage(options.file);
  const state = openState(storage, options.region, options.accountId);
  const deliveries = createDeliveries(storage, options);
  const put: Put = { state, deliveries, now: options.now, newId: options.newId, onEvent: options.onEvent };
  const operations: Operations = {
    PutEvents: (input) => putEvents(put, input),
    ...busOperations(state),
    ...ruleOperations(state),
    ...archiveOperations(put),
  };
  return {
    async handle(operation, input) {
      const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (!run) return { status: 400, body: { __type: "UnknownOperationException" } };
      try {
        return { status: 200, body: await run(input) };
      } catch (error) {
        if (!(error instanceof EventBridgeError)) throw error;
        return { status: 400, body: { __type: error.name, message: error.message } };
      }
    },
    pendingDeliveries: deliveries.pending,
    retryDue: deliveries.retryDue,
    close() {
      deliveries.stop();
      storage.close();
    },
  };
}
