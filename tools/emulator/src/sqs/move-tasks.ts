// Redrive: tasks that move a dead-letter queue's messages back (SQS API reference, "StartMessageMoveTask").
import { randomUUID } from "node:crypto";
import type { Action, Context } from "./context.ts";
import { invalidParameter, SqsError } from "./errors.ts";
import { maxMovesPerSecond } from "./limits.ts";
import { createMessage, type Message } from "./message.ts";
import type { MessageQueue } from "./queue.ts";
import { sourcesOf } from "./queue-actions.ts";
import type { QueueStore } from "./store.ts";
import { type Input, isWithin } from "./validation.ts";

type Task = {
  handle: string;
  source: MessageQueue;
  /** Undefined to return each message to the queue that it came from. */
  destination: MessageQueue | undefined;
  perSecond: number;
  status: "RUNNING" | "COMPLETED" | "CANCELLED";
  toMove: number;
  moved: number;
  startedAt: number;
  timer: NodeJS.Timeout | undefined;
};

export function createMoveTasks(now: () => number): {
  actions: Record<"StartMessageMoveTask" | "CancelMessageMoveTask" | "ListMessageMoveTasks", Action>;
  stop(): void;
} {
  /** The latest first. */
  const tasks: Task[] = [];

  function start(input: Input, { store }: Context) {
    const task = createTask(input, store, now());
    if (tasks.some(({ source, status }) => source === task.source && status === "RUNNING"))
      throw invalidParameter("There is already a task running. Only one active task is allowed.");
    tasks.unshift(task);
    moveSome(task, store);
    return { TaskHandle: task.handle };
  }

  function cancel({ TaskHandle }: Input) {
    const task = tasks.find(({ handle }) => handle === TaskHandle);
    if (task?.status !== "RUNNING")
      throw new SqsError("ResourceNotFoundException", "There is no such task running.");
    clearTimeout(task.timer);
    task.status = "CANCELLED";
    return { ApproximateNumberOfMessagesMoved: task.moved };
  }

  function list({ MaxResults = 1, SourceArn }: Input, { store }: Context) {
    const source = queueAt(store, SourceArn);
    const found = tasks.filter((task) => task.source === source);
    return { Results: found.slice(0, Number(MaxResults)).map(described) };
  }

  return {
    actions: { StartMessageMoveTask: start, CancelMessageMoveTask: cancel, ListMessageMoveTasks: list },
    stop() {
      for (const task of tasks) clearTimeout(task.timer);
    },
  };
}

function createTask(input: Input, store: QueueStore, startedAt: number): Task {
  const source = queueAt(store, input.SourceArn);
  if (sourcesOf(store, source).length === 0)
    throw invalidParameter("Source queue must be configured as a dead-letter queue.");
  const destination = input.DestinationArn === undefined ? undefined : queueAt(store, input.DestinationArn);
  const perSecond = Number(input.MaxNumberOfMessagesPerSecond ?? maxMovesPerSecond.maximum);
  if (!Number.isInteger(perSecond) || !isWithin(perSecond, maxMovesPerSecond))
    throw invalidParameter("MaxNumberOfMessagesPerSecond must be from 1 to 500.");
  return {
    handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })).toString("base64"),
    source,
    destination,
    perSecond,
    status: "RUNNING",
    toMove: source.ready.size,
    moved: 0,
    startedAt,
    timer: undefined,
  };
}

/** Moves one second's worth, then comes back for the rest. */
function moveSome(task: Task, store: QueueStore): void {
  for (let count = 0; count < task.perSecond && task.moved < task.toMove; count++) {
    const message = task.source.take();
    if (!message) break;
    task.source.forget(message);
    destinationOf(task, message, store).enqueue(renewed(message));
    task.moved++;
  }
  if (task.moved >= task.toMove || task.source.ready.size === 0) task.status = "COMPLETED";
  else task.timer = setTimeout(() => moveSome(task, store), 1000);
}

/** A message that was sent to the dead-letter queue directly goes to the first queue that it belongs to. */
function destinationOf({ destination, source }: Task, message: Message, store: QueueStore): MessageQueue {
  return destination ?? store.withArn(message.sourceArn ?? "") ?? sourcesOf(store, source)[0] ?? source;
}

/** A redriven message is a new one, so its retention restarts (SQS guide, "Dead-letter queue redrive"). */
function renewed({ attributes, body, groupId }: Message): Message {
  return createMessage({ body, attributes, groupId });
}

function queueAt(store: QueueStore, arn: unknown): MessageQueue {
  const queue = store.withArn(String(arn ?? ""));
  if (queue) return queue;
  throw new SqsError("ResourceNotFoundException", "The resource that you specified does not exist.");
}

function described({ destination, handle, moved, perSecond, source, startedAt, status, toMove }: Task) {
  return {
    ...(status === "RUNNING" && { TaskHandle: handle }),
    Status: status,
    SourceArn: source.arn,
    ...(destination && { DestinationArn: destination.arn }),
    MaxNumberOfMessagesPerSecond: perSecond,
    ApproximateNumberOfMessagesMoved: moved,
    ApproximateNumberOfMessagesToMove: toMove,
    StartedTimestamp: startedAt,
  };
}
