// One event-source mapping per reaction, over wherever its queue is.

import type { SQSClient } from "@aws-sdk/client-sqs";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import type { SQSEvent } from "aws-lambda";
import { AwsRefusal } from "../aws-refusal.ts";
import type { Reactions } from "../options.ts";
import type { Queues } from "../provision.ts";
import { accessKeyOf } from "../roles.ts";
import type { Functions } from "./functions.ts";
import { type BatchListener, type Mapping, startMapping } from "./mapping.ts";
import type { SourceOf } from "./message-source.ts";
import { startWorkerLoop } from "./worker-loop.ts";

/** What takes messages otherwise than a mapping does. */
export type Consumers = {
  /** Reactions whose mapping is off from the start. */
  readonly without?: Reactions | undefined;
  /** Reactions that a worker's loop calls; it polls by this client. */
  readonly loops?: Reactions | undefined;
  readonly sqs?: SQSClient;
};

export type Invoke = (event: SQSEvent) => Promise<unknown>;

/** By the queue's name. */
export function startMappings(options: {
  sourceOf: SourceOf;
  consumers?: Consumers;
  queues: Queues;
  region: string;
  functions: Functions;
  /** What an invocation goes through on its way to the function. */
  around?: (invoke: Invoke, reaction: string) => Invoke;
  onBatch?: BatchListener;
  onWarning: (message: string) => void;
}): Map<string, Mapping> {
  const {
    around = (invoke) => invoke,
    consumers = {},
    functions,
    onBatch = () => {},
    onWarning,
    queues,
    region,
    sourceOf,
  } = options;
  return new Map(
    allReactions(services).map(({ manifest, queue, service }) => {
      const { arn = "", url = "" } = queues.get(queue.name) ?? {};
      const given = {
        region,
        reaction: manifest.name,
        queueArn: arn,
        batchSize: manifest.batchSize,
        batchWindowSeconds: manifest.batchWindowSeconds,
        maximumConcurrency: manifest.maximumConcurrency,
        invoke: around((event) => functions.invoke(service, manifest.name, event), manifest.name),
        onBatch,
        onError: (error: unknown) => onWarning(`${manifest.name}: ${messageOf(error)}`),
      };
      const { loops = [], sqs, without = [] } = consumers;
      const mapping =
        sqs && isAmong(loops, manifest.name)
          ? startWorkerLoop(given, sqs, url)
          : startMapping({ ...given, source: sourceOf(url, accessKeyOf(service, manifest.name)) });
      if (isAmong(without, manifest.name)) void mapping.disable();
      return [queue.name, mapping];
    }),
  );
}

const isAmong = (names: Reactions, name: string) => names === "all" || names.includes(name);

export function messageOf(error: unknown): string {
  if (error instanceof AwsRefusal) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
