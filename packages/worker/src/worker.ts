// A worker: loads the reactions it is given, takes their messages, and stops within its time.
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { createLog, type LogLevel } from "@order-saga/messaging/log";
import type { Context } from "aws-lambda";
import type { Clock } from "./clock.ts";
import { type Consumer, type ConsumerState, startConsumer } from "./consumer.ts";
import { environmentOfReaction, variablesOf } from "./environment.ts";
import { type KnownReaction, loadHandler } from "./load.ts";
import type { Queue } from "./queue.ts";

export type WorkerOptions = {
  readonly reactions: readonly KnownReaction[];
  readonly env: ExecutionEnvironment;
  /** The variables of the process. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly queueOf: (url: string) => Queue;
  /** Batches of a queue that run at once, if not as many as its mapping would have. */
  readonly batchesAtOnce?: number | undefined;
  readonly longestBatchSeconds: number;
};

export type Worker = {
  states(): ReadonlyMap<string, ConsumerState>;
  /** Resolves with the number of messages that are left in flight after so many seconds. */
  stop(seconds: number, now?: boolean): Promise<number>;
};

/** Rejects with the name of a variable that is not set. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { clock } = options;
  const sharedBy = new Map<string, object>();
  const loaded = [];
  for (const known of options.reactions) {
    const { service } = known.resources;
    const shared = sharedBy.get(service) ?? {};
    sharedBy.set(service, shared);
    loaded.push({ known, ...(await loadedWith(known, options, shared)) });
  }
  const consumers = new Map(
    loaded.map(({ handler, known, queueUrl }) => [
      known.resources.manifest.name,
      startConsumer({ ...consumerOf(known, options), handler, queue: options.queueOf(queueUrl) }),
    ]),
  );
  const states = () => new Map([...consumers].map(([name, consumer]) => [name, consumer.state()]));
  return {
    states,
    async stop(seconds, now) {
      const late = new AbortController();
      await Promise.race([stopAll([...consumers.values()], now), clock.sleep(seconds * 1000, late.signal)]);
      late.abort();
      return [...states().values()].reduce((sum, { inFlight }) => sum + inFlight, 0);
    },
  };
}

async function loadedWith(known: KnownReaction, { env, variables }: WorkerOptions, shared: object) {
  const { name } = known.resources.manifest;
  const own = variablesOf(name, variables);
  const { QUEUE_URL: queueUrl } = own;
  if (queueUrl === undefined) throw new VariableMissing(name, "QUEUE_URL");
  const handler = await loadHandler(known, environmentOfReaction(env, own, shared), own);
  return { handler, queueUrl };
}

export class VariableMissing extends Error {
  override readonly name = "VariableMissing";
  constructor(reaction: string, variable: string) {
    super(`${reaction} lacks its ${variable}: docs/worker.md says how a worker's variables are called.`);
  }
}

function consumerOf({ resources: { manifest, service } }: KnownReaction, options: WorkerOptions) {
  const { batchesAtOnce = manifest.maximumConcurrency, clock, env, longestBatchSeconds } = options;
  const level = (env.variable("LOG_LEVEL") ?? "info") as LogLevel;
  const log = createLog({ service, level, now: env.now, write: env.write });
  return {
    reaction: manifest.name,
    batchSize: manifest.batchSize,
    batchesAtOnce,
    region: env.variable("AWS_REGION") ?? "",
    clock,
    log: log.with({ reaction: manifest.name }),
    longestSeconds: longestBatchSeconds,
    contextOf: () => contextOf(manifest, env),
  };
}

/** What Lambda tells a function of its invocation, as far as a reaction reads it. */
function contextOf(
  { memoryMegabytes, name, timeoutSeconds }: KnownReaction["resources"]["manifest"],
  env: ExecutionEnvironment,
): Context {
  const deadline = env.now() + timeoutSeconds * 1000;
  return {
    functionName: name,
    functionVersion: "$LATEST",
    awsRequestId: env.newId(),
    memoryLimitInMB: String(memoryMegabytes),
    getRemainingTimeInMillis: () => Math.max(0, deadline - env.now()),
  } as Context;
}

async function stopAll(consumers: readonly Consumer[], now?: boolean): Promise<void> {
  await Promise.all(consumers.map((consumer) => consumer.stop(now)));
}
