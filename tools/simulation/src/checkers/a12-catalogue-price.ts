// A12: an order costs what the catalogue said when it was accepted, for what its customer asked for.
import { totalOf } from "@order-saga/contracts";
import type { Order } from "@order-saga/orders/order";
import type { Checker, Observed } from "./observed.ts";
import { allOrders, asOrder, violation } from "./records.ts";

export function cataloguePrice(): Checker {
  /** By order, the moment when it was first seen. */
  const acceptedAt = new Map<string, number>();

  return {
    invariant: "A12",
    says: "amount = catalogue price at acceptance × quantity",
    afterStep(observed, step) {
      return step.written.flatMap((item) => {
        const order = asOrder(item);
        if (!order || acceptedAt.has(order.orderId)) return [];
        const { orderId } = order;
        acceptedAt.set(orderId, observed.now);
        return faults(observed, order, Number.NEGATIVE_INFINITY, observed.now).map((detail) =>
          violation("A12", detail, orderId),
        );
      });
    },
    // By now every request is known, and so is the time in which an order's price was looked up.
    atRest(observed) {
      return [...allOrders(observed)].flatMap((order) => {
        const { orderId } = order;
        const requests = requestsFor(observed, order);
        const asked = requests.some(({ body }) => isFor(order, body));
        const details = [
          ...(asked ? [] : ["no request asked for these lines"]),
          ...faults(observed, order, Math.min(...requests.map(({ at }) => at)), acceptedAt.get(orderId)),
        ];
        return details.map((detail) => violation("A12", detail, orderId));
      });
    },
  };
}

function faults(observed: Observed, order: Order, from: number, until = observed.now): string[] {
  const foreign = order.lines.filter(
    ({ sku, unitPrice }) => !wasPrice(observed, sku, unitPrice, from, until),
  );
  return [
    ...(order.amount === totalOf(order.lines) ? [] : [`${order.amount} is not the sum of its lines`]),
    ...foreign.map(({ sku, unitPrice }) => `${unitPrice} was not the price of ${sku}`),
  ];
}

/** True if the catalogue had the price at some time between the two moments. */
function wasPrice(observed: Observed, sku: string, unitPrice: number, from: number, until: number): boolean {
  const prices = observed.prices.get(sku) ?? [];
  return prices.some((each, index) => {
    const endsAt = prices[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    return each.unitPrice === unitPrice && each.from <= until && endsAt >= from;
  });
}

/** What its customer sent for it: a request of its own, or its row of a bulk. */
function requestsFor(
  observed: Observed,
  { events, orderId, principal }: Order,
): { at: number; body: unknown }[] {
  const { bulkId, bulkRow = 0 } = events.OrderPlaced?.data ?? {};
  const id = bulkId ?? orderId;
  const route = bulkId === undefined ? "orders-place-order" : "orders-place-bulk";
  return observed.calls
    .filter((call) => call.route === route && call.principal === principal && (call.orderId ?? id) === id)
    .map(({ at, body }) => ({ at, body: bulkId === undefined ? body : rowOf(body, bulkRow) }));
}

const rowOf = (body: unknown, row: number): unknown => (body as { orders?: unknown[] }).orders?.[row];

function isFor({ lines }: Order, body: unknown): boolean {
  const asked = (body as { lines?: unknown } | undefined)?.lines;
  if (!Array.isArray(asked) || asked.length !== lines.length) return false;
  return lines.every(
    ({ quantity, sku }, index) => asked[index].sku === sku && asked[index].quantity === quantity,
  );
}
