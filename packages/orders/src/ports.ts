// The ports of orders: its records, its catalogue, the bus, and the hashes that make its ids.
import type { OfBulk, PlaceBulkRequest, PlaceOrderRequest, Product } from "@order-saga/contracts";
import type { DueStore, Publish, VersionedStore } from "@order-saga/messaging";
import type { Seal, SealForKnown } from "@order-saga/messaging/personal-data/personal-data";
import type { Quota } from "@order-saga/messaging/quota/places";
import type { Admission } from "./admission/admission.ts";
import type { Lateness } from "./admission/lateness.ts";
import type { BlindWrite } from "./blind-write.ts";
import type { Order } from "./order.ts";
import type { Page } from "./paging.ts";

export type PageOf<T> = { items: T[]; next?: string };

/** Orders and the catalogue, in one table. */
export type OrderStore = VersionedStore<Order> &
  DueStore & {
    /**
     * Saves the order if there is none under its id nor under the others, in one write, and returns the one
     * that is there then.
     */
    create(order: Order, otherIds?: readonly string[]): Promise<Order>;
    /**
     * The order of a bulk's row, made once; undefined if the row has ended without one. Whichever is written
     * first stands.
     */
    createOfRow(order: Order, ofBulk: Required<OfBulk>): Promise<Order | undefined>;
    /** Those of these orders that are there, at most 100; strongly consistent. */
    loadAll(orderIds: readonly string[]): Promise<ReadonlyMap<string, Order>>;
    /**
     * Writes without reading first: the order after it, if it was a decision, else true. False if the order
     * is not as the write expects it, or is not there.
     */
    writeBlind(write: BlindWrite): Promise<Order | boolean>;
    /** A principal's orders, newest first. Throws the problem `invalid-cursor`. */
    orders(principal: string, page: Page): Promise<PageOf<Order>>;
    /** The products of these SKUs, strongly consistent; unknown SKUs are left out. */
    products(skus: readonly string[]): Promise<ReadonlyMap<string, Product>>;
    putProduct(product: Product): Promise<void>;
    /** All products by SKU. Throws the problem `invalid-cursor`. */
    catalogue(page: Page): Promise<PageOf<Product>>;
  };

export type OrderPorts = { store: OrderStore; publish: Publish };
export type CancelOrderPorts = OrderPorts & { personalData: SealForKnown };

/** Those that listen for late orders; without `lateness` none do. */
export type TrackOrderPorts = { store: OrderStore; lateness?: Lateness | undefined };
export type SweepOrdersPorts = OrderPorts & { lateness?: Lateness | undefined };

/**
 * The first identity makes the ids of new orders. While its secret is rotated there are others, by which
 * earlier requests with the same key may have made one.
 */
export type PlaceOrderPorts = OrderPorts & {
  personalData: Seal;
  identities: readonly [Identity, ...Identity[]];
  decideWithinSeconds: number;
  /** Without it every order is taken. */
  admission?: Admission | undefined;
  /** Without it each customer may place any number. */
  quota?: Quota | undefined;
};

/** Keyed hashes: an order's id from who placed it under which key, and a request's fingerprint. */
export type Identity = {
  orderId(principal: string, idempotencyKey: string): string;
  bulkId(principal: string, idempotencyKey: string): string;
  fingerprint(request: PlaceOrderRequest | PlaceBulkRequest): string;
};
