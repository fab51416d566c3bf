// What the checkers may see of a simulated world.

import { cardOf } from "@order-saga/emulator/payments/cards";
import type { Observed } from "./checkers/observed.ts";
import { clockErrorMilliseconds } from "./clocks.ts";
import type { RunContext } from "./context.ts";
import type { Customers } from "./customers.ts";
import { decodeItem } from "./decode-item.ts";
import type { Cloud } from "./environments.ts";
import type { Lambda } from "./lambda.ts";
import type { PlannedOrder } from "./plan.ts";
import type { Recorder } from "./recorder.ts";
import type { Webhooks } from "./webhooks.ts";

export function createObservation(world: {
  context: RunContext;
  cloud: Cloud;
  lambda: Lambda;
  customers: Customers;
  webhooks: Webhooks;
  recorder: Recorder;
}): Observed {
  const { cloud, context, customers, lambda, recorder, webhooks } = world;
  const { plan } = context;
  const { bulks = [], faults, hands = [], refunds = [] } = plan;
  const orders = [...plan.orders, ...bulks.flatMap((bulk) => bulk.orders)];
  // Tables that are contended or throttled delay orders as well, by a redelivery and more.
  const areTablesCalm = !plan.contention;
  const others = faults.length + hands.length + refunds.length;
  const isCalm = others === 0 && areTablesCalm && orders.every(isPlain);
  const hasFaults = faults.length > 0 && areTablesCalm;
  const isOfProvider = hasFaults && faults.every(({ kind }) => /^(provider|webhook)-/.test(kind));
  const isLimited = hasFaults && faults.every(({ kind }) => kind === "limit") && orders.every(isPlain);
  return {
    get now() {
      return context.scheduler.now();
    },
    get faultsStoppedAt() {
      return context.faultsStoppedAt();
    },
    clocksAheadMilliseconds: clockErrorMilliseconds(plan, 1),
    clocksBehindMilliseconds: clockErrorMilliseconds(plan, -1),
    get faultFree() {
      return isCalm && lambda.timeouts() === 0;
    },
    get onlyProvider() {
      return isOfProvider && lambda.timeouts() === 0;
    },
    get onlyLimited() {
      return isLimited && lambda.timeouts() === 0;
    },
    *items(service) {
      for (const item of cloud.tableOf(service).items()) yield decodeItem(item);
    },
    item(service, pk, sk) {
      const item = cloud.tableOf(service).get({ pk, sk });
      return item && decodeItem(item);
    },
    published: cloud.bus.published,
    intents: cloud.provider.intents,
    mails: cloud.mail.mails,
    returns: cloud.mail.returns,
    webhooks: webhooks.answers,
    told: cloud.receivers.told,
    calls: customers.calls,
    lines: recorder.lines,
    *queues() {
      for (const { kind, messages, resource } of cloud.queues.all.values())
        yield { name: resource.name, kind, messages };
    },
    deliveries: recorder.deliveries,
    lost: recorder.lost,
    uploads: cloud.objects.versions,
    timersActed: recorder.timersActed,
    stocked: recorder.stocked,
    prices: recorder.prices,
  };
}

/** Not cancelled or disputed; a customer whose bank may ask answers before a timer looks. */
function isPlain({
  authentication,
  cancelAt,
  paymentMethod,
}: Pick<PlannedOrder, "authentication" | "cancelAt" | "paymentMethod">): boolean {
  if (cancelAt !== undefined) return false;
  const { asks, dispute } = cardOf(paymentMethod) ?? {};
  if (dispute) return false;
  if (asks === undefined) return true;
  return authentication !== undefined && authentication.afterSeconds < 40;
}
