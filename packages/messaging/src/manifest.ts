// The shape of a service's manifest: what it hears, says, serves and stores.
import type { EventType, Scope, ServiceName } from "@order-saga/contracts";
import type { PersonalDataUse } from "./personal-data/table.ts";
import { batchesUnder, type ProviderLimit } from "./provider-limit.ts";

/** What a function needs beside its code; it is granted this and no more. */
type FunctionNeeds = {
  /** The function's file is `src/functions/<name>.ts`, its export `handler`. */
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** How the function uses its service's table. */
  readonly table: TableUse;
  /** Event types it may publish, and no others. */
  readonly says: readonly EventType[];
  /** Names of the secrets and settings it reads from its environment. */
  readonly environment: readonly string[];
  /** How the function uses the customers' keys. */
  readonly personalData: PersonalDataUse;
  /** True if it may send mail. */
  readonly mail: boolean;
  /** The provider whose limit its calls share with all others; a reaction's batches follow from it. */
  readonly calls?: ProviderLimit;
  /** Reactions of its service that it sends tasks to; its own name is a continuation of what it began. */
  readonly sends: readonly string[];
  /** How the function uses its service's bucket. */
  readonly objects: ObjectUse;
  /**
   * False for work beside the orders that heals by itself or ends in a dead letter: it has the alarms of its
   * queues and its schedule, and none of its own failures.
   */
  readonly isUrgent: boolean;
};

/**
 * The operations of DynamoDB that a function uses, each with patterns of the partition keys that it uses it
 * on, such as `ORDER#*`; a query by its index, with the index's own partition keys. `record` is what most
 * need: a reaction reads and puts its service's record of an order, and a schedule also asks which are due.
 */
export type TableUse =
  | "none"
  | "record"
  | {
      readonly get?: readonly string[];
      readonly batchGet?: readonly string[];
      readonly put?: readonly string[];
      readonly update?: readonly string[];
      readonly conditionCheck?: readonly string[];
      readonly query?: Readonly<Record<string, readonly string[]>>;
    };

/** What a function does with objects of its service's bucket, each with patterns of keys like `feeds/*`. */
export type ObjectUse =
  | "none"
  | {
      /** Reads one version of an object. */
      readonly get?: readonly string[];
      /** Writes an object, or signs a form with which a browser does. */
      readonly put?: readonly string[];
    };

/** One queue, one function: hears one or a few event types, does one thing, says what happened. */
export type ReactionManifest = FunctionNeeds & {
  /** Event types of the bus; none if its messages come from elsewhere. */
  readonly hears: readonly EventType[];
  /**
   * Where its messages come from: the saga's bus, uploads into its service's bucket (by S3's event "Object
   * Created" on the account's default bus), or tasks that functions of its own service send.
   */
  readonly from: "bus" | "uploads" | "tasks";
  /** Fields of an event's data that must be there (true) or must not (false); the rule's pattern asks it. */
  readonly having: Readonly<Record<string, boolean>>;
  /**
   * True if SQS gives customers their turns, so that many messages of one do not delay another's. A queue
   * that waits for a provider's limit is always fair; each of its messages costs a little more.
   */
  readonly isFair: boolean;
  /** What takes messages from its queue: a Lambda function, or a container that runs all the time. */
  readonly runs: "lambda" | "worker";
  /** True if it is also told of mails that came back, without their addresses (returned-mail.ts). */
  readonly returnedMail: boolean;
  /** Records per invocation, at most 10 for a batch window of zero seconds. */
  readonly batchSize: number;
  readonly batchWindowSeconds: number;
  /** Batches processed at once, at least 2 (a limit of SQS event-source mappings). */
  readonly maximumConcurrency: number;
  /** Deliveries before a message is moved to the dead-letter queue. */
  readonly maxReceiveCount: number;
};

/** A reaction that hears events of these types. */
export type ReactionManifestOf<T extends EventType> = Omit<ReactionManifest, "hears"> & {
  readonly hears: readonly T[];
};

export type ScheduleManifest = FunctionNeeds & { readonly everyMinutes: number };

