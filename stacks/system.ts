// The whole system of a stage, in the order in which its parts need each other.

import { services } from "@order-saga/services";
import { createAccount } from "./account.ts";
import { createAlarms } from "./alarms.ts";
import { createApi } from "./api.ts";
import { createBackups } from "./backups.ts";
import { createBucket } from "./bucket.ts";
import { createBus } from "./bus.ts";
import { createDashboard } from "./dashboard.ts";
import type { Deployed } from "./deployed.ts";
import { createKey } from "./key.ts";
import { createKeys } from "./keys.ts";
import { createMail } from "./mail.ts";
import { physicalName } from "./naming.ts";
import { createQueries } from "./queries.ts";
import { createReaction } from "./reaction.ts";
import { restoredTables } from "./restored-tables.ts";
import { createSchedule } from "./schedule.ts";
import { createSchemas } from "./schemas.ts";
import { createSecrets } from "./secrets.ts";
import { readSettings } from "./settings.ts";
import { createSpendWatch } from "./spend.ts";
import type { Stage } from "./stage.ts";
import { createSubscription } from "./subscription.ts";
import { createTable } from "./table.ts";
import { createWorker } from "./worker.ts";

export function createSystem() {
  const settings = readSettings($app.stage, process.env, $dev);
  const restored = restoredTables(process.env, physicalName(""));
  const account = createAccount();
  const key = createKey(account, settings.production);
  const { archive, bus, deadLetterPolicy } = createBus(account, key, settings.production);
  createSchemas(settings);
  const buckets: Stage["buckets"] = new Map(
    services.flatMap(({ bucket, name }) =>
      bucket ? [[name, createBucket({ settings, account, key }, bucket)] as const] : [],
    ),
  );
  const subscriptions = services.flatMap((service) =>
    service.reactions.map((manifest) =>
      createSubscription({ settings, account, bus, buckets }, service, manifest),
    ),
  );
  const stage: Stage = {
    settings,
    account,
    key,
    bus,
    tables: new Map(
      services.map((service) => [service.name, createTable(service, settings, restored.get(service.name))]),
    ),
    keys: createKeys(settings),
    buckets,
    queues: new Map(
      subscriptions.flatMap(({ deadLetterQueue, queue, resources }) => [
        [resources.queue.name, queue],
        [resources.deadLetterQueue.name, deadLetterQueue],
      ]),
    ),
    secrets: createSecrets(),
    mail: createMail(account, settings),
    hearersOf: (types) => [
      archive,
      deadLetterPolicy,
      ...subscriptions
        .filter(({ manifest }) => manifest.hears.some((type) => types.includes(type)))
        .flatMap(({ target }) => target ?? []),
    ],
  };
  createBackups({ account, ...settings }, [...stage.tables.values()]);
  const reactions = subscriptions.map((each) => createReaction(stage, each));
  createWorker(stage, subscriptions);
  const schedules = services.flatMap((service) =>
    service.schedules.map((manifest) => createSchedule(stage, service, manifest)),
  );
  const { api, routes } = createApi(stage);
  const deployed: Deployed = { reactions, schedules, routes, api };
  // A personal stage's alarms would cost more than all else in it, and reach no one who is on call.
  if (settings.production || settings.alarmEmail) {
    createAlarms(stage, deployed);
    createDashboard(deployed, stage.tables);
  }
  createQueries([...reactions, ...schedules, ...routes]);
  createSpendWatch(settings);
  const token = `npx pnpm@12 -s dev-token --stage ${$app.stage}`;
  return { api: api.url, bus: bus.name, ...(settings.tokens ? {} : { token }) };
}
