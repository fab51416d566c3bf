// What the functions of a stage share.
import type { EventType } from "@order-saga/contracts";
import type { Account } from "./account.ts";
import type { createMail } from "./mail.ts";
import type { Settings } from "./settings.ts";
import type { Table } from "./table.ts";

/** A bucket by its name and ARN. */
export type Bucket = { readonly name: $util.Output<string>; readonly arn: $util.Output<string> };

export type Stage = {
  readonly settings: Settings;
  readonly account: Account;
  readonly key: aws.kms.Key;
  readonly bus: sst.aws.Bus;
  readonly tables: ReadonlyMap<string, Table>;
  /** The table of the customers' keys. */
  readonly keys: sst.aws.Dynamo;
  /** By service; most have none. */
  readonly buckets: ReadonlyMap<string, Bucket>;
  /** Queues and dead-letter queues of the reactions, by their names in the manifests. */
  readonly queues: ReadonlyMap<string, sst.aws.Queue>;
  readonly secrets: ReadonlyMap<string, sst.Secret>;
  readonly mail: ReturnType<typeof createMail>;
  /** What must be there before events of these types are published, so that none is missed. */
  readonly hearersOf: (types: readonly EventType[]) => $util.Resource[];
};
