// Which orders a list shows.
import type { OrderSummary } from "../../../src/console-api.ts";

export const statusFilters = [
  "all",
  "open",
  "ACTION_REQUIRED",
  "CONFIRMED",
  "REJECTED",
  "CANCELLED",
] as const;

export type OrderFilter = { text: string; status: (typeof statusFilters)[number]; onlyStuck: boolean };

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

export function filterOrders(
  orders: readonly OrderSummary[],
  { text, status, onlyStuck }: OrderFilter,
): OrderSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return orders.filter((order) => {
    if (onlyStuck && !order.isStuck) return false;
    if (status === "open" ? order.isSettled : status !== "all" && order.status !== status) return false;
    if (words.length === 0) return true;
    const haystack =
      `${order.orderId} ${order.status} ${order.standing} ${order.lines.map(({ sku }) => sku).join(" ")}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}
