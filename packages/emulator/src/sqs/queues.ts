// The embedded SQS: fauxqs's engine behind the AWS JSON protocol, with redrive and batches that commit as one.
import {
  actions,
  createMessage,
  isSqsFailure,
  type MessageAttributeValue,
  openStore,
  type Persistence,
  type SqsQueue,
  sqsError,
} from "./fauxqs.ts";
import { createMoveTasks } from "./move-tasks.ts";

export type WireAnswer = { status: number; headers: Record<string, string>; body: string };

export type QueueCount = { ready: number; delayed: number; inFlight: number };

/** A message as it lies in a queue; looking at it disturbs nothing. */
export type QueuedMessage = {
  messageId: string;
  body: string;
  /** String and number attributes by name, as text. */
  attributes: Record<string, string>;
  receiveCount: number;
  /** Milliseconds. */
  sentAt: number;
  state: "ready" | "delayed" | "in flight";
  /** When an in-flight message becomes visible again, in milliseconds. */
  visibleAt?: number;
};

export type Queues = {
  handle(action: string, input: Record<string, unknown>, request: SqsRequest): Promise<WireAnswer>;
  /** Puts a message on a queue; throws an error named QueueDoesNotExist if there is none. */
  send(queueArn: string, body: string, attributes?: Record<string, string>): void;
  names(): string[];
  count(name: string): QueueCount;
  messages(name: string): QueuedMessage[];
  close(): void;
};

export type SqsRequest = {
  headers: Record<string, string | undefined>;
  /** Aborted when the client hangs up: a message must not be handed to somebody who is gone. */
  signal: AbortSignal;
};

export function createQueues(options: { directory: string | undefined; now: () => number }): Queues {
  const { store, persistence } = openStore(options.directory);
  const moveTasks = createMoveTasks(store, options.now, (move) => atomically(persistence, move));

  async function run(action: string, input: Record<string, unknown>, request: SqsRequest): Promise<unknown> {
    const ours = moveTasks.actions.get(action);
    if (ours) return ours(input);
    const theirs = actions.get(action);
    if (!theirs) throw sqsError("InvalidAction", `The action ${action} is not valid for this endpoint.`);
    if (action === "ReceiveMessage")
      await waitForMessages(store.getQueue(String(input.QueueUrl ?? "")), input, request);
    // Every action but a waiting receive is synchronous, so one transaction holds all it writes: a move to the
    // dead-letter queue is a delete and an insert, and a batch is ten.
    return atomically(persistence, () =>
      theirs({ ...input, ...(action === "ReceiveMessage" && { WaitTimeSeconds: 0 }) }, store, request),
    );
  }

  return {
    async handle(action, input, request) {
      try {
        const result = await run(action, input, request);
        return json(200, result ?? {});
      } catch (error) {
        if (!isSqsFailure(error)) throw error;
        return json(error.statusCode, error.toJSON(), { "x-amzn-query-error": error.queryErrorHeader });
      }
    },
    send(queueArn, body, attributes = {}) {
      const queue = store.getQueueByArn(queueArn);
      if (!queue)
        throw Object.assign(new Error(`The queue ${queueArn} does not exist.`), {
          name: "QueueDoesNotExist",
        });
      queue.enqueue(createMessage(body, toMessageAttributes(attributes)));
    },
    names: () => store.listQueues().queues.map((queue) => queue.name),
    count(name) {
      const queue = store.getQueueByName(name);
      return {
        ready: queue?.messages.length ?? 0,
        delayed: queue?.delayedMessages.length ?? 0,
        inFlight: queue?.inflightMessages.size ?? 0,
      };
    },
    messages: (name) => listMessages(store.getQueueByName(name)),
    close() {
      moveTasks.stop();
      store.shutdown();
      persistence?.close();
    },
  };
}

/** Long polling: returns when the queue may have a message, the time is over, or the client is gone. */
async function waitForMessages(
  queue: SqsQueue | undefined,
  input: Record<string, unknown>,
  { signal }: SqsRequest,
): Promise<void> {
  const seconds = Number(input.WaitTimeSeconds ?? queue?.attributes.ReceiveMessageWaitTimeSeconds ?? 0);
  if (!queue || !(seconds > 0 && seconds <= 20)) return;
  queue.processTimers();
  if (queue.messages.length === 0) {
    const gone = new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    await Promise.race([queue.waitForMessages(seconds), gone]);
  }
  signal.throwIfAborted();
}

function atomically<T>(persistence: Persistence | undefined, act: () => T): T {
  if (!persistence) return act();
  persistence.db.exec("BEGIN");
  try {
    const result = act();
    persistence.db.exec("COMMIT");
    return result;
  } catch (error) {
    // What the action changed before it failed is in memory too, so it is kept on disk.
    persistence.db.exec("COMMIT");
    throw error;
  }
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): WireAnswer {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.0", ...headers },
    body: JSON.stringify(body),
  };
}

function toMessageAttributes(attributes: Record<string, string>): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
  );
}

function listMessages(queue: SqsQueue | undefined): QueuedMessage[] {
  if (!queue) return [];
  const { ready, delayed, inflight } = queue.inspectMessages();
  const show = (message: (typeof ready)[number], state: QueuedMessage["state"]): QueuedMessage => ({
    messageId: message.messageId,
    body: message.body,
    attributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, value]) => [name, value.StringValue ?? ""]),
    ),
    receiveCount: message.approximateReceiveCount,
    sentAt: message.sentTimestamp,
    state,
  });
  return [
    ...ready.map((message) => show(message, "ready")),
    ...delayed.map((message) => show(message, "delayed")),
    ...inflight.map((each) => ({ ...show(each.message, "in flight"), visibleAt: each.visibilityDeadline })),
  ];
}
