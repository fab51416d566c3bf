// The customers, who place and cancel orders, and the shop, which stocks and prices its products.
import type { ApiCall } from "./checkers/observed.ts";
import { type Ask, createAsk, type Request, type RequestOptions } from "./customer-requests.ts";
import type { Plan, PlannedChange, PlannedOrder } from "./plan.ts";

export type Customers = {
  readonly calls: readonly ApiCall[];
  /** Adds the catalogue and the first stock, then calls back. */
  open(onOpen: () => void): void;
  /** Begins to send the plan's requests. */
  come(): void;
};

export const CURRENCY = "EUR";

/** Numbers the orders of each customer separately, so that different customers use the same keys. */
export function keyOf(order: PlannedOrder, { orders }: Pick<Plan, "orders">): string {
  const own = orders.filter(({ customer, number }) => customer === order.customer && number <= order.number);
  return `key-of-order-number-${own.length}`;
}

export function createCustomers(
  options: RequestOptions & { orderIdOf: (order: PlannedOrder) => string },
): Customers {
  const { onCall, orderIdOf } = options;
  const { plan, scheduler } = options.context;
  const calls: ApiCall[] = [];
  const ask = createAsk({
    ...options,
    onCall(call) {
      calls.push(call);
      onCall(call);
    },
  });

  return {
    calls,
    open: (onOpen) => openShop(plan, ask, onOpen),
    come() {
      for (const order of plan.orders) {
        const orderId = orderIdOf(order);
        scheduler.at(plan.start + order.at, () => ask(placing(order, orderId, plan)));
        if (order.cancelAt !== undefined)
          scheduler.at(plan.start + order.cancelAt, () => ask(cancelling(order, orderId)));
      }
      for (const [index, each] of plan.changes.entries()) {
        const key = `restock-of-the-shop-number-${index}`;
        scheduler.at(plan.start + each.at, () => ask(changing(each, key)));
      }
    },
  };
}

function openShop({ products }: Plan, ask: Ask, onOpen: () => void): void {
  const changes = products.flatMap(({ sku, stock, unitPrice }): PlannedChange[] => [
    { at: 0, reprice: sku, unitPrice },
    { at: 0, restock: sku, quantity: stock },
  ]);
  let left = changes.length;
  for (const [index, each] of changes.entries()) {
    ask(changing(each, `first-stock-number-${index}`), (status) => {
      if (status !== 200) throw new Error(`The shop could not open: ${status}.`);
      if (--left === 0) onOpen();
    });
  }
}

function placing(order: PlannedOrder, orderId: string, plan: Plan): Request {
  const { customer, lines, number, paymentMethod } = order;
  const contact = { email: `${customer}@example.com`, name: customer };
  return {
    principal: customer,
    functionName: "orders-place-order",
    path: {},
    body: { contact, currency: CURRENCY, lines, paymentMethod },
    order: number,
    orderId,
    idempotencyKey: keyOf(order, plan),
  };
}

function cancelling({ customer, number }: PlannedOrder, orderId: string): Request {
  return {
    principal: customer,
    functionName: "orders-cancel-order",
    path: { orderId },
    body: { reason: "changed my mind" },
    order: number,
    orderId,
    idempotencyKey: undefined,
  };
}

/** A request of the shop itself: new stock or a new price. */
function changing(change: PlannedChange, key: string): Request {
  const shop = { principal: "shop", order: undefined, orderId: undefined };
  if ("restock" in change) {
    const { quantity: delta, restock: sku } = change;
    const functionName = "inventory-adjust-stock";
    return { ...shop, functionName, path: { sku }, body: { delta }, idempotencyKey: key };
  }
  const { reprice: sku, unitPrice } = change;
  const body = { name: sku, unitPrice, currency: CURRENCY };
  return { ...shop, functionName: "orders-put-product", path: { sku }, body, idempotencyKey: undefined };
}
