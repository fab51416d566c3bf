// Moves dead letters back to the queue of their reaction; a crash can double a message and loses none.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { carriable } from "@order-saga/messaging/carriable";
import type { RedriveResult } from "./types.ts";

export type Redrive = {
  sqs: SQSClient;
  fromUrl: string;
  /** Undefined sends them nowhere: they are deleted for good. */
  toUrl: string | undefined;
  /** Which messages; their bodies and attributes are as they lie in the queue. */
  isWanted: (message: { messageId: string; body: string; attributes: Record<string, string> }) => boolean;
  /** How many are wanted, if that is known: the search for them ends there. */
  most?: number;
  /** Messages a second. */
  rate: number;
  /** Messages that were sent at this time or later are not touched: a redrive does not chase its own tail. */
  startedAt: number;
  /** Resolves with true if the first attempt at the copy fails; begins before the original is deleted. */
  watch?: (newId: string) => Promise<boolean>;
  /** As many are taken at once; one at a time sees soonest what came back. */
  batchSize?: number;
  /** Told of a message that came while the redrive went on; false stops it. */
  onReturned?: (message: { messageId: string; body: string }) => boolean;
  /** Told after each, with the id that the copy has; false stops the redrive. */
  onMoved: (moved: {
    messageId: string;
    newId: string;
    body: string;
    ended: Promise<boolean | undefined>;
  }) => Promise<boolean>;
  pause: (milliseconds: number) => Promise<unknown>;
};

/** Long enough for a slow redrive of one batch; the other messages become visible again at the end. */
const HIDDEN_SECONDS = 120;

/** One by one: sends a copy without the attributes that name the error, then deletes the original. */
export async function redriveEach(given: Redrive): Promise<{ moved: number; stopped: boolean }> {
  const { fromUrl: QueueUrl, sqs } = given;
  const passed: Message[] = [];
  let moved = 0;
  let stopped = false;
  try {
    while (!stopped && moved < (given.most ?? Number.POSITIVE_INFINITY)) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: given.batchSize ?? 10,
          VisibilityTimeout: HIDDEN_SECONDS,
          WaitTimeSeconds: 0,
          MessageAttributeNames: ["All"],
          MessageSystemAttributeNames: ["All"],
        }),
      );
      if (Messages.length === 0) break;
      for (const message of Messages) {
        const isOld = Number(message.Attributes?.SentTimestamp ?? 0) < given.startedAt;
        if (!isOld && given.onReturned?.(plainMessage(message)) === false) stopped = true;
        const isWanted = !stopped && isOld && moved < (given.most ?? Number.POSITIVE_INFINITY);
        if (!isWanted || !given.isWanted(plainMessage(message))) {
          passed.push(message);
          continue;
        }
        if (moved > 0 && Number.isFinite(given.rate)) await given.pause(1000 / given.rate);
        const { ended, newId } = await move(given, message);
        moved++;
        stopped = !(await given.onMoved({ ...plainMessage(message), newId, ended }));
      }
    }
  } finally {
    for (const { ReceiptHandle } of passed)
      await sqs
        .send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
        .catch(() => {}); // It comes back by itself when its time is over.
  }
  return { moved, stopped };
}

/** Deletes for good what is wanted, and says how many. */
export async function discardEach(
  given: Pick<Redrive, "sqs" | "fromUrl" | "isWanted" | "most" | "startedAt">,
): Promise<number> {
  const { moved } = await redriveEach({
    ...given,
    toUrl: undefined,
    rate: Number.POSITIVE_INFINITY,
    onMoved: async () => true,
    pause: async () => {},
  });
  return moved;
}

async function move({ fromUrl, sqs, toUrl, watch }: Redrive, message: Message) {
  const { MessageId = "" } =
    toUrl === undefined
      ? {}
      : await sqs.send(
          new SendMessageCommand({
            QueueUrl: toUrl,
            MessageBody: carriable(message.Body ?? ""),
            MessageGroupId: message.Attributes?.MessageGroupId,
          }),
        );
  const ended = watch?.(MessageId) ?? Promise.resolve(undefined);
  await sqs.send(new DeleteMessageCommand({ QueueUrl: fromUrl, ReceiptHandle: message.ReceiptHandle }));
  return { newId: MessageId, ended };
}

/** A message as SQS hands it out, in plain words. */
export function plainMessage(message: Message) {
  return {
    messageId: message.MessageId ?? "",
    body: message.Body ?? "",
    attributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue = "" }]) => [
        name,
        StringValue,
      ]),
    ),
  };
}

/** SQS's own way for all of a dead-letter queue; it offers it for a queue's own dead-letter queue only. */
export async function redriveAll({
  destinationArn,
  pause,
  rate,
  sourceArn,
  sqs,
}: Pick<Redrive, "sqs" | "rate" | "pause"> & { sourceArn: string; destinationArn: string }): Promise<number> {
  await sqs.send(
    new StartMessageMoveTaskCommand({
      SourceArn: sourceArn,
      DestinationArn: destinationArn,
      MaxNumberOfMessagesPerSecond: Math.max(1, Math.min(500, Math.round(rate))),
    }),
  );
  while (true) {
    const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: sourceArn }));
    const [task] = Results;
    if (task?.Status === "COMPLETED" || task?.Status === "CANCELLED")
      return task.ApproximateNumberOfMessagesMoved ?? 0;
    if (task?.Status === "FAILED") throw new Error(`SQS gave the redrive up: ${task.FailureReason}`);
    await pause(200);
  }
}

/** In one line, for the log and the terminal. */
export function describeRedrive({ failedAgain, left, redriven, settled, stopped }: RedriveResult): string {
  const unknown = redriven - settled - failedAgain;
  return [
    `${redriven} redriven`,
    ...(settled > 0 ? [`${settled} settled`] : []),
    ...(failedAgain > 0 ? [`${failedAgain} failed again`] : []),
    ...(unknown > 0 ? [`${unknown} under way`] : []),
    `${left} left`,
    ...(stopped ? ["stopped"] : []),
  ].join(", ");
}
