// The services this repository runs; adding one here is all the laptop needs to know of it.
import { inventory } from "@order-saga/inventory/service";
import type { ServiceManifest } from "@order-saga/messaging";
import { notification } from "@order-saga/notification/service";
import { orders } from "@order-saga/orders/service";
import { payment } from "@order-saga/payment/service";

export const services: readonly ServiceManifest[] = [orders, inventory, payment, notification];

export const BUS_NAME = "order-saga";

/** The folder that holds every package. */
export const PACKAGES = new URL("../../", import.meta.url);

/** A module is loaded once per address. */
let readings = 0;

/** A service's manifest as its file says now, not as it was when this process started. */
export async function freshManifest(service: string): Promise<unknown> {
  const file = new URL(`${service}/src/service.ts?reading=${++readings}`, PACKAGES);
  return ((await import(file.href)) as Record<string, unknown>)[service];
}

/** The folder that holds a function's file, `<name>.ts`. */
export function functionsFolder(service: string): URL {
  return new URL(`${service}/src/functions/`, PACKAGES);
}
