// The door to what the laptop does only to be fast. `--wire` goes by it: then everything is HTTP.
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { AwsEndpoint } from "@order-saga/emulator";
import { type MessageSource, queueOverTheWire } from "../lambda/message-source.ts";
import { queueOfThisProcess } from "./queue.ts";
import type { Answers } from "./thread-requests.ts";

/** How functions and mappings reach the embedded endpoint. */
export type Path = {
  /** What is answered in this process; functions find everything else by their environment. */
  readonly answers: Answers;
  readonly sourceOf: (queueUrl: string) => MessageSource;
};

/** Plain AWS commands and calls of the payment provider go to the engines as they are, without HTTP. */
export const fastPath = (aws: AwsEndpoint): Path => ({
  answers: { aws: aws.call, stripe: aws.payments.answer },
  sourceOf: (queueUrl) => queueOfThisProcess(aws.queues, queueUrl),
});

export const wirePath = (sqs: SQSClient): Path => ({
  answers: {},
  sourceOf: (queueUrl) => queueOverTheWire(sqs, queueUrl),
});
