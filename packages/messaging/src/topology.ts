// What the manifests ask of AWS, as plain data: queues, rules, targets and each function's environment.
import { sourceOf, sourceOfEvent } from "@order-saga/contracts";
import type { BucketManifest, FunctionManifest, ReactionManifest, ServiceManifest } from "./manifest.ts";
import { KEYS_TABLE, KEYS_TABLE_VARIABLE } from "./personal-data/table.ts";

/** Dead letters are kept as long as SQS allows: 14 days. */
const DEAD_LETTER_RETENTION_SECONDS = 14 * 24 * 3600;

/** How long EventBridge tries to put an event on a queue: AWS's own maxima, a day. */
export const targetRetryPolicy = { maximumAttempts: 185, maximumEventAgeSeconds: 86_400 } as const;

export type QueueResource = {
  readonly name: string;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  /** Where a message goes after `maxReceiveCount` deliveries; a dead-letter queue has none. */
  readonly redrive?: { readonly deadLetterQueue: string; readonly maxReceiveCount: number };
};

/**
 * The publisher puts the customer's group first among an event's resources (publisher.ts). EventBridge takes
 * a target's `SqsParameters` from such a path in the event (EventBridge user guide, "Dynamic path
 * parameters", https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html). It does not say
 * what happens if nothing is there; every event ever published has a first resource.
 */
const GROUP_PATH = "$.resources[0]";

export type EventPattern = {
  readonly source: readonly string[];
  readonly "detail-type": readonly string[];
  readonly detail?: Readonly<Record<string, unknown>>;
};

/**
 * What puts a reaction's messages on its queue. The pattern of an upload names the bucket as it is called
 * where it is, so it is made there.
 */
export type RuleResource =
  | {
      readonly bus: "saga";
      readonly name: string;
      readonly pattern: EventPattern;
      /** Where in an event the message group of a fair queue stands. */
      readonly groupPath?: string;
    }
  | { readonly bus: "default"; readonly name: string; readonly bucket: BucketManifest };

/** A reaction in AWS's terms: rule → queue → function, with a dead-letter queue behind each hop. */
export type ReactionResources = {
  readonly service: string;
  readonly manifest: ReactionManifest;
  /** Absent where functions of the service send the messages themselves. */
  readonly rule?: RuleResource;
  /** The name of the rule of the account's default bus that puts returned mails on its queue, if one does. */
  readonly returnedMailRule?: string;
  readonly queue: QueueResource;
  /** Where the function's failures end. */
  readonly deadLetterQueue: QueueResource;
  /** Where events end that EventBridge could not put on the queue; only where there is a rule. */
  readonly undeliveredQueue?: QueueResource;
};

export function reactionResources(service: ServiceManifest, manifest: ReactionManifest): ReactionResources {
  const name = `${service.name}-${manifest.name}`;
  const deadLetters = (suffix: string): QueueResource => ({
    name: `${name}-${suffix}`,
    visibilityTimeoutSeconds: 30,
    retentionSeconds: DEAD_LETTER_RETENTION_SECONDS,
  });
  const deadLetterQueue = deadLetters("dlq");
  const rule = ruleOf(service, manifest, name);
  return {
    service: service.name,
    manifest,
    ...(rule && { rule, undeliveredQueue: deadLetters("undelivered") }),
    // A service has one, and a rule's name has room for little.
    ...(manifest.returnedMail && { returnedMailRule: `${service.name}-returned` }),
    queue: {
      name,
      visibilityTimeoutSeconds: visibilityTimeoutSeconds(manifest),
      // Longer than any outage a team sleeps through, shorter than the dead letters' own retention.
      retentionSeconds: 4 * 24 * 3600,
      redrive: { deadLetterQueue: deadLetterQueue.name, maxReceiveCount: manifest.maxReceiveCount },
    },
    deadLetterQueue,
  };
}

function ruleOf(
  service: ServiceManifest,
  manifest: ReactionManifest,
  name: string,
): RuleResource | undefined {
  switch (manifest.from) {
    case "bus":
      return {
        bus: "saga",
        name,
        pattern: patternOf(manifest),
        ...(manifest.isFair && { groupPath: GROUP_PATH }),
      };
    case "uploads":
      return { bus: "default", name, bucket: bucketOf(service) };
    case "tasks":
      return undefined;
  }
}

/** The service's bucket. Throws TypeError if its manifest has none. */
export function bucketOf({ bucket, name }: ServiceManifest): BucketManifest {
  if (!bucket) throw new TypeError(`${name} has no bucket in its manifest.`);
  return bucket;
}

/** S3's event about an object that was made under the bucket's prefix. */
export function uploadPattern({ prefix }: BucketManifest, bucketName: string): EventPattern {
  return {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [bucketName] }, object: { key: [{ prefix }] } },
  };
}

