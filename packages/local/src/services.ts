// The services this repository runs; adding one here is all the laptop needs to know of it.
import { inventory } from "@order-saga/inventory/service";
import type { ServiceManifest } from "@order-saga/messaging";
import { notification } from "@order-saga/notification/service";
import { orders } from "@order-saga/orders/service";
import { payment } from "@order-saga/payment/service";

export const services: readonly ServiceManifest[] = [orders, inventory, payment, notification];

export const BUS_NAME = "order-saga";

/** The folder that holds a function's file, `<name>.ts`. */
export function functionsFolder(service: string): URL {
  return new URL(`../../${service}/src/functions/`, import.meta.url);
}
