// Which orders a list shows.
import type { OrderSummary } from "../../../src/console-api.ts";
import { fits, type OrderFilter, statusFilters } from "../../../src/order-filter.ts";

export { type OrderFilter, statusFilters } from "../../../src/order-filter.ts";

/** From the page's address, so that a filtered list can be linked and come back to. */
export function filterOf({ text = "", status, stuck }: Readonly<Record<string, string>>): OrderFilter {
  return {
    text,
    status: statusFilters.find((each) => each === status) ?? "all",
    onlyStuck: stuck !== undefined,
  };
}

/** What `filterOf` reads; empty where everything is shown. */
export function queryOf({ text, status, onlyStuck }: OrderFilter): string {
  const query = new URLSearchParams();
  if (text) query.set("text", text);
  if (status !== "all") query.set("status", status);
  if (onlyStuck) query.set("stuck", "1");
  return query.size > 0 ? `?${query}` : "";
}

export function filterOrders(orders: readonly OrderSummary[], filter: OrderFilter): OrderSummary[] {
  return orders.filter((order) => fits(order, filter));
}
