// Every statement of a function's role: what its manifest and its kind of function need, and nothing more.
import { sourceOf } from "@order-saga/contracts";
import type { FunctionManifest, ServiceManifest, TableUse } from "./manifest.ts";
import { keyPattern, stopAttributes } from "./personal-data/table.ts";
import { bucketOf, reactionResources } from "./topology.ts";

/** One `Allow` statement. `T` is a string where ARNs are known, and an output in a stack. */
export type Grant<T = string> = {
  readonly on:
    | "log-group"
    | "table"
    | "index"
    | "keys-table"
    | "bus"
    | "mail"
    | "queue"
    | "dead-letter-queue"
    | "task-queue"
    | "bucket"
    | "key";
  readonly actions: readonly string[];
  readonly resources: readonly T[];
  readonly conditions: readonly Condition<T>[];
};

export type Condition<T = string> = {
  readonly operator: "StringEquals" | "StringLike" | "ForAllValues:StringLike";
  readonly key: string;
  readonly values: readonly (T | string)[];
};

/** A grant as a statement of a policy, in AWS's own form. */
export function statementOf<T>({ actions, conditions, resources }: Omit<Grant<T>, "on">) {
  const byOperator: Record<string, Record<string, readonly (T | string)[]>> = {};
  for (const { key, operator, values } of conditions)
    byOperator[operator] = { ...byOperator[operator], [key]: values };
  return {
    Effect: "Allow" as const,
    Action: actions,
    Resource: resources,
    ...(conditions.length > 0 && { Condition: byOperator }),
  };
}

/** The ARNs of what a function may be granted, and the address that it may send from. */
export type GrantSource<T> = {
  /** The function, and its versions. */
  readonly functionArns: () => readonly T[];
  /** The streams of the function's log group. */
  readonly logStreams: () => T;
  readonly table: () => T;
  readonly index: (name: string) => T;
  /** The table of the customers' keys. */
  readonly keysTable: () => T;
  readonly bus: () => T;
  readonly queue: (name: string) => T;
  readonly bucket: () => T;
  /** Objects of the bucket whose keys match the pattern. */
  readonly objects: (pattern: string) => T;
  readonly key: () => T;
  /** What SES asks permission for, which is the sender's identity and the configuration set. */
  readonly mail: () => readonly T[];
  readonly mailAddress: () => T;
};

export function grantsOf<T>(
  service: ServiceManifest,
  manifest: FunctionManifest,
  source: GrantSource<T>,
): Grant<T>[] {
  return [
    {
      on: "log-group",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [source.logStreams()],
      conditions: [],
    },
    ...tableGrants(service, manifest, source),
    ...personalDataGrants(manifest, source),
    ...busGrants(service, manifest, source),
    ...mailGrants(manifest, source),
    ...secretGrants(service, manifest, source),
    ...queueGrants(service, manifest, source),
    ...taskGrants(service, manifest, source),
    ...objectGrants(service, manifest, source),
  ];
}

/** The operations that have a key in each request, so that a condition on keys cannot be passed by. */
const actionOf = {
  get: "dynamodb:GetItem",
  batchGet: "dynamodb:BatchGetItem",
  put: "dynamodb:PutItem",
  update: "dynamodb:UpdateItem",
  conditionCheck: "dynamodb:ConditionCheckItem",
} as const;

/** What a function does with its table, in full. Never a scan, never a deletion. */
export function tableUseOf(
  { table: { record } }: ServiceManifest,
  manifest: FunctionManifest,
): Exclude<TableUse, string> {
  if (manifest.table === "none") return {};
  if (manifest.table !== "record") return manifest.table;
  const sweeps = "everyMinutes" in manifest;
  return { get: [record], put: [record], ...(sweeps && { query: { due: ["*"] } }) };
}

/** Operations on the same keys share a statement; each index has its own. */
function tableGrants<T>(
  service: ServiceManifest,
  manifest: FunctionManifest,
  source: GrantSource<T>,
): Grant<T>[] {
  const { query = {}, ...operations } = tableUseOf(service, manifest);
  const actionsByKeys = new Map<string, string[]>();
  for (const [operation, keys] of Object.entries(operations)) {
    const patterns = JSON.stringify([...keys].sort());
    const action = actionOf[operation as keyof typeof actionOf];
    actionsByKeys.set(patterns, [...(actionsByKeys.get(patterns) ?? []), action]);
  }
  return [
    ...[...actionsByKeys].map(([keys, actions]) => ({
      on: "table" as const,
      actions: actions.sort(),
      resources: [source.table()],
      conditions: keysLike<T>(JSON.parse(keys)),
    })),
    ...Object.entries(query).map(([index, keys]) => ({
      on: "index" as const,
      actions: ["dynamodb:Query"],
      resources: [source.index(index)],
      conditions: keysLike<T>(keys),
    })),
  ];
}

/** For a query of an index the leading key is the index's own partition key. */
function keysLike<T>(patterns: readonly string[]): Condition<T>[] {
  if (patterns.includes("*")) return [];
  return [{ operator: "ForAllValues:StringLike", key: "dynamodb:LeadingKeys", values: patterns }];
}

