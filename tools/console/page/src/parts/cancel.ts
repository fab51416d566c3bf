// The question before an order is cancelled: what becomes of its money and its stock.
import type { OrderSummary } from "../../../src/console-api.ts";
import { confirmFirst } from "./dialog.tsx";

export function confirmCancellation(
  { orderId, status }: Pick<OrderSummary, "orderId" | "status">,
  onYes: () => unknown,
): void {
  confirmFirst({
    title: `Cancel 1 order: ${orderId}?`,
    // A confirmed order is charged, also while its stock is still being committed.
    detail:
      status === "CONFIRMED"
        ? "It was charged: the money is refunded and the stock given back."
        : "What was reserved is given back; nothing is charged.",
    act: "Cancel the order",
    onYes,
  });
}