/** Both ends of a reaction's failures: the function's, and the rule's where there is one. */
export function deadLetterQueuesOf({
  deadLetterQueue,
  undeliveredQueue,
}: ReactionResources): QueueResource[] {
  return undeliveredQueue ? [deadLetterQueue, undeliveredQueue] : [deadLetterQueue];
}

/**
 * How long a received message stays hidden, in seconds: six times the function's timeout plus the batch
 * window, as AWS asks for an event-source mapping (Lambda developer guide, "Using Lambda with Amazon SQS").
 */
export function visibilityTimeoutSeconds(reaction: ReactionManifest): number {
  return 6 * reaction.timeoutSeconds + reaction.batchWindowSeconds;
}

/** Only events of their owner's source match, so an event of any other source never reaches the queue. */
export function patternOf({ having, hears }: ReactionManifest): EventPattern {
  const fields = Object.entries(having).map(([field, exists]) => [field, [{ exists }]]);
  return {
    source: [...new Set(hears.map(sourceOfEvent))].sort(),
    "detail-type": [...hears].sort(),
    ...(fields.length > 0 && { detail: { data: Object.fromEntries(fields) } }),
  };
}

export function allReactions(services: readonly ServiceManifest[]): ReactionResources[] {
  return services.flatMap((service) => service.reactions.map((each) => reactionResources(service, each)));
}

export type ArchiveResource = {
  readonly name: string;
  readonly description: string;
  readonly pattern: { readonly source: readonly string[] };
  readonly retentionDays: number;
};

/** The bus's archive: every event of every service, for as long as a restore may have to go back. */
export function archiveResource(services: readonly ServiceManifest[], production: boolean): ArchiveResource {
  return {
    name: "archive",
    description: "Every event of the saga, to be replayed; a settled day replayed changes nothing.",
    pattern: { source: services.map(({ name }) => sourceOf(name)).sort() },
    // More than twice the 35 days a table can be restored within; a week is enough to try it.
    retentionDays: production ? 90 : 7,
  };
}

/** Where a function's environment comes from: strings on the laptop, not yet known outputs in a stack. */
export type EnvironmentSource<T> = {
  /** A setting or a secret of the stage. */
  readonly value: (name: string) => T;
  /** Of a service's table, or of the customers' keys. */
  readonly tableName: (table: string) => T;
  readonly busName: T;
  readonly bucketName: (service: string) => T;
  readonly queueUrl: (queueName: string) => T;
};

/** A function's environment: what its manifest names, and where its table, bus and dead-letter queue are. */
export function environmentOf<T>(
  service: ServiceManifest,
  manifest: FunctionManifest,
  source: EnvironmentSource<T>,
): Record<string, T> {
  return {
    ...Object.fromEntries(manifest.environment.map((name) => [name, source.value(name)])),
    ...(manifest.table !== "none" && { TABLE_NAME: source.tableName(service.name) }),
    ...(manifest.personalData !== "none" && { [KEYS_TABLE_VARIABLE]: source.tableName(KEYS_TABLE) }),
    ...(manifest.says.length > 0 && { BUS_NAME: source.busName }),
    ...(manifest.objects !== "none" && { BUCKET_NAME: source.bucketName(service.name) }),
    ...Object.fromEntries(
      manifest.sends.map((name) => [taskQueueVariable(name), source.queueUrl(`${service.name}-${name}`)]),
    ),
    ...("hears" in manifest && {
      DEAD_LETTER_QUEUE_URL: source.queueUrl(reactionResources(service, manifest).deadLetterQueue.name),
    }),
  };
}

/** The variable with the URL of the queue of a reaction's tasks, such as `PLACE_CHILD_QUEUE_URL`. */
export function taskQueueVariable(reaction: string): string {
  return `${reaction.toUpperCase().replaceAll("-", "_")}_QUEUE_URL`;
}

/** A reaction's environment under its own name, with the URL of its queue, for a process that has several. */
export function workerEnvironmentOf<T>(
  service: ServiceManifest,
  manifest: ReactionManifest,
  source: EnvironmentSource<T>,
): Record<string, T> {
  const own = {
    ...environmentOf(service, manifest, source),
    QUEUE_URL: source.queueUrl(reactionResources(service, manifest).queue.name),
  };
  return Object.fromEntries(
    Object.entries(own).map(([name, value]) => [workerVariable(manifest.name, name), value]),
  );
}

/** A reaction's variable where several share an environment, such as `RESERVE_STOCK__TABLE_NAME`. */
export function workerVariable(reaction: string, variable: string): string {
  return `${reaction.toUpperCase().replaceAll("-", "_")}__${variable}`;
}
