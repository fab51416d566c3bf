// What a function asks of the queues: parks a message that nobody can handle, sends tasks to reactions.
import {
  type MessageAttributeValue,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Call, Caller, PortCall } from "./calls.ts";
import { awsError, unanswered } from "./dynamodb/errors.ts";
import type { Message, Queue, Queues } from "./queue.ts";

/** One message of a request, as the commands for one and for many name its parts. */
type Entry = {
  Id?: string | undefined;
  MessageBody?: string | undefined;
  MessageGroupId?: string | undefined;
  DelaySeconds?: number | undefined;
  MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
};

/** More than so many entries, or bytes, SQS refuses in one request (SQS guide, "message quotas"). */
const MOST_ENTRIES = 10;
const MOST_BYTES = 1_048_576;

export function createQueueClient(
  queues: Pick<Queues, "all" | "send"> & { subject: (body: string) => string | undefined },
  call: Call,
  caller: Caller,
): SQSClient {
  const { all } = queues;
  let count = 0;
  function send({ resource }: Queue, { MessageBody: body = "", ...entry }: Entry, about: About): object {
    queues.send(resource.name, {
      ...about,
      body,
      attributes: attributesOf(entry),
      ...(entry.MessageGroupId !== undefined && { group: entry.MessageGroupId }),
      delaySeconds: entry.DelaySeconds ?? 0,
    });
    return { MessageId: `sent-by-${caller.name}-${++count}` };
  }

  function park(queue: Queue, entry: Entry): PortCall<unknown> {
    const about = aboutOf(all.get(queue.source ?? ""), entry.MessageBody ?? "");
    return {
      category: "park",
      what: () => `park ${attributesOf(entry).errorName}`,
      orderId: about.orderId,
      effect: () => send(queue, entry, about),
      faults: {
        "park-failed": () => {
          throw awsError("ServiceUnavailable", "The service is unavailable.", 503);
        },
      },
    };
  }

  function sendTasks(queue: Queue, entries: readonly Entry[]): PortCall<object> {
    const take = (isTaken: (index: number) => boolean) => {
      const Successful = entries
        .filter((_, index) => isTaken(index))
        .map((entry) => ({
          Id: entry.Id,
          ...send(queue, entry, taskOf(queue, entry)),
        }));
      const Failed = entries
        .filter((_, index) => !isTaken(index))
        .map(({ Id }) => ({ Id, SenderFault: false, Code: "InternalError", Message: "Try again." }));
      return { Successful, Failed };
    };
    const effect = () => take(() => true);
    return {
      category: "send",
      what: () => `send ${entries.length} to ${queue.resource.name}`,
      orderId: entries
        .map(({ MessageBody = "" }) => queues.subject(MessageBody))
        .find((id) => id !== undefined),
      effect,
      faults: {
        "tasks-half-failed": () => take((index) => index < entries.length - 1),
        "tasks-throttled": () => {
          throw awsError("RequestThrottled", "Rate exceeded", 403);
        },
        "tasks-answer-lost": () => {
          effect();
          throw unanswered();
        },
      },
    };
  }

  function sendTask(queue: Queue, entry: Entry): PortCall<object> {
    const batch = sendTasks(queue, [entry]);
    const { "tasks-half-failed": _, ...faults } = batch.faults ?? {};
    return { ...batch, faults };
  }

  /** A reaction that goes on with its message in another invocation sends itself the same. */
  const taskOf = (queue: Queue, { MessageBody = "" }: Entry): About => {
    const orderId = queues.subject(MessageBody) ?? aboutOf(queue, MessageBody).orderId;
    return { orderId, eventType: undefined, poison: false };
  };

  const clientSend = (command: unknown) => {
    if (command instanceof SendMessageCommand) {
      const queue = queueOf(all, command.input.QueueUrl);
      if (queue.kind !== "reaction") return call(caller, park(queue, command.input));
      return call(caller, sendTask(queue, command.input));
    }
    if (command instanceof SendMessageBatchCommand) {
      const { Entries = [], QueueUrl } = command.input;
      assertFits(Entries);
      return call(caller, sendTasks(queueOf(all, QueueUrl), Entries));
    }
    throw new TypeError("The simulated queues know SendMessage and SendMessageBatch only.");
  };
  return { send: clientSend } as unknown as SQSClient;
}

function queueOf(all: Queues["all"], url: string | undefined): Queue {
  const queue = all.get(url?.split("/").at(-1) ?? "");
  if (queue) return queue;
  throw awsError("QueueDoesNotExist", "The specified queue does not exist.", 400);
}

function assertFits(entries: readonly Entry[]): void {
  if (entries.length === 0) throw awsError("EmptyBatchRequest", "The batch request has no entries.", 400);
  if (entries.length > MOST_ENTRIES)
    throw awsError("TooManyEntriesInBatchRequest", `Maximum number of entries is ${MOST_ENTRIES}.`, 400);
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw awsError("BatchEntryIdsNotDistinct", "Two or more entries have the same Id.", 400);
  const bytes = entries.reduce((sum, { MessageBody = "" }) => sum + Buffer.byteLength(MessageBody), 0);
  if (bytes > MOST_BYTES)
    throw awsError("BatchRequestTooLong", `Batch requests cannot be longer than ${MOST_BYTES} bytes.`, 400);
}

function attributesOf({ MessageAttributes = {} }: Entry): Record<string, string> {
  return Object.fromEntries(
    Object.entries(MessageAttributes).map(([key, { StringValue = "" }]) => [key, StringValue]),
  );
}

type About = Pick<Message, "orderId" | "eventType" | "poison">;

/** What the world knows of a message by its body, which is all that a parked one is sent with. */
function aboutOf(queue: Queue | undefined, body: string): About {
  for (const message of queue?.messages ?? []) {
    if (message.body !== body) continue;
    const { eventType, orderId, poison } = message;
    return { eventType, orderId, poison };
  }
  return { eventType: undefined, orderId: undefined, poison: false };
}
