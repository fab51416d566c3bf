// The records of orders in memory: the same conditions as the table's, for tests and simulation.
import type { Product } from "@order-saga/contracts";
import type { Order } from "../order.ts";
import { invalidCursor, type Page } from "../paging.ts";
import type { OrderStore, PageOf } from "./store.ts";

export type MemoryStore = OrderStore & { all(): Order[] };

export function createMemoryStore(): MemoryStore {
  const orders = new Map<string, Order>();
  const products = new Map<string, Product>();
  return {
    async create(order) {
      const known = orders.get(order.orderId) ?? order;
      orders.set(order.orderId, structuredClone(known));
      return structuredClone(known);
    },
    load: async (orderId) => structuredClone(orders.get(orderId)),
    async save(next) {
      if (orders.get(next.orderId)?.version !== next.version - 1) return false;
      orders.set(next.orderId, structuredClone(next));
      return true;
    },
    async orders(principal, page) {
      const own = [...orders.values()].filter((order) => order.principal === principal);
      const sortKey = (order: Order) => `${order.placedAt}#${order.orderId}`;
      return pageAfter(
        own.sort((a, b) => (sortKey(a) < sortKey(b) ? 1 : -1)),
        page,
      );
    },
    async due(now, limit) {
      const due = [...orders.values()].filter(({ dueAt }) => dueAt !== undefined && Date.parse(dueAt) <= now);
      return { orderIds: due.slice(0, limit).map((each) => each.orderId), more: due.length > limit };
    },
    products: async (skus) =>
      new Map(
        skus.flatMap((sku) =>
          products.has(sku) ? [[sku, structuredClone(products.get(sku))] as [string, Product]] : [],
        ),
      ),
    putProduct: async (product) => void products.set(product.sku, structuredClone(product)),
    catalogue: async (page) =>
      pageAfter(
        [...products.values()].sort((a, b) => (a.sku < b.sku ? -1 : 1)),
        page,
      ),
    all: () => structuredClone([...orders.values()]),
  };
}

function pageAfter<T>(items: T[], { cursor, limit }: Page): PageOf<T> {
  const from = Number(cursor ?? 0);
  if (!Number.isInteger(from) || from < 0) throw invalidCursor();
  const page = structuredClone(items.slice(from, from + limit));
  return { items: page, ...(from + limit < items.length && { next: String(from + limit) }) };
}
