// Whether all that is due has run: no function, no webhook and no message is on its way.
import { setTimeout as sleep } from "node:timers/promises";
import type { AwsEndpoint, QueuedMessage } from "@order-saga/emulator";
import type { QueueResource, ReactionResources } from "@order-saga/messaging/topology";
import type { Functions } from "./lambda/functions.ts";
import type { Mapping } from "./lambda/mapping.ts";
import type { RuntimeObserver } from "./observer.ts";

/** What of the runtime can be on its way. */
type Running = {
  functions: Pick<Functions, "running">;
  aws: Pick<AwsEndpoint, "payments" | "queues">;
  reactions: readonly ReactionResources[];
  mappings: ReadonlyMap<string, Mapping>;
  observe(observer: RuntimeObserver): void;
};

const LOOK_EVERY_MILLISECONDS = 5;

/** True while nothing runs and no message is on its way to a reaction that takes any. */
export function restingOf(runtime: Running): () => boolean {
  // Deliveries whose message comes back, by message and receive count: only time is missing there.
  const failed = new Set<string>();
  runtime.observe({
    batchChanged({ records, end }) {
      for (const { messageId, attributes } of records)
        if (end?.failed.has(messageId)) failed.add(`${messageId}/${attributes.ApproximateReceiveCount}`);
    },
  });
  // What an earlier, killed process received waits for its visibility timeout, too.
  const startedAt = Date.now();
  const receivedAt = (queue: QueueResource, { visibleAt = 0 }: QueuedMessage) =>
    visibleAt - queue.visibilityTimeoutSeconds * 1000;
  const isUnderWay = (queue: QueueResource, message: QueuedMessage) =>
    message.state === "ready" ||
    (message.state === "in flight" &&
      !failed.has(`${message.messageId}/${message.receiveCount}`) &&
      receivedAt(queue, message) > startedAt);
  return () =>
    runtime.functions.running() === 0 &&
    runtime.aws.payments.webhooks.pending() === 0 &&
    !runtime.reactions.some(
      ({ queue }) =>
        runtime.mappings.get(queue.name)?.isEnabled() &&
        runtime.aws.queues.messages(queue.name).some((message) => isUnderWay(queue, message)),
    );
}

/** Waits until nothing is on its way, or for so long if that never happens. */
export function whenRested(runtime: Running): (patienceMilliseconds: number) => Promise<void> {
  const isResting = restingOf(runtime);
  return async (patienceMilliseconds) => {
    const deadline = performance.now() + patienceMilliseconds;
    // Twice, because what one function has just done may be on its way to the next.
    for (let looks = 0; looks < 2 && performance.now() < deadline; ) {
      looks = isResting() ? looks + 1 : 0;
      await sleep(LOOK_EVERY_MILLISECONDS);
    }
  };
}
