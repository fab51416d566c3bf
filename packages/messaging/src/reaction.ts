// The Lambda edge of a reaction: each record of a batch is parsed, handled, answered and settled by itself.
import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import { type DomainEvent, type EventOf, type EventType, layerOf } from "@order-saga/contracts";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Park } from "./dead-letters.ts";
import { failureOf, PermanentError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { ReactionManifest, ReactionManifestOf } from "./manifest.ts";
import { aboutMessage, parseMessage } from "./message.ts";
import type { Publish } from "./publisher.ts";

/**
 * Writes what the event means in one conditional write, then returns the recorded events that answer it.
 * Must be safe to run again with the same event, at the same time, in any order with others.
 */
export type React<T extends EventType> = (
  event: EventOf<T>,
  context: ReactionContext,
) => Promise<readonly DomainEvent[]>;

export type ReactionContext = {
  /** The moment this record began, in milliseconds. */
  now: number;
  /** 1 for the first delivery. */
  attempt: number;
  log: Log;
};

export type ReactionPorts = { publish: Publish; park: Park; log: Log; now: () => number };

export type ReactionHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** The Lambda handler of a reaction. */
export function reaction<T extends EventType>(
  manifest: ReactionManifestOf<T>,
  react: React<T>,
  ports: ReactionPorts,
): ReactionHandler {
  const log = ports.log.with({ reaction: manifest.name });
  const settle = async (record: SQSRecord, requestId: string): Promise<void> => {
    const attempt = Number(record.attributes.ApproximateReceiveCount);
    const delivery = { messageId: record.messageId, requestId, attempt };
    try {
      const event = parseMessage(record.body, manifest.hears);
      const recordLog = log.with({ orderId: event.orderId, eventType: event.type, ...delivery });
      const says = await react(event, { now: ports.now(), attempt, log: recordLog });
      assertMaySay(manifest, event.type, says);
      if (says.length > 0) await ports.publish(says);
      if (says.length > 0) recordLog("info", `said ${says.map(({ type }) => type).join(", ")}`);
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      await ports.park({ body: record.body, reaction: manifest.name, attempts: attempt, error });
      log("error", "message parked in the dead-letter queue", {
        ...aboutMessage(record.body),
        ...delivery,
        errorName: error.name,
        reason: error.message,
      });
    }
  };

  const settleOrLog = (record: SQSRecord, requestId: string): Promise<void> =>
    settle(record, requestId).catch((error) => {
      log("warn", "message will be delivered again", {
        ...aboutMessage(record.body),
        messageId: record.messageId,
        requestId,
        attempt: Number(record.attributes.ApproximateReceiveCount),
        ...failureOf(error),
      });
      throw error;
    });

  return (
    middy<SQSEvent>()
      // Each failure is logged where its request is known.
      .use(sqsPartialBatchFailure({ logger: () => {} }))
      .handler(({ Records }, { awsRequestId }) =>
        Promise.allSettled(Records.map((record) => settleOrLog(record, awsRequestId))),
      ) as unknown as ReactionHandler
  );
}

function assertMaySay(manifest: ReactionManifest, heard: EventType, says: readonly DomainEvent[]): void {
  for (const { type } of says) {
    if (!manifest.says.includes(type)) {
      throw new TypeError(`${manifest.name} says ${type}, which its manifest in service.ts does not list.`);
    }
    if (layerOf[type] <= layerOf[heard]) {
      throw new TypeError(`${manifest.name} answers ${heard} with ${type} of no higher layer: a livelock.`);
    }
  }
}
