// Which orders a list shows.
import type { OrderSummary } from "../../../src/wire.ts";

export type OrderFilter = {
  text: string;
  status: "all" | "open" | "CONFIRMED" | "REJECTED" | "CANCELLED";
  onlyStuck: boolean;
};

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