export type RouteManifest = FunctionNeeds & {
  readonly method: "GET" | "POST" | "PUT";
  /** API Gateway's form: `/orders/{orderId}`. */
  readonly path: string;
  /** A token must carry one of these; no scopes means no token is needed. */
  readonly scopes: readonly Scope[];
  readonly maximumBodyBytes: number;
  /** Requests per second and burst of this route alone, where the API's own limit is not its measure. */
  readonly throttle?: { readonly perSecond: number; readonly burst: number };
  /** True if its query may ask to wait (`?wait=`), so that a slow answer is none that is late. */
  readonly waits?: boolean;
};

export type IndexManifest = {
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly projection: "all" | "keys";
};

/** A table with string keys `pk` and `sk`; an index holds only the items that carry its keys. */
export type TableManifest = {
  /** The partition keys of the service's records of orders, as a pattern such as `ORDER#*`. */
  readonly record: string;
  readonly indexes: Readonly<Record<string, IndexManifest>>;
};

/** A bucket that people and programs upload to. */
export type BucketManifest = {
  readonly name: string;
  /** Only uploads under it are told to the service's reactions; ends with a slash. */
  readonly prefix: string;
  /** After so many days an object, and what it replaced, is deleted. */
  readonly expiresDays: number;
};

export type ServiceManifest = {
  readonly name: ServiceName;
  /** The setting without which a stage does not have the service; absent for one that every stage has. */
  readonly onlyWith?: string;
  readonly table: TableManifest;
  readonly bucket?: BucketManifest;
  readonly reactions: readonly ReactionManifest[];
  readonly schedules: readonly ScheduleManifest[];
  readonly routes: readonly RouteManifest[];
  /** Environment variables with the value they have unless a stage says otherwise. */
  readonly settings: Readonly<Record<string, string>>;
  /** Environment variables whose value is a secret of the stage. */
  readonly secrets: readonly string[];
};

/** The index of what a schedule must look at (see due.ts); its sort key is an ISO time. */
export const dueIndex: IndexManifest = { partitionKey: "dueShard", sortKey: "dueAt", projection: "keys" };

const functionDefaults = {
  timeoutSeconds: 30,
  memoryMegabytes: 512,
  table: "record",
  says: [],
  environment: [],
  personalData: "none",
  mail: false,
  sends: [],
  objects: "none",
  isUrgent: true,
} as const;

/**
 * No person waits for a reaction or a schedule, and most of its time is waiting, which Lambda bills by its
 * memory. A reaction's process grows to 120 to 130 MB under batches of ten.
 */
const unhurried = { ...functionDefaults, memoryMegabytes: 192 } as const;

const reactionDefaults = {
  ...unhurried,
  from: "bus",
  having: {},
  isFair: false,
  runs: "lambda",
  returnedMail: false,
  batchSize: 10,
  batchWindowSeconds: 0,
  maximumConcurrency: 10,
  maxReceiveCount: 5,
} as const;

type With<T, D> = Omit<T, keyof D> & Partial<T>;

/** Keeps the event types it hears as literals, so that `reaction()` knows what its use case is given. */
export function reactionManifest<const T extends EventType>(
  given: With<ReactionManifest, typeof reactionDefaults> & { readonly hears: readonly T[] },
): ReactionManifestOf<T> {
  const { calls } = given;
  const ofProvider = calls && { ...batchesUnder(calls.perSecond), isFair: true };
  return { ...reactionDefaults, ...ofProvider, ...given };
}

export function scheduleManifest(
  given: With<ScheduleManifest, typeof unhurried & { everyMinutes: 1 }>,
): ScheduleManifest {
  return { ...unhurried, timeoutSeconds: 50, everyMinutes: 1, ...given };
}

/** Keeps its scopes as literals, so that `route()` knows whether its handler is told who asks. */
export function routeManifest<const S extends readonly Scope[]>(
  given: With<RouteManifest, typeof functionDefaults & { maximumBodyBytes: number }> & { readonly scopes: S },
): RouteManifest & { readonly scopes: S } {
  return { ...functionDefaults, timeoutSeconds: 10, maximumBodyBytes: MAXIMUM_BODY_BYTES, ...given };
}

/** Ten times the largest legal order. */
export const MAXIMUM_BODY_BYTES = 32 * 1024;

/** One Lambda function. */
export type FunctionManifest = ReactionManifest | ScheduleManifest | RouteManifest;

/** Every function of a service: one Lambda each. */
export function functionsOf(service: ServiceManifest): FunctionManifest[] {
  return [...service.reactions, ...service.schedules, ...service.routes];
}
