// The embedded SQS: its actions by the AWS JSON protocol, over queues in memory or in a file.
import type { Judge } from "@order-saga/iam/evaluate";
import type { OpenStore } from "../sqlite-settings.ts";
import type { Action, Context } from "./context.ts";
import { onTheWire, SqsError } from "./errors.ts";
import type { Input } from "./input.ts";
import { countOf, oldestSentAt, type QueueCount, type QueuedMessage, walkMessages } from "./inspection.ts";
import { createMessage, type MessageAttributes } from "./message.ts";
import { messageActions } from "./message-actions.ts";
import { createMoveTasks } from "./move-tasks.ts";
import type { MessageQueue } from "./queue.ts";
import { queueActions } from "./queue-actions.ts";
import { openStore } from "./store.ts";
import { allPromised, type UnpromisedAt } from "./unpromised.ts";

export type WireAnswer = { status: number; headers: Record<string, string>; body: string };

export type Queues = {
  handle(action: string, input: Input, request: SqsRequest): Promise<WireAnswer>;
  /** The same without the wire: resolves with the action's answer, or rejects with an SqsError. */
  call(action: string, input: Input, signal: AbortSignal): Promise<unknown>;
  /** Returns a promise if the message must reach a file. Throws an error named QueueDoesNotExist. */
  send(queueArn: string, body: string, more?: SendOptions): void | Promise<void>;
  has(queueArn: string): boolean;
  /** Of the queue, if it has one. */
  policyOf(queueArn: string): Judge | undefined;
  names(): string[];
  count(name: string): QueueCount;
  messages(name: string): QueuedMessage[];
  /** The same one after the other, only those that are wanted; the queue may change between two of them. */
  walk(name: string, isWanted?: (messageId: string) => boolean): Iterable<QueuedMessage>;
  /** Another number whenever a message came, went or moved. */
  revision(name: string): number;
  /** In milliseconds; undefined if there is no message. */
  oldestSentAt(name: string): number | undefined;
  close(): void;
};

export type SendOptions = {
  attributes?: Record<string, string> | undefined;
  messageGroupId?: string | undefined;
  traceHeader?: string | undefined;
  delaySeconds?: number | undefined;
};

export type SqsRequest = {
  headers: Record<string, string | undefined>;
  /** Aborted when the client hangs up, because it could not receive a message any more. */
  signal: AbortSignal;
};

export type QueuesOptions = {
  directory: string | undefined;
  open?: OpenStore | undefined;
  region: string;
  accountId?: string;
  /** Milliseconds; only the tasks that move messages read it. */
  now: () => number;
  /** Nothing unless it is given. */
  unpromised?: UnpromisedAt | undefined;
};

export function createQueues(options: QueuesOptions): Queues {
  const { directory, region, accountId = "000000000000", now, unpromised = allPromised } = options;
  const store = openStore(directory, unpromised, options.open);
  const moveTasks = createMoveTasks(now);
  const actions = new Map<string, Action>(
    Object.entries({ ...queueActions, ...messageActions, ...moveTasks.actions }),
  );

  /** The queue as it is at this time. */
  function current(name: string): MessageQueue | undefined {
    const queue = store.named(name);
    queue?.settle(Date.now());
    return queue;
  }

  /** Answers once the effect is in the file; all effects of one turn are one transaction. */
  async function run(name: string, input: Input, request: Pick<Context, "host" | "signal">) {
    const action = actions.get(name);
    if (!action) throw new SqsError("InvalidAction", `The action ${name} is not valid for this endpoint.`);
    try {
      return await action(input, { store, region, accountId, ...request });
    } finally {
      await store.written();
    }
  }

  return {
    async handle(action, input, { headers: { host }, signal }) {
      try {
        return json(200, await run(action, input, { host, signal }));
      } catch (error) {
        if (!(error instanceof SqsError)) throw error;
        const { queryError, status, type } = onTheWire(error);
        return json(status, { __type: type, message: error.message }, { "x-amzn-query-error": queryError });
      }
    },
    call: (action, input, signal) => run(action, input, { host: undefined, signal }),
    send(queueArn, body, { attributes = {}, messageGroupId, traceHeader, delaySeconds } = {}) {
      const queue = store.withArn(queueArn);
      if (!queue)
        throw Object.assign(new Error(`The queue ${queueArn} does not exist.`), {
          name: "QueueDoesNotExist",
        });
      queue.enqueue(
        createMessage({
          body,
          attributes: asStrings(attributes),
          groupId: messageGroupId,
          traceHeader,
          delaySeconds,
        }),
      );
      return store.written();
    },
    has: (queueArn) => store.withArn(queueArn) !== undefined,
    policyOf: (queueArn) => store.withArn(queueArn)?.policy(),
    names: () =>
      store
        .all()
        .map(({ name }) => name)
        .sort(),
    count: (name) => countOf(current(name)),
    messages: (name) => [...walkMessages(current(name), () => true)],
    walk: (name, isWanted = () => true) => walkMessages(current(name), isWanted),
    revision: (name) => current(name)?.revision ?? 0,
    oldestSentAt: (name) => oldestSentAt(current(name)),
    close() {
      moveTasks.stop();
      store.close();
    },
  };
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): WireAnswer {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.0", ...headers },
    body: JSON.stringify(body),
  };
}

function asStrings(attributes: Record<string, string>): MessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
  );
}
