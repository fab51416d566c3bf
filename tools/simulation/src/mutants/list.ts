// Every mutant of the production code; the simulator must find each of them.
import { bucketMutants } from "./buckets.ts";
import { bulkAndFeedMutants } from "./bulks-and-feeds.ts";
import { inventoryMutants } from "./inventory.ts";
import { ledgerAndDoorbellMutants } from "./ledger-and-doorbell.ts";
import { messagingMutants } from "./messaging.ts";
import type { Mutant } from "./mutant.ts";
import { notificationMutants } from "./notification.ts";
import { orderMutants } from "./orders.ts";
import { paymentMutants } from "./payment.ts";

export const mutants: readonly Mutant[] = [
  ...messagingMutants,
  ...orderMutants,
  ...inventoryMutants,
  ...bucketMutants,
  ...paymentMutants,
  ...ledgerAndDoorbellMutants,
  ...notificationMutants,
  ...bulkAndFeedMutants,
];

/** Throws a TypeError that lists the known names. */
export function mutantNamed(name: string): Mutant {
  const mutant = mutants.find((each) => each.name === name);
  if (mutant) return mutant;
  throw new TypeError(`There is no mutant ${name}. Known: ${mutants.map((each) => each.name).join(", ")}`);
}
