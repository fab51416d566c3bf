// Which orders a list shows: the page asks it of what it has, the server of what it remembers.
import type { OrderSummary } from "./console-api.ts";

export const statusFilters = [
  "all",
  "open",
  "ACTION_REQUIRED",
  "CONFIRMED",
  "REJECTED",
  "CANCELLED",
] as const;

export type OrderFilter = { text: string; status: (typeof statusFilters)[number]; onlyStuck: boolean };

export function fits(order: OrderSummary, { onlyStuck, status, text }: OrderFilter): boolean {
  if (onlyStuck && !order.isStuck) return false;
  if (status === "open" ? order.isSettled : status !== "all" && order.status !== status) return false;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const skus = order.lines.map(({ sku }) => sku).join(" ");
  const haystack = `${order.orderId} ${order.status} ${order.standing} ${skus}`.toLowerCase();
  return words.every((word) => haystack.includes(word));
}

/** Newest first; orders of the same moment by their ids, so that a page begins where the last one ended. */
export function newestFirst(
  { orderId, placedAt }: Pick<OrderSummary, "orderId" | "placedAt">,
  other: Pick<OrderSummary, "orderId" | "placedAt">,
): number {
  if (placedAt !== other.placedAt) return placedAt < other.placedAt ? 1 : -1;
  return orderId < other.orderId ? 1 : -1;
}
