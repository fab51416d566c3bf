// The task that rings payment's doorbell.
import { groupOf, OrderId } from "@order-saga/contracts";
import type { Task } from "@order-saga/messaging/tasks";

/** What is known of a ring; its order only says whose turn it is, as far as the sender knows it. */
export type Ringing = {
  readonly intentId: string;
  readonly orderId?: string | undefined;
  readonly tries?: number;
};

export function ringTask(ringing: Ringing, delaySeconds?: number): Task {
  const order = OrderId.safeParse(ringing.orderId);
  return {
    body: ringing,
    ...(order.success && { group: groupOf(order.data) }),
    ...(delaySeconds !== undefined && { delaySeconds }),
  };
}
