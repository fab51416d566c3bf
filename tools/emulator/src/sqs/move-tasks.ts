// Redrive: tasks that move a dead-letter queue's messages back (SQS API reference, "StartMessageMoveTask").
import { randomUUID } from "node:crypto";
import type { Action, Context } from "./context.ts";
import { invalidParameter, missingParameter, SqsError } from "./errors.ts";
import type { Input } from "./input.ts";
import { maxMovesPerSecond, mostTasks, queueArn } from "./limits.ts";
import { createMessage, type Message } from "./message.ts";
import type { MessageQueue } from "./queue.ts";
import { sourcesOf } from "./queue-actions.ts";
import type { QueueStore } from "./store.ts";
import { isWithin, pageSizeIn } from "./validation.ts";

type Task = {
  handle: string;
  source: MessageQueue;
  /** Undefined to return each message to the queue that it came from. */
  destinationArn: string | undefined;
  /** Undefined for as many as SQS can. */
  perSecond: number | undefined;
  status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  failureReason: string | undefined;
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
      throw invalidParameter(
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    tasks.unshift(task);
    moveSome(task, store);
    return { TaskHandle: task.handle };
  }

  function cancel(input: Input, { store }: Context) {
    const sourceArn = sourceArnIn(input);
    if (!store.withArn(sourceArn)) throw notFound("SourceArn");
    const task = tasks.find(({ handle }) => handle === input.TaskHandle);
    if (!task) throw new SqsError("ResourceNotFoundException", "Task does not exist.");
    if (task.status !== "RUNNING")
      throw new SqsError("ResourceNotFoundException", "Only active tasks can be cancelled.");
    clearTimeout(task.timer);
    task.status = "CANCELLED";
    return { ApproximateNumberOfMessagesMoved: task.moved };
  }

  function list(input: Input, { store }: Context) {
    const source = queueAt(store, input, "SourceArn");
    const found = tasks.filter((task) => task.source === source);
    return { Results: found.slice(0, pageSizeIn(input, mostTasks) ?? 1).map(described) };
  }

  return {
    actions: { StartMessageMoveTask: start, CancelMessageMoveTask: cancel, ListMessageMoveTasks: list },
    stop() {
      for (const task of tasks) clearTimeout(task.timer);
    },
  };
}

function createTask(input: Input, store: QueueStore, startedAt: number): Task {
  const source = queueAt(store, input, "SourceArn");
  if (sourcesOf(store, source).length === 0)
    throw invalidParameter("Source queue must be configured as a Dead Letter Queue.");
  const destination =
    input.DestinationArn === undefined ? undefined : queueAt(store, input, "DestinationArn");
  const { MaxNumberOfMessagesPerSecond: perSecond } = input;
  if (perSecond !== undefined && !(Number.isInteger(perSecond) && isWithin(perSecond, maxMovesPerSecond)))
    throw invalidParameter("MaxNumberOfMessagesPerSecond must be from 1 to 500.");
  return {
    handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })).toString("base64"),
    source,
    destinationArn: destination?.arn,
    perSecond: perSecond as number | undefined,
    status: "RUNNING",
    failureReason: undefined,
    toMove: source.ready.size,
    moved: 0,
    startedAt,
    timer: undefined,
  };
}

/** Moves one second's worth, then comes back for the rest. */
function moveSome(task: Task, store: QueueStore): void {
  const { source } = task;
  if (store.withArn(source.arn) !== source || !moveOneSecond(task, store)) {
    task.status = "FAILED";
    // Recorded from AWS, for a destination that was deleted meanwhile.
    task.failureReason = "AWS.SimpleQueueService.NonExistentQueue";
  } else if (task.moved >= task.toMove || source.ready.size === 0) task.status = "COMPLETED";
  else task.timer = setTimeout(() => moveSome(task, store), 1000);
}

/** False if a message's destination is not there, in which case it stays. */
function moveOneSecond(task: Task, store: QueueStore): boolean {
  const { perSecond = maxMovesPerSecond.maximum, source } = task;
  source.settle(Date.now());
  for (let left = perSecond; left > 0 && task.moved < task.toMove; left--) {
    const message = source.take();
    if (!message) return true;
    const destination = destinationOf(task, message, store);
    if (!destination) {
      source.adopt(message);
      return false;
    }
    source.forget(message);
    destination.enqueue(renewed(message));
    task.moved++;
  }
  return true;
}

/**
 * Undefined if it is not there any more. A message that was sent to the dead-letter queue directly goes to
 * the first queue that it belongs to.
 */
function destinationOf(
  { destinationArn, source }: Task,
  { sourceArn }: Message,
  store: QueueStore,
): MessageQueue | undefined {
  const arn = destinationArn ?? sourceArn;
  return arn === undefined ? sourcesOf(store, source)[0] : store.withArn(arn);
}

/** A redriven message is a new one, so its retention restarts (SQS guide, "Dead-letter queue redrive"). */
function renewed({ attributes, body, groupId, traceHeader }: Message): Message {
  return createMessage({ body, attributes, groupId, traceHeader });
}

function queueAt(store: QueueStore, input: Input, name: "SourceArn" | "DestinationArn"): MessageQueue {
  const { [name]: arn } = input;
  if (typeof arn !== "string" || arn === "") throw missingParameter(name);
  if (!queueArn.test(arn)) {
    const format = "arn:<partition>:<service>:<region>:<account-id>:<resource-id>";
    throw invalidParameter(`You must use this format to specify the ${name}: ${format}`);
  }
  const queue = store.withArn(arn);
  if (!queue) throw notFound(name);
  queue.settle(Date.now());
  return queue;
}

function notFound(name: string): SqsError {
  const message = `The resource that you specified for the ${name} parameter doesn't exist.`;
  return new SqsError("ResourceNotFoundException", message);
}

/** A handle says of which queue its task is. */
function sourceArnIn({ TaskHandle }: Input): string {
  if (typeof TaskHandle !== "string" || TaskHandle === "") throw missingParameter("TaskHandle");
  try {
    const { sourceArn, taskId } = JSON.parse(Buffer.from(TaskHandle, "base64").toString());
    if (typeof taskId === "string" && typeof sourceArn === "string") return sourceArn;
  } catch {
    // It is refused like any other text that is no handle.
  }
  throw invalidParameter("Value for parameter TaskHandle is invalid.");
}

function described({ handle, moved, perSecond, source, startedAt, status, ...task }: Task) {
  return {
    ...(status === "RUNNING" && { TaskHandle: handle }),
    Status: status,
    SourceArn: source.arn,
    DestinationArn: task.destinationArn,
    MaxNumberOfMessagesPerSecond: perSecond,
    ApproximateNumberOfMessagesMoved: moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failureReason,
    StartedTimestamp: startedAt,
  };
}
