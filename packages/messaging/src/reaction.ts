// The Lambda edge of a reaction: each record of a batch is parsed, handled, answered and settled by itself.
import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import {
  type DomainEvent,
  type EventOf,
  type EventType,
  layerOf,
  namedSubjectOf,
} from "@order-saga/contracts";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type * as z from "zod/mini";
import type { Park } from "./dead-letters.ts";
import { failureOf, PermanentError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { ReactionManifest, ReactionManifestOf } from "./manifest.ts";
import { aboutMessage, parseMessage, parseTask, parseUpload, type Upload } from "./message.ts";
import type { Publish } from "./publisher.ts";

/**
 * Writes what the event means in one conditional write, then returns the recorded events that answer it.
 * Must be safe to run again with the same event, at the same time, in any order with others.
 */
export type React<T extends EventType> = (
  event: EventOf<T>,
  context: EventContext,
) => Promise<readonly DomainEvent[]>;

export type ReactionContext = {
  /** The moment this record began, in milliseconds. */
  now: number;
  /** 1 for the first delivery. */
  attempt: number;
  log: Log;
  /** The message as it came: sent to the reaction's own queue, it is handled again. */
  body: string;
  /** How long the invocation may still run, in milliseconds. */
  remainingMilliseconds: () => number;
};

/** What handles an event can also say at once. */
export type EventContext = ReactionContext & {
  /** Says events before slow work that may follow; what is returned is said at the end. */
  publish: Publish;
};

export type ReactionPorts = { publish: Publish; park: Park; log: Log; now: () => number };

export type ReactionHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** What handles an upload, a task or a returned mail. */
export type ReactTo<M> = (message: M, context: ReactionContext) => Promise<readonly DomainEvent[]>;

/** Handles what is on a reaction's queue and no event of the saga; undefined for what is another's. */
export type Aside = (body: string, context: ReactionContext) => ReturnType<Handle> | undefined;

/** The Lambda handler of a reaction to events of the bus. */
export function reaction<T extends EventType>(
  manifest: ReactionManifestOf<T>,
  react: React<T>,
  ports: ReactionPorts,
  aside?: Aside,
): ReactionHandler {
  return consume(manifest, ports, async (body, context) => {
    const done = aside?.(body, context);
    if (done) return done;
    const event = parseMessage(body, manifest.hears);
    const eventLog = context.log.with({ ...namedSubjectOf(event), eventType: event.type });
    const publish = async (events: readonly DomainEvent[]) => {
      assertMaySay(manifest, events, event.type);
      await say(ports, events, eventLog);
    };
    const says = await react(event, { ...context, log: eventLog, publish });
    assertMaySay(manifest, says, event.type);
    return { says, log: eventLog };
  });
}

/** The Lambda handler of a reaction to uploads into its service's bucket. */
export function uploadReaction(
  manifest: ReactionManifest,
  react: ReactTo<Upload>,
  ports: ReactionPorts,
): ReactionHandler {
  return consume(manifest, ports, async (body, context) => {
    const says = await react(parseUpload(body), context);
    assertMaySay(manifest, says);
    return { says, log: context.log };
  });
}

/** The Lambda handler of a reaction to tasks that functions of its own service send. */
export function taskReaction<M>(
  manifest: ReactionManifest,
  schema: z.ZodMiniType<M>,
  react: ReactTo<M>,
  ports: ReactionPorts,
): ReactionHandler {
  return consume(manifest, ports, async (body, context) => {
    const says = await react(parseTask(body, schema), context);
    assertMaySay(manifest, says);
    return { says, log: context.log };
  });
}

type Handle = (body: string, context: ReactionContext) => Promise<{ says: readonly DomainEvent[]; log: Log }>;

/** What is alike in all of them: says what was answered, parks what cannot succeed, gives the rest back. */
function consume(manifest: ReactionManifest, ports: ReactionPorts, handle: Handle): ReactionHandler {
  const log = ports.log.with({ reaction: manifest.name });
  const settle = async (record: SQSRecord, { awsRequestId: requestId, ...context }: Invocation) => {
    const attempt = Number(record.attributes.ApproximateReceiveCount);
    const delivery = { messageId: record.messageId, requestId, attempt };
    try {
      const { says, log: handledLog } = await handle(record.body, {
        now: ports.now(),
        attempt,
        log: log.with(delivery),
        body: record.body,
        remainingMilliseconds: context.remaining,
      });
      await say(ports, says, handledLog);
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      // Said by code that is deployed before this: it waits for the code that reads it.
      if (error.name === "UnknownVersion" && attempt < manifest.maxReceiveCount) throw error;
      await ports.park({ body: record.body, reaction: manifest.name, attempts: attempt, error });
      log("error", "message parked in the dead-letter queue", {
        ...aboutMessage(record.body),
        ...delivery,
        errorName: error.name,
        reason: error.message,
      });
    }
  };

  const settleOrLog = (record: SQSRecord, invocation: Invocation): Promise<void> =>
    settle(record, invocation).catch((error) => {
      log("warn", "message will be delivered again", {
        ...aboutMessage(record.body),
        messageId: record.messageId,
        requestId: invocation.awsRequestId,
        attempt: Number(record.attributes.ApproximateReceiveCount),
        ...failureOf(error),
      });
      throw error;
    });

  return (
    middy<SQSEvent>()
      // Each failure is logged where its request is known.
      .use(sqsPartialBatchFailure({ logger: () => {} }))
      .handler(({ Records }, context) => {
        const { awsRequestId } = context;
        const invocation = { awsRequestId, remaining: () => context.getRemainingTimeInMillis() };
        return Promise.allSettled(Records.map((record) => settleOrLog(record, invocation)));
      }) as unknown as ReactionHandler
  );
}

async function say(ports: ReactionPorts, events: readonly DomainEvent[], log: Log): Promise<void> {
  if (events.length === 0) return;
  await ports.publish(events);
  log("info", `said ${events.map(({ type }) => type).join(", ")}`);
}

type Invocation = { readonly awsRequestId: string; readonly remaining: () => number };

/** `heard` is absent where no event was heard; then nothing is below what it says. */
function assertMaySay(manifest: ReactionManifest, says: readonly DomainEvent[], heard?: EventType): void {
  for (const { type } of says) {
    if (!manifest.says.includes(type)) {
      throw new TypeError(`${manifest.name} says ${type}, which its manifest in service.ts does not list.`);
    }
    if (heard && layerOf[type] <= layerOf[heard]) {
      throw new TypeError(`${manifest.name} answers ${heard} with ${type} of no higher layer: a livelock.`);
    }
  }
}
