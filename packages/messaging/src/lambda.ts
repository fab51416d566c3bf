// The composition root's ground: environment, clock, clients and log of a Lambda function, read once at its cold start.
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { createDeadLetters } from "./dead-letters.ts";
import { createLog, type Log, type LogLevel } from "./log.ts";
import { createPublisher, type Publish } from "./publisher.ts";
import type { ReactionPorts } from "./reaction.ts";

/** A variable of the function's environment. Throws with its name if it is missing. */
export function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`The environment variable ${name} is not set; the service's manifest says who sets it.`);
  }
  return value;
}

export const now = (): number => Date.now();

export function lambdaLog(service: string): Log {
  const level = (process.env.LOG_LEVEL ?? "info") as LogLevel;
  return createLog({ service, level, now, write: (line) => process.stdout.write(`${line}\n`) });
}

/** Publishes on the bus named by BUS_NAME. */
export function busPublisher(): Publish {
  return createPublisher({ client: new EventBridgeClient({}), busName: environment("BUS_NAME") });
}

/** What a function that says nothing is given: saying something is then a programmer's mistake. */
export const silentPublisher: Publish = async (events) => {
  if (events.length > 0) throw new TypeError("This function's manifest says nothing, so it has no bus.");
};

/** The ports of a reaction in AWS: the bus if it says anything, its own dead-letter queue, clock and log. */
export function reactionPorts(
  service: string,
  manifest: { readonly says: readonly string[] },
): ReactionPorts {
  return {
    publish: manifest.says.length > 0 ? busPublisher() : silentPublisher,
    park: createDeadLetters({ client: new SQSClient({}), queueUrl: environment("DEAD_LETTER_QUEUE_URL") }),
    log: lambdaLog(service),
    now,
  };
}
