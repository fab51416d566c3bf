// The records of orders in memory: the same conditions as the table's, for tests and simulation.
import type { Product } from "@order-saga/contracts";
import { duePages } from "@order-saga/messaging/versioned-store";
import { afterBlindWrite } from "../blind-write.ts";
import type { Order } from "../order.ts";
import { cursorAfter, orderPlace, placeOfOrder, placeOfProduct } from "../paging.ts";
import type { OrderStore, PageOf } from "../ports.ts";

export type MemoryStore = OrderStore & {
  all(): Order[];
  has(orderId: string): boolean;
  /** Rows of bulks that have ended, as `rowKey` names them. */
  endedRows: Set<string>;
};

export const rowKey = (bulkId: string, row: number) => `${bulkId}#${row}`;

export function createMemoryStore(): MemoryStore {
  const orders = new Map<string, Order>();
  const products = new Map<string, Product>();
  const endedRows = new Set<string>();
  return {
    async create(order, otherIds = []) {
      const ids = [order.orderId, ...otherIds];
      const earlier = ids.map((id) => orders.get(id)).find((each) => each !== undefined);
      if (!earlier) orders.set(order.orderId, structuredClone(order));
      return structuredClone(earlier ?? order);
    },
    async createOfRow(order, { bulkId, bulkRow }) {
      const earlier = orders.get(order.orderId);
      if (earlier) return structuredClone(earlier);
      if (endedRows.has(rowKey(bulkId, bulkRow))) return undefined;
      orders.set(order.orderId, structuredClone(order));
      return structuredClone(order);
    },
    loadAll: async (orderIds) =>
      new Map(
        orderIds.flatMap((id) => {
          const order = orders.get(id);
          return order ? [[id, structuredClone(order)] as [string, Order]] : [];
        }),
      ),
    load: async (orderId) => structuredClone(orders.get(orderId)),
    async save(next) {
      if ((orders.get(next.orderId)?.version ?? 0) !== next.version - 1) return "lost";
      orders.set(next.orderId, structuredClone(next));
      return "written";
    },
    async writeBlind(write) {
      const order = orders.get(write.orderId);
      const next = order && afterBlindWrite(order, write);
      if (!next) return false;
      orders.set(next.orderId, structuredClone(next));
      return write.isDecision ? structuredClone(next) : true;
    },
    async orders(principal, { cursor, limit }) {
      const after = cursor === undefined ? undefined : placeOfOrder(cursor).place;
      const own = [...orders.values()]
        .filter((order) => order.principal === principal)
        .sort((a, b) => (orderPlace(a) < orderPlace(b) ? 1 : -1))
        .filter((order) => after === undefined || orderPlace(order) < after);
      return firstPage(own, limit, orderPlace);
    },
    due: async (now, limit) => duePages(orders.values(), ({ orderId }) => orderId, { now, limit }),
    products: async (skus) =>
      new Map(
        skus.flatMap((sku) =>
          products.has(sku) ? [[sku, structuredClone(products.get(sku))] as [string, Product]] : [],
        ),
      ),
    putProduct: async (product) => void products.set(product.sku, structuredClone(product)),
    async catalogue({ cursor, limit }) {
      const after = cursor === undefined ? undefined : placeOfProduct(cursor);
      const further = [...products.values()]
        .sort((a, b) => (a.sku < b.sku ? -1 : 1))
        .filter(({ sku }) => after === undefined || sku > after);
      return firstPage(further, limit, ({ sku }) => sku);
    },
    has: (orderId) => orders.has(orderId),
    endedRows,
    all: () => structuredClone([...orders.values()]),
  };
}

function firstPage<T>(items: T[], limit: number, placeOf: (item: T) => string): PageOf<T> {
  const page = structuredClone(items.slice(0, limit));
  const last = page.at(-1);
  return { items: page, ...(last && limit < items.length && { next: cursorAfter(placeOf(last)) }) };
}
