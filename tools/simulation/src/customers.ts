// The customers, who place and cancel orders, and the shop, which stocks and prices its products.
import type { ApiCall } from "./checkers/observed.ts";
import { see } from "./coverage.ts";
import { type Authenticate, createAnswers, looking } from "./customer-answers.ts";
import { type Ask, createAsk, type Request, type RequestOptions } from "./customer-requests.ts";
import type { Objects } from "./objects.ts";
import {
  childNumber,
  type Plan,
  type PlannedBulk,
  type PlannedChange,
  type PlannedFeed,
  type PlannedOrder,
  type PlannedRefund,
} from "./plan.ts";
import { bulkKeyOf, keyOf, uploadOf } from "./plan-ids.ts";

export type Customers = {
  readonly calls: readonly ApiCall[];
  /** Adds the catalogue and the first stock, then calls back. */
  open(onOpen: () => void): void;
  /** Begins to send the plan's requests. */
  come(): void;
  /** The bank of the order's customer asks for them, as the shop tells them. */
  asked(orderId: string): void;
};

export const CURRENCY = "EUR";

/** When a customer whose bank may ask looks at the payment unasked: early, and after the end. */
const LOOKS_MILLISECONDS = [1000, 20 * 60_000];

export function createCustomers(
  options: RequestOptions & {
    idOf: (number: number) => string;
    objects: Pick<Objects, "put">;
    authenticate: Authenticate;
  },
): Customers {
  const { authenticate, context, idOf, objects, onCall } = options;
  const { plan, scheduler } = context;
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
      const cancel = (order: Cancelled) => {
        if (order.cancelAt === undefined) return;
        scheduler.at(plan.start + order.cancelAt, () => ask(cancelling(order, idOf(order.number))));
      };
      for (const order of plan.orders) {
        scheduler.at(plan.start + order.at, () => ask(placing(order, idOf(order.number), plan)));
        cancel(order);
        if (!order.authentication) continue;
        for (const later of LOOKS_MILLISECONDS)
          scheduler.at(plan.start + order.at + later, () => ask(looking(order, idOf(order.number))));
      }
      for (const refund of plan.refunds ?? [])
        scheduler.at(plan.start + refund.at, () =>
          ask(refunding(refund, idOf(refund.order), plan), ({ body }) => {
            if (isTooMuch(body)) see(context.coverage, "more refunded than is left");
          }),
        );
      for (const bulk of plan.bulks ?? []) {
        const { customer, number } = bulk;
        scheduler.at(plan.start + bulk.at, () => ask(placingBulk(bulk, idOf(number))));
        for (const [row, order] of bulk.orders.entries())
          cancel({ ...order, customer, number: childNumber(number, row) });
      }
      for (const feed of plan.feeds ?? [])
        scheduler.at(plan.start + feed.at, () =>
          objects.put({ ...uploadOf(feed), text: textOf(feed), about: idOf(feed.number) }),
        );
      for (const [index, each] of plan.changes.entries()) {
        const key = `restock-of-the-shop-number-${index}`;
        scheduler.at(plan.start + each.at, () => ask(changing(each, key)));
      }
    },
    asked: createAnswers({ context, ask, authenticate }),
  };
}

function openShop({ products }: Plan, ask: Ask, onOpen: () => void): void {
  const changes = products.flatMap(({ sku, stock, unitPrice }): PlannedChange[] => [
    { at: 0, reprice: sku, unitPrice },
    { at: 0, restock: sku, quantity: stock },
  ]);
  let left = changes.length;
  for (const [index, each] of changes.entries()) {
    ask(changing(each, `first-stock-number-${index}`), ({ status }) => {
      if (status !== 200) throw new Error(`The shop could not open: ${status}.`);
      if (--left === 0) onOpen();
    });
  }
}

const contactOf = (customer: string) => ({ email: `${customer}@example.com`, name: "Ada Lovelace" });

function placing(order: PlannedOrder, orderId: string, plan: Plan): Request {
  const { customer, lines, number, paymentMethod } = order;
  return {
    principal: customer,
    functionName: "orders-place-order",
    path: {},
    body: { contact: contactOf(customer), currency: CURRENCY, lines, paymentMethod },
    order: number,
    orderId,
    idempotencyKey: keyOf(order, plan),
  };
}

function placingBulk(bulk: PlannedBulk, bulkId: string): Request {
  const { customer, number, orders } = bulk;
  const rows = orders.map(({ lines, paymentMethod }, row) => ({
    lines,
    paymentMethod,
    reference: `PO-${row}`,
  }));
  return {
    principal: customer,
    functionName: "orders-place-bulk",
    path: {},
    body: { contact: contactOf(customer), currency: CURRENCY, orders: rows },
    order: number,
    orderId: bulkId,
    idempotencyKey: bulkKeyOf(bulk),
  };
}

function textOf({ copies = 1, lines: [header = "", ...rows] }: PlannedFeed): string {
  return [header, ...Array.from({ length: copies }, () => rows).flat(), ""].join("\n");
}

type Cancelled = Pick<PlannedOrder, "number" | "customer" | "cancelAt">;

function cancelling({ customer, number }: Cancelled, orderId: string): Request {
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

const isTooMuch = (body: unknown) =>
  String((body as { type?: unknown } | undefined)?.type).endsWith("refund-too-large");

/** A clerk refunds orders of any customer. */
function refunding(
  { key, lines, order, percent = 100 }: PlannedRefund,
  orderId: string,
  plan: Plan,
): Request {
  const amount = Math.max(1, Math.ceil((firstPriceOf(order, plan) * percent) / 100));
  return {
    principal: "clerk",
    functionName: "payment-request-refund",
    path: { orderId },
    body: { ...(lines ? { lines } : { amount }), reason: "bruised" },
    order,
    orderId,
    idempotencyKey: `refund-${key}-of-order-${order}`.padEnd(16, "-"),
  };
}

function firstPriceOf(number: number, { orders, products }: Plan): number {
  const { lines = [] } = orders.find((order) => order.number === number) ?? {};
  const priceOf = (sku: string) => products.find((each) => each.sku === sku)?.unitPrice ?? 0;
  return lines.reduce((sum, { quantity, sku }) => sum + quantity * priceOf(sku), 0);
}

/** A request of the shop itself: new stock, more buckets or a new price. */
function changing(change: PlannedChange, key: string): Request {
  const shop = { principal: "shop", order: undefined, orderId: undefined };
  if ("restock" in change) {
    const { quantity: delta, restock: sku } = change;
    const functionName = "inventory-adjust-stock";
    return { ...shop, functionName, path: { sku }, body: { delta }, idempotencyKey: key };
  }
  if ("raise" in change) {
    const { buckets, raise: sku } = change;
    const functionName = "inventory-adjust-stock";
    return { ...shop, functionName, path: { sku }, body: { delta: 0, buckets }, idempotencyKey: key };
  }
  const { reprice: sku, unitPrice } = change;
  const body = { name: sku, unitPrice, currency: CURRENCY };
  return { ...shop, functionName: "orders-put-product", path: { sku }, body, idempotencyKey: undefined };
}
