// Every promise about the deployment, by what it is about.
import { accountPromises } from "./account.ts";
import { alarmPromises } from "./alarms/index.ts";
import { spendPromises } from "./alarms/spend.ts";
import { apiPromises } from "./api.ts";
import { backupPromises } from "./backups.ts";
import { bucketPromises } from "./buckets.ts";
import { bundlePromises } from "./bundles.ts";
import { capacityPromises } from "./capacity.ts";
import { completenessPromises } from "./complete.ts";
import { consumerPromises } from "./consumers.ts";
import { costPromises } from "./costs.ts";
import { dashboardPromises } from "./dashboard.ts";
import { dataPromises } from "./data.ts";
import { deliveryPromises } from "./delivery.ts";
import { grantPromises } from "./grants.ts";
import { numberPromises } from "./numbers.ts";
import { operationPromises } from "./operations.ts";
import { orderPromises } from "./order.ts";
import { permissionPromises } from "./permissions.ts";
import type { DeploymentPromise } from "./promise.ts";
import { queryPromises } from "./queries.ts";
import { queuePromises } from "./queues.ts";
import { returnedMailPromises } from "./returned-mail.ts";
import { rolloutPromises } from "./rollout.ts";
import { switchPromises } from "./switches.ts";
import { tablePromises } from "./tables.ts";
import { triggerPromises } from "./triggers.ts";

export type { DeploymentPromise } from "./promise.ts";

/** Of a stage that has alarms: production, or one that names whom to tell. */
export const watchedPromises: readonly DeploymentPromise[] = [
  ...operationPromises,
  ...alarmPromises,
  ...dashboardPromises,
];

export const promises: readonly DeploymentPromise[] = [
  ...completenessPromises,
  ...queuePromises,
  ...deliveryPromises,
  ...returnedMailPromises,
  ...triggerPromises,
  ...consumerPromises,
  ...orderPromises,
  ...rolloutPromises,
  ...permissionPromises,
  ...grantPromises,
  ...dataPromises,
  ...tablePromises,
  ...bucketPromises,
  ...backupPromises,
  ...accountPromises,
  ...apiPromises,
  ...capacityPromises,
  ...queryPromises,
  ...watchedPromises,
  ...spendPromises,
  ...costPromises,
  ...switchPromises,
  ...numberPromises,
  ...bundlePromises,
];
