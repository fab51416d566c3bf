// The embedded SQS: fauxqs's engine behind the AWS JSON protocol, with redrive and batches that commit as one.

import { createDeadLetterSources, tellSources } from "./dead-letters.ts";
import {
  actions,
  createMessage,
  isSqsFailure,
  type MessageAttributeValue,
  openStore,
  type Persistence,
  queryErrorOf,
  type SqsAction,
  type SqsQueue,
  sqsError,
} from "./fauxqs.ts";
import { deleteExpired, deleteVisible, noteReceipts } from "./lifetime.ts";
import { beforeLongRest } from "./long-queue.ts";
import { createMoveTasks, sourcesOf } from "./move-tasks.ts";
import { refuse, refuseEntries } from "./refusals.ts";

export type WireAnswer = { status: number; headers: Record<string, string>; body: string };

export type QueueCount = { ready: number; delayed: number; inFlight: number };

/** How many messages a queue holds, whether they can be received or not. */
export function messagesIn({ delayed, inFlight, ready }: QueueCount): number {
  return ready + delayed + inFlight;
}

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
  /** When a delayed or in-flight message can be received, in milliseconds. */
  visibleAt?: number;
};

export type Queues = {
  handle(action: string, input: Record<string, unknown>, request: SqsRequest): Promise<WireAnswer>;
  /** The same without the wire: what the action answers, or an error with AWS's name for it. */
  call(action: string, input: Record<string, unknown>, signal: AbortSignal): Promise<unknown>;
  /** Puts a message on a queue; throws an error named QueueDoesNotExist if there is none. */
  send(queueArn: string, body: string, more?: SendOptions): void;
  names(): string[];
  count(name: string): QueueCount;
  messages(name: string): QueuedMessage[];
  close(): void;
};

export type SendOptions = {
  attributes?: Record<string, string> | undefined;
  messageGroupId?: string | undefined;
  delaySeconds?: number | undefined;
};

export type SqsRequest = {
  headers: Record<string, string | undefined>;
  /** Aborted when the client hangs up: a message must not be handed to somebody who is gone. */
  signal: AbortSignal;
};

