// Redrive: StartMessageMoveTask and its companions, which fauxqs does not have.
import { randomUUID } from "node:crypto";
import { sqsError } from "./fauxqs.ts";
import { createMessage, type Message } from "./message.ts";
import type { MessageQueue } from "./queue.ts";
import type { Store } from "./store.ts";

type Task = {
  handle: string;
  source: MessageQueue;
  destination: MessageQueue | undefined;
  perSecond: number;
  status: "RUNNING" | "COMPLETED" | "CANCELLED";
  toMove: number;
  moved: number;
  startedAt: number;
  timer: NodeJS.Timeout | undefined;
};

/** SQS moves up to 500 messages a second and runs one task per queue (SQS API reference, StartMessageMoveTask). */
const MAXIMUM_PER_SECOND = 500;

export function createMoveTasks(store: Store, now: () => number) {
  const tasks: Task[] = [];

  function start(input: Record<string, unknown>): { TaskHandle: string } {
    const source = queueAt(store, input.SourceArn);
    if (sourcesOf(store, source).length === 0) {
      throw sqsError("InvalidParameterValue", "Source queue must be configured as a dead-letter queue.");
    }
    if (tasks.some((task) => task.source === source && task.status === "RUNNING")) {
      throw sqsError(
        "InvalidParameterValue",
        "There is already a task running. Only one active task is allowed.",
      );
    }
    const destination = input.DestinationArn === undefined ? undefined : queueAt(store, input.DestinationArn);
    const perSecond = Number(input.MaxNumberOfMessagesPerSecond ?? MAXIMUM_PER_SECOND);
    if (!Number.isInteger(perSecond) || perSecond < 1 || perSecond > MAXIMUM_PER_SECOND) {
      throw sqsError("InvalidParameterValue", "MaxNumberOfMessagesPerSecond must be from 1 to 500.");
    }
    const task: Task = {
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })).toString("base64"),
      source,
      destination,
      perSecond,
      status: "RUNNING",
      toMove: source.ready.size,
      moved: 0,
      startedAt: now(),
      timer: undefined,
    };
    tasks.unshift(task);
    step(task);
    return { TaskHandle: task.handle };
  }

  /** Where it came from; what was sent to the dead-letter queue directly goes to the first queue that has it. */
  function destinationOf({ destination, source }: Task, message: Message): MessageQueue {
    const from = store.getQueueByArn(message.sourceArn ?? "");
    return destination ?? from ?? sourcesOf(store, source)[0] ?? source;
  }

  /** Moves one second's worth, then comes back for the rest. */
  function step(task: Task): void {
    for (let count = 0; count < task.perSecond && task.moved < task.toMove; count++) {
      const message = task.source.take();
      if (!message) break;
      task.source.forget(message);
      destinationOf(task, message).enqueue(renewed(message));
      task.moved++;
    }
    if (task.moved >= task.toMove || task.source.ready.size === 0) task.status = "COMPLETED";
    else task.timer = setTimeout(() => step(task), 1000);
  }

  function cancel(input: Record<string, unknown>) {
    const task = tasks.find((each) => each.handle === input.TaskHandle);
    if (task?.status !== "RUNNING")
      throw sqsError("ResourceNotFoundException", "There is no such task running.");
    clearTimeout(task.timer);
    task.status = "CANCELLED";
    return { ApproximateNumberOfMessagesMoved: task.moved };
  }

  function list(input: Record<string, unknown>) {
    const source = queueAt(store, input.SourceArn);
    const found = tasks.filter((task) => task.source === source).slice(0, Number(input.MaxResults ?? 1));
    return {
      Results: found.map((task) => ({
        ...(task.status === "RUNNING" && { TaskHandle: task.handle }),
        Status: task.status,
        SourceArn: task.source.arn,
        ...(task.destination && { DestinationArn: task.destination.arn }),
        MaxNumberOfMessagesPerSecond: task.perSecond,
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.toMove,
        StartedTimestamp: task.startedAt,
      })),
    };
  }

  return {
    actions: new Map<string, (input: Record<string, unknown>) => unknown>([
      ["StartMessageMoveTask", start],
      ["CancelMessageMoveTask", cancel],
      ["ListMessageMoveTasks", list],
    ]),
    stop() {
      for (const task of tasks) clearTimeout(task.timer);
    },
  };
}

/**
 * A redriven message is a new one, with an id and a time of sending of its own (SQS developer guide, "Configuring a
 * dead-letter queue redrive"); its retention begins again.
 */
function renewed({ body, messageAttributes, messageGroupId }: Message): Message {
  return createMessage(body, messageAttributes, undefined, messageGroupId);
}

function queueAt(store: Store, arn: unknown): MessageQueue {
  const queue = store.getQueueByArn(String(arn ?? ""));
  if (!queue) throw sqsError("ResourceNotFoundException", "The resource that you specified does not exist.");
  return queue;
}

/** The queues whose redrive policy names this one as their dead-letter queue. */
export function sourcesOf(store: Store, deadLetterQueue: MessageQueue): MessageQueue[] {
  return [...store.allQueues()].filter((queue) => {
    const policy = queue.attributes.RedrivePolicy;
    return policy ? JSON.parse(policy).deadLetterTargetArn === deadLetterQueue.arn : false;
  });
}