/** No function may delete a key: customers are forgotten by an operator. */
function personalDataGrants<T>({ personalData }: FunctionManifest, source: GrantSource<T>): Grant<T>[] {
  if (personalData === "none") return [];
  const grant = (actions: readonly string[], more: readonly Condition<T>[] = []): Grant<T> => ({
    on: "keys-table",
    actions,
    resources: [source.keysTable()],
    conditions: [...keysLike<T>([keyPattern]), ...more],
  });
  const key = "dynamodb:Attributes";
  const marks = { operator: "ForAllValues:StringLike", key, values: stopAttributes } as const;
  return [
    grant([actionOf.get, ...(personalData === "seal" ? [actionOf.put] : [])]),
    ...(personalData === "stop" ? [grant([actionOf.update], [marks])] : []),
  ];
}

function busGrants<T>(
  service: ServiceManifest,
  { says }: FunctionManifest,
  source: GrantSource<T>,
): Grant<T>[] {
  if (says.length === 0) return [];
  const conditions = [
    { operator: "StringEquals", key: "events:source", values: [sourceOf(service.name)] },
    { operator: "StringEquals", key: "events:detail-type", values: [...says].sort() },
  ] as const;
  return [{ on: "bus", actions: ["events:PutEvents"], resources: [source.bus()], conditions }];
}

function mailGrants<T>({ mail }: FunctionManifest, source: GrantSource<T>): Grant<T>[] {
  if (!mail) return [];
  const from = { operator: "StringEquals", key: "ses:FromAddress", values: [source.mailAddress()] } as const;
  return [{ on: "mail", actions: ["ses:SendRawEmail"], resources: source.mail(), conditions: [from] }];
}

export function carriesSecret(service: ServiceManifest, { environment }: FunctionManifest): boolean {
  return environment.some((variable) => service.secrets.includes(variable));
}

/**
 * Lambda decrypts a function's variables with the function's role, and names the function to KMS: with or
 * without its version, which no page of AWS says.
 */
function secretGrants<T>(
  service: ServiceManifest,
  manifest: FunctionManifest,
  source: GrantSource<T>,
): Grant<T>[] {
  if (!carriesSecret(service, manifest)) return [];
  const key = "kms:EncryptionContext:aws:lambda:FunctionArn";
  const context = { operator: "StringLike", key, values: source.functionArns() } as const;
  return [{ on: "key", actions: ["kms:Decrypt"], resources: [source.key()], conditions: [context] }];
}

/** The event-source mapping uses the function's role; the function itself parks in its dead-letter queue. */
function queueGrants<T>(
  service: ServiceManifest,
  manifest: FunctionManifest,
  source: GrantSource<T>,
): Grant<T>[] {
  if (!("hears" in manifest)) return [];
  const { deadLetterQueue, queue } = reactionResources(service, manifest);
  return [
    {
      on: "queue",
      actions: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      resources: [source.queue(queue.name)],
      conditions: [],
    },
    {
      on: "dead-letter-queue",
      actions: ["sqs:SendMessage"],
      resources: [source.queue(deadLetterQueue.name)],
      conditions: [],
    },
  ];
}

/** Tasks go to queues of the function's own service, and to no other. */
function taskGrants<T>(
  service: ServiceManifest,
  { sends }: FunctionManifest,
  source: GrantSource<T>,
): Grant<T>[] {
  if (sends.length === 0) return [];
  const resources = sends.map((name) => source.queue(`${service.name}-${name}`));
  return [{ on: "task-queue", actions: ["sqs:SendMessage"], resources, conditions: [] }];
}

/**
 * Objects are encrypted with the stage's key by way of the bucket's own key, so the bucket is what S3 names
 * to KMS (S3 user guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys"). Only a reader that may
 * list the bucket is told that a version is gone; another gets the same 403 as for a missing permission (S3
 * API reference, "GetObject"). A condition on the prefix would not hold there: a read has no prefix.
 */
function objectGrants<T>(
  service: ServiceManifest,
  { objects }: FunctionManifest,
  source: GrantSource<T>,
): Grant<T>[] {
  if (objects === "none") return [];
  bucketOf(service);
  const context = {
    operator: "StringEquals",
    key: "kms:EncryptionContext:aws:s3:arn",
    values: [source.bucket()],
  } as const;
  const grants = (patterns: readonly string[], action: string, keyAction: string): Grant<T>[] =>
    patterns.length === 0
      ? []
      : [
          { on: "bucket", actions: [action], resources: patterns.map(source.objects), conditions: [] },
          { on: "key", actions: [keyAction], resources: [source.key()], conditions: [context] },
        ];
  const get = objects.get ?? [];
  const list: Grant<T> = {
    on: "bucket",
    actions: ["s3:ListBucket"],
    resources: [source.bucket()],
    conditions: [],
  };
  return [
    ...grants(get, "s3:GetObjectVersion", "kms:Decrypt"),
    ...(get.length > 0 ? [list] : []),
    ...grants(objects.put ?? [], "s3:PutObject", "kms:GenerateDataKey"),
  ];
}