export function createQueues(options: {
  directory: string | undefined;
  region: string;
  now: () => number;
}): Queues {
  const { store, persistence } = openStore(options.directory);
  store.region = options.region;
  const deadLetters = createDeadLetterSources(store, persistence);
  const moveTasks = createMoveTasks(store, {
    now: options.now,
    atomically: (move) => atomically(persistence, move),
    sourceOf: deadLetters.of,
  });

  async function run(action: string, input: Record<string, unknown>, request: SqsRequest): Promise<unknown> {
    const ours = moveTasks.actions.get(action) ?? own.get(action);
    if (ours) return ours(input);
    const theirs = actions.get(action);
    if (!theirs) throw sqsError("InvalidAction", `The action ${action} is not valid for this endpoint.`);
    refuse(action, input, store);
    const queue = store.getQueue(String(input.QueueUrl ?? ""));
    if (queue) deleteExpired(queue, Date.now());
    if (action === "ReceiveMessage") return receive(theirs, input, request);
    if (queue && action === "GetQueueAttributes" && !input.AttributeNames) return {};
    const entries = refuseEntries(action, input);
    if (queue && entries?.failed.length) return carryOutPart(theirs, input, entries, request);
    if (queue) for (const handle of handlesOf(action, input)) deleteVisible(queue, handle);
    return carryOut(theirs, input, request);
  }

  /** A batch as a whole is refused before its entries are looked at, so all of them are shown to the action first. */
  async function carryOutPart(
    action: SqsAction,
    input: Record<string, unknown>,
    { failed, left }: NonNullable<ReturnType<typeof refuseEntries>>,
    request: SqsRequest,
  ) {
    const ids = (input.Entries as { Id: string }[]).map(({ Id }) => Id);
    const isRefused = ids.length > 10 || new Set(ids).size < ids.length;
    if (isRefused) return carryOut(action, { ...input, Entries: ids.map((Id) => ({ Id })) }, request);
    if (left.length === 0) return { Successful: [], Failed: failed };
    const result = await carryOut(action, { ...input, Entries: left }, request);
    const { Successful, Failed } = result as { Successful: object[]; Failed?: object[] };
    return { Successful, Failed: [...failed, ...(Failed ?? [])] };
  }

  const own = new Map<string, (input: Record<string, unknown>) => unknown>([
    [
      "ListDeadLetterSourceQueues",
      ({ QueueUrl }) => {
        const queue = store.getQueue(String(QueueUrl ?? ""));
        if (!queue) throw sqsError("QueueDoesNotExist", "The specified queue does not exist.");
        return { queueUrls: sourcesOf(store, queue).map(({ url }) => url) };
      },
    ],
  ]);

  /** Actions are synchronous, so one transaction holds all that one writes: a dead letter is a delete and an insert. */
  async function carryOut(action: SqsAction, input: Record<string, unknown>, request: SqsRequest) {
    // Without the signature's region every queue is in the region of this endpoint.
    const headers = { ...request.headers, authorization: undefined };
    const result = await atomically(persistence, () => action(input, store, { headers }));
    return reachable(result, request.headers.host);
  }

  /** Long polling: a receive that finds nothing waits for the next arrival, and tries again until its time is over. */
  async function receive(
    action: SqsAction,
    input: Record<string, unknown>,
    request: SqsRequest,
  ): Promise<unknown> {
    const queue = store.getQueue(String(input.QueueUrl ?? ""));
    const seconds = Number(input.WaitTimeSeconds ?? queue?.attributes.ReceiveMessageWaitTimeSeconds ?? 0);
    // A wait that is out of range is left to the action, which refuses it.
    const waits = queue !== undefined && seconds > 0 && seconds <= 20;
    const until = performance.now() + seconds * 1000;
    const most = Number(input.MaxNumberOfMessages ?? 1);
    const noting: SqsAction = (...given) =>
      deadLetters.during(queue, () => beforeLongRest(queue, most, () => action(...given)));
    const attempt = async (): Promise<unknown> => {
      const before = queue?.messages.length ?? 0;
      const result = await carryOut(noting, waits ? { ...input, WaitTimeSeconds: 0 } : input, request);
      if (queue) {
        noteReceipts(queue, result);
        tellSources(queue, input, result, deadLetters.of);
      }
      // All that it saw of a long queue became dead letters: there is more behind them.
      const left = queue?.messages.length ?? 0;
      if (!hasMessages(result) && left > 0 && left < before) return attempt();
      return result;
    };
    let result = await attempt();
    while (waits && !hasMessages(result)) {
      const left = until - performance.now();
      if (left <= 0) break;
      await arrivalOrHangUp(queue, left, request.signal);
      result = await attempt();
    }
    return result;
  }

  return {
    async handle(action, input, request) {
      try {
        const result = await run(action, input, request);
        return json(200, result ?? {});
      } catch (error) {
        if (!isSqsFailure(error)) throw error;
        return json(error.statusCode, error.toJSON(), { "x-amzn-query-error": queryErrorOf(error) });
      }
    },
    call: async (action, input, signal) => (await run(action, input, { headers: {}, signal })) ?? {},
    send(queueArn, body, { attributes = {}, messageGroupId, delaySeconds } = {}) {
      const queue = store.getQueueByArn(queueArn);
      if (!queue)
        throw Object.assign(new Error(`The queue ${queueArn} does not exist.`), {
          name: "QueueDoesNotExist",
        });
      const message = createMessage(body, toMessageAttributes(attributes), delaySeconds, messageGroupId);
      if (queue.isFifo()) message.sequenceNumber = queue.nextSequenceNumber();
      queue.enqueue(message);
    },
    names: () => store.listQueues().queues.map((queue) => queue.name),
    count(name) {
      const queue = store.getQueueByName(name);
      const size = (attribute: Parameters<SqsQueue["getAttribute"]>[0]) =>
        Number(queue?.getAttribute(attribute) ?? 0);
      return {
        ready: size("ApproximateNumberOfMessages"),
        delayed: size("ApproximateNumberOfMessagesDelayed"),
        inFlight: size("ApproximateNumberOfMessagesNotVisible"),
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

/** The receipt handles of what a request deletes. */
function handlesOf(action: string, input: Record<string, unknown>): string[] {
  if (action === "DeleteMessage") return [String(input.ReceiptHandle)];
  if (action !== "DeleteMessageBatch" || !Array.isArray(input.Entries)) return [];
  return (input.Entries as { ReceiptHandle?: string }[]).map(({ ReceiptHandle }) => String(ReceiptHandle));
}

/** Throws when the client is gone: a message must not be taken for somebody who cannot get it. */
async function arrivalOrHangUp(queue: SqsQueue, milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const onAbort = () => resolve();
  signal.addEventListener("abort", onAbort);
  signal.throwIfAborted();
  await Promise.race([queue.waitForMessages(milliseconds / 1000), gone]);
  signal.removeEventListener("abort", onAbort);
  signal.throwIfAborted();
}

function hasMessages(result: unknown): boolean {
  return (result as { Messages?: unknown } | undefined)?.Messages !== undefined;
}

/** Queue URLs are kept with the address of the request that made the queue; the answer carries this request's. */
function reachable(result: unknown, host: string | undefined): unknown {
  if (typeof result !== "object" || result === null || host === undefined) return result;
  const here = (url: string) => url.replace(/^http:\/\/[^/]*/, `http://${host}`);
  if ("QueueUrl" in result) return { ...result, QueueUrl: here(String(result.QueueUrl)) };
  if ("QueueUrls" in result) return { ...result, QueueUrls: (result.QueueUrls as string[]).map(here) };
  return result;
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
  // fauxqs makes a message ready at the next request, but it is ready from its moment on.
  const until = (message: (typeof ready)[number], state: "delayed" | "in flight", visibleAt = 0) =>
    visibleAt > Date.now() ? { ...show(message, state), visibleAt } : show(message, "ready");
  return [
    ...ready.map((message) => show(message, "ready")),
    ...delayed.map((message) => until(message, "delayed", message.delayUntil)),
    ...inflight.map(({ message, visibilityDeadline }) => until(message, "in flight", visibilityDeadline)),
  ];
}
