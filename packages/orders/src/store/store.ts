// The port to the records of orders: orders and the catalogue, one table.
import type { Product } from "@order-saga/contracts";
import type { Foreseen } from "../foresight.ts";
import type { Order } from "../order.ts";
import type { Page } from "../paging.ts";

export type PageOf<T> = { items: T[]; next?: string };

export type OrderStore = {
  /** Writes the order if there is none under its id, and returns the one that is there then. */
  create(order: Order): Promise<Order>;
  /** A strongly consistent read. */
  load(orderId: string): Promise<Order | undefined>;
  /** Writes version n over version n - 1. False if another writer was first. */
  save(next: Order): Promise<boolean>;
  /** Writes what was foreseen, without a reading. False if the order stands otherwise, or is not there. */
  realize(foreseen: Foreseen): Promise<boolean>;
  /** A principal's orders, newest first. Throws the problem `invalid-cursor`. */
  orders(principal: string, page: Page): Promise<PageOf<Order>>;
  /** Orders whose `dueAt` has come, by an index that may lag: check each again. */
  due(now: number, limit: number): Promise<{ orderIds: string[]; more: boolean }>;
  /** The products of these SKUs, strongly consistent; unknown SKUs are left out. */
  products(skus: readonly string[]): Promise<ReadonlyMap<string, Product>>;
  putProduct(product: Product): Promise<void>;
  /** All products by SKU. Throws the problem `invalid-cursor`. */
  catalogue(page: Page): Promise<PageOf<Product>>;
};
