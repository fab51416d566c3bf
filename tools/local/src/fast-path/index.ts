// The door to what the laptop does only to be fast. `--wire` goes by it: then everything is HTTP.
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { AwsEndpoint } from "@order-saga/emulator";
import { queueOverTheWire, type SourceOf } from "../lambda/message-source.ts";
import { queueOfThisProcess } from "./queue.ts";
import type { Answers } from "./thread-requests.ts";

/** How functions and mappings reach the embedded endpoint. */
export type Path = {
  /** What is answered in this process; functions find everything else by their environment. */
  readonly answers: Answers;
  readonly sourceOf: SourceOf;
};

/** Plain AWS commands and calls of the payment provider go to the engines as they are, without HTTP. */
export const fastPath = (aws: AwsEndpoint): Path => ({
  answers: { aws: aws.call, stripe: aws.payments.answer },
  sourceOf: (queueUrl, accessKey) => queueOfThisProcess(aws, queueUrl, accessKey),
});

export const wirePath = (sqsOf: (accessKey: string) => SQSClient): Path => ({
  answers: {},
  sourceOf: (queueUrl, accessKey) => queueOverTheWire(sqsOf(accessKey), queueUrl),
});
