// A quota from a function's environment: a setting says how many a customer may have, 0 that any number is.
import { createDocumentClient, type Key } from "../dynamodb.ts";
import { type ExecutionEnvironment, requiredVariable } from "../execution-environment.ts";
import { createQuotaStore } from "./dynamodb.ts";
import { createQuota, type Quota } from "./places.ts";

/** How long the window of a service's quota is, in seconds. */
export const QUOTA_SECONDS = "QUOTA_SECONDS";

/** Undefined where the setting is 0: then nothing is read or written for it. */
export function quotaIn(
  env: ExecutionEnvironment,
  setting: string,
  keyOf: (customer: string) => Key,
): Quota | undefined {
  const limit = Number(requiredVariable(env, setting));
  const windowMilliseconds = Number(requiredVariable(env, QUOTA_SECONDS)) * 1000;
  if (limit === 0) return undefined;
  const table = {
    client: env.client("dynamodb", createDocumentClient),
    tableName: requiredVariable(env, "TABLE_NAME"),
  };
  return createQuota(createQuotaStore(table, keyOf), { limit, windowMilliseconds });
}
