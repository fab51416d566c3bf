// What a function is put together from: Lambda's own (lambda.ts) in AWS, another on laptop and simulator.
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { clientSettings } from "./client-settings.ts";
import { createDeadLetters, type Park } from "./dead-letters.ts";
import { createLog, type Log, type LogLevel } from "./log.ts";
import { groupOfMessage } from "./message-group.ts";
import { createPublisher, type Publish } from "./publisher.ts";
import type { ReactionPorts } from "./reaction.ts";
import { createTaskSender, type SendTasks } from "./tasks.ts";
import { taskQueueVariable } from "./topology.ts";
import type { Transport } from "./transport.ts";

/** What stands on the other side of a client. */
export type ClientKind = "dynamodb" | "eventbridge" | "sqs" | "ses" | "s3" | "stripe" | "webhooks";

/** One execution environment of Lambda: all that a function knows of the world outside its own code. */
export type ExecutionEnvironment = {
  /** The same object in all functions of one process; absent where a function has a process of its own. */
  readonly process?: object;
  /** A variable of its environment. */
  variable(name: string): string | undefined;
  /** Milliseconds. */
  now(): number;
  /** A name that nothing else has. */
  newId(): string;
  /** So many bytes of chance, good enough for a key. */
  random(bytes: number): Uint8Array;
  /** Lets a moment of random length pass. */
  pause(longestMilliseconds: number): Promise<void>;
  /** Lets just so long pass. */
  wait(milliseconds: number): Promise<void>;
  /** Takes one line of the log. */
  write(line: string): void;
  /** The client that `create` makes, or one in its place. Without a transport it uses its own. */
  client<T>(kind: ClientKind, create: (transport?: Transport) => T): T;
};

/** A variable of the execution environment. Throws with its name if it is missing. */
export function requiredVariable(env: ExecutionEnvironment, name: string): string {
  const value = env.variable(name);
  if (value === undefined || value === "") {
    throw new Error(`The environment variable ${name} is not set; the service's manifest says who sets it.`);
  }
  return value;
}

/** The log and the clock, which every function's edge needs. */
export function edgeOf(env: ExecutionEnvironment, service: string): { log: Log; now: () => number } {
  const level = (env.variable("LOG_LEVEL") ?? "info") as LogLevel;
  const sample = Number(env.variable("LOG_SAMPLE") ?? 1);
  const { now, write } = env;
  return { log: createLog({ service, level, sample, now, write }), now };
}

/** Publishes on the bus named by BUS_NAME. */
export function busPublisher(env: ExecutionEnvironment): Publish {
  const client = env.client("eventbridge", () => new EventBridgeClient(clientSettings));
  return createPublisher({ client, busName: requiredVariable(env, "BUS_NAME"), pause: env.pause });
}

/** Sends tasks to the queue of a reaction of the same service. */
export function taskSender(env: ExecutionEnvironment, reaction: string): SendTasks {
  return senderTo(env, requiredVariable(env, taskQueueVariable(reaction)));
}

const senderTo = (env: ExecutionEnvironment, queueUrl: string) =>
  createTaskSender({ client: env.client("sqs", () => new SQSClient(clientSettings)), queueUrl });

/** Puts a message on its reaction's own queue again, to be handled later; the one at hand is then done. */
export type HandleLater = (body: string, delaySeconds: number) => Promise<void>;

/** Its client is made when first needed, because most execution environments never put anything off. */
export function laterIn(env: ExecutionEnvironment, reaction: string): HandleLater {
  const queueUrl = requiredVariable(env, taskQueueVariable(reaction));
  let send: SendTasks | undefined;
  return (body, delaySeconds) => {
    send ??= senderTo(env, queueUrl);
    const group = groupOfMessage(body);
    return send([{ body: JSON.parse(body), delaySeconds, ...(group !== undefined && { group }) }]);
  };
}

/** The ports of a reaction in AWS: the bus, its own dead-letter queue, clock and log. */
export function reactionPorts(env: ExecutionEnvironment, service: string): ReactionPorts {
  return { ...silentReactionPorts(env, service), publish: busPublisher(env) };
}

/** The ports of a reaction whose manifest says nothing: it has no bus, and its bundle no client for one. */
export function silentReactionPorts(env: ExecutionEnvironment, service: string): ReactionPorts {
  const queueUrl = requiredVariable(env, "DEAD_LETTER_QUEUE_URL");
  let park: Park | undefined;
  return {
    publish: silentPublisher,
    park(message) {
      // Made when first needed, because most execution environments never park a message.
      park ??= createDeadLetters({
        client: env.client("sqs", () => new SQSClient(clientSettings)),
        queueUrl,
      });
      return park(message);
    },
    ...edgeOf(env, service),
  };
}

/** Saying something is then a programmer's mistake. */
const silentPublisher: Publish = async (events) => {
  if (events.length > 0) throw new TypeError("This function's manifest says nothing, so it has no bus.");
};
