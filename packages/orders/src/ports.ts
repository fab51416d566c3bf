// What the use cases of orders are given.
import type { DomainEvent, PlaceOrderRequest } from "@order-saga/contracts";
import type { OrderStore } from "./store/store.ts";

export type OrderPorts = {
  store: OrderStore;
  publish: (events: readonly DomainEvent[]) => Promise<void>;
};

/** Keyed hashes: an order's id from who placed it under which key, and a request's fingerprint. */
export type Identity = {
  orderId(principal: string, idempotencyKey: string): string;
  fingerprint(request: PlaceOrderRequest): string;
};
