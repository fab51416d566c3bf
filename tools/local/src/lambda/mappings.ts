// One event-source mapping per reaction, over wherever its queue is.

import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import type { SQSEvent } from "aws-lambda";
import { AwsRefusal } from "../aws-refusal.ts";
import type { Queues } from "../provision.ts";
import { accessKeyOf } from "../roles.ts";
import type { Functions } from "./functions.ts";
import { type BatchListener, type Mapping, startMapping } from "./mapping.ts";
import type { SourceOf } from "./message-source.ts";

export type Invoke = (event: SQSEvent) => Promise<unknown>;

/** By the queue's name. */
export function startMappings(options: {
  sourceOf: SourceOf;
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
    functions,
    onBatch = () => {},
    onWarning,
    queues,
    region,
    sourceOf,
  } = options;
  return new Map(
    allReactions(services).map(({ manifest, queue, service }) => [
      queue.name,
      startMapping({
        region,
        reaction: manifest.name,
        source: sourceOf(queues.get(queue.name)?.url ?? "", accessKeyOf(service, manifest.name)),
        queueArn: queues.get(queue.name)?.arn ?? "",
        batchSize: manifest.batchSize,
        batchWindowSeconds: manifest.batchWindowSeconds,
        maximumConcurrency: manifest.maximumConcurrency,
        invoke: around((event) => functions.invoke(service, manifest.name, event), manifest.name),
        onBatch,
        onError: (error) => onWarning(`${manifest.name}: ${messageOf(error)}`),
      }),
    ]),
  );
}

export function messageOf(error: unknown): string {
  if (error instanceof AwsRefusal) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
