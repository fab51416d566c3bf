// The services of this system, in one list: stacks, laptop, simulator, documents and checks all read it.
import { inventory } from "@order-saga/inventory/service";
import type { ServiceManifest } from "@order-saga/messaging";
import { notification } from "@order-saga/notification/service";
import { orders } from "@order-saga/orders/service";
import { payment } from "@order-saga/payment/service";

export const services: readonly ServiceManifest[] = [orders, inventory, payment, notification];
