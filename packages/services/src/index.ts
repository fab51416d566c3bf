// The services of this system, in one list: stacks, laptop, simulator, documents and checks all read it.
import { inventory } from "@order-saga/inventory/service";
import type { ServiceManifest } from "@order-saga/messaging";
import { notification } from "@order-saga/notification/service";
import { orders } from "@order-saga/orders/service";
import { payment } from "@order-saga/payment/service";
import { webhooks } from "@order-saga/webhooks/service";

/** Those too that a stage has only with their setting. */
export const everyService: readonly ServiceManifest[] = [orders, inventory, payment, notification, webhooks];

/** The services that a stage with these settings has. */
export function servicesWith(
  settings: Readonly<Record<string, string | undefined>>,
): readonly ServiceManifest[] {
  return everyService.filter(({ onlyWith }) => onlyWith === undefined || Boolean(settings[onlyWith]));
}

/** Those of this process's stage, by its environment (docs/decisions/optional-services.md). */
export const services: readonly ServiceManifest[] = servicesWith(process.env);
