// The embedded SQS: fauxqs's engine behind the AWS JSON protocol, with redrive and batches that commit as one.

import {
  actions,
  isSqsFailure,
  type MessageAttributeValue,
  queryErrorOf,
  type SqsAction,
  sqsError,
} from "./fauxqs.ts";
import { createMessage, type Message } from "./message.ts";
import { createMoveTasks, sourcesOf } from "./move-tasks.ts";
import type { MessageQueue } from "./queue.ts";
import { refuse, refuseEntries } from "./refusals.ts";
import { openStore } from "./store.ts";

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
  /**
   * Puts a message on a queue, and throws an error named QueueDoesNotExist if there is none. Where queues are kept in
   * a file, it is there when the promise resolves.
   */
  send(queueArn: string, body: string, more?: SendOptions): void | Promise<void>;
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
  const { store, written, close } = openStore(options.directory);
  store.region = options.region;
  const moveTasks = createMoveTasks(store, options.now);

  /** Answers when what was done is in the file; all that is done in the same turn is one transaction with it. */
  async function run(action: string, input: Record<string, unknown>, request: SqsRequest): Promise<unknown> {
    try {
      return await carryOut(action, input, request);
    } finally {
      await written();
    }
  }

  async function carryOut(action: string, input: Record<string, unknown>, request: SqsRequest) {
    const ours = moveTasks.actions.get(action) ?? own.get(action);
    if (ours) return ours(input);
    const theirs = actions.get(action);
    if (!theirs) throw sqsError("InvalidAction", `The action ${action} is not valid for this endpoint.`);
    refuse(action, input, store);
    const queue = store.getQueue(String(input.QueueUrl ?? ""));
    queue?.expire(Date.now());
    if (action === "ReceiveMessage") return receive(theirs, input, request);
    if (queue && action === "GetQueueAttributes" && !input.AttributeNames) return {};
    const entries = refuseEntries(action, input);
    if (queue && entries?.failed.length) return carryOutPart(theirs, input, entries, request);
    return act(theirs, input, request);
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
    if (isRefused) return act(action, { ...input, Entries: ids.map((Id) => ({ Id })) }, request);
    if (left.length === 0) return { Successful: [], Failed: failed };
    const result = await act(action, { ...input, Entries: left }, request);
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

  async function act(action: SqsAction, input: Record<string, unknown>, request: SqsRequest) {
    // Without the signature's region every queue is in the region of this endpoint.
    const headers = { ...request.headers, authorization: undefined };
    return reachable(await action(input, store, { headers }), request.headers.host);
  }

  /** Long polling: a receive that finds nothing waits for the next arrival, and tries again until its time is over. */
  async function receive(action: SqsAction, input: Record<string, unknown>, request: SqsRequest) {
    const queue = store.getQueue(String(input.QueueUrl ?? ""));
    const seconds = Number(input.WaitTimeSeconds ?? queue?.attributes.ReceiveMessageWaitTimeSeconds ?? 0);
    // A wait that is out of range is left to the action, which refuses it.
    const waits = queue !== undefined && seconds > 0 && seconds <= 20;
    const until = performance.now() + seconds * 1000;
    const attempt = () => act(action, waits ? { ...input, WaitTimeSeconds: 0 } : input, request);
    let result = await attempt();
    while (waits && !hasMessages(result)) {
      const left = until - performance.now();
      if (left <= 0) break;
      await queue.arrival(left, request.signal);
      result = await attempt();
    }
    if (queue) tellSources(queue, input, result);
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
      queue.enqueue(createMessage(body, toMessageAttributes(attributes), delaySeconds, messageGroupId));
      return written();
    },
    names: () => store.listQueues().queues.map((queue) => queue.name),
    count(name) {
      const { delayed, inflightMessages, ready } = store.getQueueByName(name) ?? {};
      return { ready: ready?.size ?? 0, delayed: delayed?.size ?? 0, inFlight: inflightMessages?.size ?? 0 };
    },
    messages: (name) => listMessages(store.getQueueByName(name)),
    close() {
      moveTasks.stop();
      close();
    },
  };
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

/** Those that can be received first; each kind in the order in which it was sent. */
function listMessages(queue: MessageQueue | undefined): QueuedMessage[] {
  if (!queue) return [];
  const show = (message: Message, state: QueuedMessage["state"]): QueuedMessage => ({
    messageId: message.messageId,
    body: message.body,
    attributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, value]) => [name, value.StringValue ?? ""]),
    ),
    receiveCount: message.approximateReceiveCount,
    sentAt: message.sentTimestamp,
    state,
  });
  // A message is made ready at the next request, but it is ready from its moment on.
  const until = (message: Message, state: "delayed" | "in flight", visibleAt = 0) =>
    visibleAt > Date.now() ? { ...show(message, state), visibleAt } : show(message, "ready");
  const delayed = queue.delayed.all().sort((a, b) => a.sentTimestamp - b.sentTimestamp);
  return [
    ...[...queue.ready.all()].map((message) => show(message, "ready")),
    ...delayed.map((message) => until(message, "delayed", message.delayUntil)),
    ...[...queue.inflightMessages.values()].map(({ message, visibilityDeadline }) =>
      until(message, "in flight", visibilityDeadline),
    ),
  ];
}

const SOURCE = "DeadLetterQueueSourceArn";

/** Adds the queue a dead letter came from to the messages of an answer, if the request asks for it. */
function tellSources(queue: MessageQueue, input: Record<string, unknown>, result: unknown): void {
  const wanted = [input.AttributeNames, input.MessageSystemAttributeNames].flat();
  if (!wanted.includes("All") && !wanted.includes(SOURCE)) return;
  type Received = { ReceiptHandle: string; Attributes?: Record<string, string> };
  const { Messages = [] } = (result ?? {}) as { Messages?: Received[] };
  for (const received of Messages) {
    const source = queue.inflightMessages.get(received.ReceiptHandle)?.message.sourceArn;
    if (source !== undefined) received.Attributes = { ...received.Attributes, [SOURCE]: source };
  }
}
