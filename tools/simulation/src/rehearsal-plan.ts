// A plan with a deployment of every service in its middle, and mostly a rollback of it.
import { services } from "@order-saga/services";
import type { FaultKind } from "./fault-kinds.ts";
import { type Fault, type Plan, START } from "./plan.ts";
import { createRandom, mix } from "./random.ts";

/** Of four rehearsals one is not rolled back. */
const ROLLED_BACK = 0.75;

/**
 * What the last release cannot hear of, and parks until it is brought forward again: mails that came back
 * (docs/decisions/returned-mails-stop-mail.md).
 */
const isNewSinceRelease = (kind: FaultKind) => kind === "mail-returned";

/**
 * Each service is deployed at a moment of its own, in any order, as `sst deploy` may do it, and rolled back
 * at another. Most orders of a plan come in its first minutes, so that is when half of the moments are.
 */
export function rehearsalOf(plan: Plan): Plan {
  const random = createRandom(mix(plan.seed, START));
  const latest = Math.max(...plan.orders.map(({ at }) => at), 1000);
  const moment = () => Math.floor(random.next() * (random.chance(0.5) ? latest : plan.faultsUntil * 0.9));
  const isRolledBack = random.chance(ROLLED_BACK);
  const deployments = services.map(({ name }): Fault => {
    const [from, until] = [moment(), moment()].sort((a, b) => a - b);
    return { kind: "deploy", at: name, from: from ?? 0, ...(isRolledBack && { until: until ?? 0 }) };
  });
  const others = plan.faults.filter(({ kind }) => kind !== "deploy" && !isNewSinceRelease(kind));
  return { ...plan, faults: [...others, ...deployments] };
}
