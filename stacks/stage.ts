// What the functions of a stage share.
import type { EventType } from "@order-saga/contracts";
import type { Account } from "./account.ts";
import type { createMail } from "./mail.ts";
import type { Settings } from "./settings.ts";
import type { Table } from "./table.ts";

export type Stage = {
  readonly settings: Settings;
  readonly account: Account;
  readonly key: aws.kms.Key;
  readonly bus: sst.aws.Bus;
  readonly tables: ReadonlyMap<string, Table>;
  readonly secrets: ReadonlyMap<string, sst.Secret>;
  readonly mail: ReturnType<typeof createMail>;
  /** What must be there before events of these types are published, so that none is missed. */
  readonly hearersOf: (types: readonly EventType[]) => $util.Resource[];
};
