// Parks a message that can never succeed in its reaction's own dead-letter queue, with the reason on it.
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { carriable } from "./carriable.ts";
import type { PermanentError } from "./errors.ts";
import { groupOfMessage } from "./message-group.ts";

export type ParkedMessage = {
  body: string;
  reaction: string;
  attempts: number;
  error: PermanentError;
};

/** Resolves when the dead-letter queue holds the message; only then may the original be acknowledged. */
export type Park = (message: ParkedMessage) => Promise<void>;

export function createDeadLetters(options: { client: Pick<SQSClient, "send">; queueUrl: string }): Park {
  return async ({ body, reaction, attempts, error }) => {
    const text = (value: string) => ({ DataType: "String", StringValue: value });
    const group = groupOfMessage(body);
    await options.client.send(
      new SendMessageCommand({
        QueueUrl: options.queueUrl,
        MessageBody: carriable(body),
        // With it, a redrive of many waits for other customers' messages.
        ...(group !== undefined && { MessageGroupId: group }),
        MessageAttributes: {
          errorName: text(error.name),
          errorMessage: text(carriable(error.message.slice(0, 1024))),
          attempts: { DataType: "Number", StringValue: String(attempts) },
          reaction: text(reaction),
        },
      }),
    );
  };
}
