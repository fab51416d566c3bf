// What the manifests ask of AWS, as plain data: tables, queues, rules, mappings and each function's environment.
import { type EventType, sourceOfEvent } from "@order-saga/contracts";
import {
  functionsOf,
  type ReactionManifest,
  type ServiceManifest,
  visibilityTimeoutSeconds,
} from "@order-saga/messaging";

export const BUS_NAME = "order-saga";

/** Dead letters are kept as long as SQS allows: 14 days. */
const DEAD_LETTER_RETENTION_SECONDS = 14 * 24 * 3600;

export type QueueResource = {
  readonly name: string;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  /** Where a message goes after `maxReceiveCount` deliveries; a dead-letter queue has none. */
  readonly redrive?: { readonly deadLetterQueue: string; readonly maxReceiveCount: number };
};

export type EventPattern = {
  readonly source: readonly string[];
  readonly "detail-type": readonly EventType[];
};

/** A reaction in AWS's terms: rule → queue → function, with a dead-letter queue behind each hop. */
export type ReactionResources = {
  readonly service: string;
  readonly manifest: ReactionManifest;
  readonly rule: { readonly name: string; readonly pattern: EventPattern };
  readonly queue: QueueResource;
  /** Where the function's failures end. */
  readonly deadLetterQueue: QueueResource;
  /** Where events end that EventBridge could not put on the queue. */
  readonly undeliveredQueue: QueueResource;
};

export type FunctionResource = {
  readonly service: string;
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
};

export function reactionResources(service: ServiceManifest, manifest: ReactionManifest): ReactionResources {
  const name = `${service.name}-${manifest.name}`;
  const deadLetters = (suffix: string): QueueResource => ({
    name: `${name}-${suffix}`,
    visibilityTimeoutSeconds: 30,
    retentionSeconds: DEAD_LETTER_RETENTION_SECONDS,
  });
  const deadLetterQueue = deadLetters("dlq");
  return {
    service: service.name,
    manifest,
    rule: { name, pattern: patternOf(manifest) },
    queue: {
      name,
      visibilityTimeoutSeconds: visibilityTimeoutSeconds(manifest),
      // Longer than any outage a team sleeps through, shorter than the dead letters' own retention.
      retentionSeconds: 4 * 24 * 3600,
      redrive: { deadLetterQueue: deadLetterQueue.name, maxReceiveCount: manifest.maxReceiveCount },
    },
    deadLetterQueue,
    undeliveredQueue: deadLetters("undelivered"),
  };
}

/** Only events of their owner's source match: an event somebody else made up never reaches the queue. */
export function patternOf(manifest: ReactionManifest): EventPattern {
  return {
    source: [...new Set(manifest.hears.map(sourceOfEvent))].sort(),
    "detail-type": [...manifest.hears].sort(),
  };
}

export function allReactions(services: readonly ServiceManifest[]): ReactionResources[] {
  return services.flatMap((service) => service.reactions.map((each) => reactionResources(service, each)));
}

/** Each function with its environment; `values` holds the stage's secrets and its own settings. */
export function allFunctions(
  services: readonly ServiceManifest[],
  values: Readonly<Record<string, string>>,
  queueUrlOf: (queueName: string) => string,
): FunctionResource[] {
  return services.flatMap((service) =>
    functionsOf(service).map((each): FunctionResource => {
      const given = Object.fromEntries(
        each.environment.map((name) => [name, values[name] ?? service.settings[name] ?? ""]),
      );
      return {
        service: service.name,
        name: each.name,
        timeoutSeconds: each.timeoutSeconds,
        environment: {
          ...given,
          ...(each.table !== "none" && { TABLE_NAME: service.name }),
          ...(each.says.length > 0 && { BUS_NAME }),
          ...("hears" in each && {
            DEAD_LETTER_QUEUE_URL: queueUrlOf(reactionResources(service, each).deadLetterQueue.name),
          }),
        },
      };
    }),
  );
}
