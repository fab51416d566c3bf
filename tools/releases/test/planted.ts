// Changes of contracts that the last release cannot live beside, each complete in itself: the tree's own
// tests of its types and rules could be green.
import type { Mutant } from "@order-saga/simulation/mutants/mutant";

export const planted: readonly Mutant[] = [
  {
    name: "field-renamed",
    why: "OrderConfirmed says `total` where it said `amount`.",
    file: "contracts/src/events/orders.ts",
    find: "data: z.object({ amount: Amount, currency: Currency, ...ofBulk }),",
    replace: "data: z.object({ total: Amount, currency: Currency, ...ofBulk }),",
    also: [
      {
        file: "orders/src/order.ts",
        find: 'newEvent("OrderConfirmed", orderId, cause, { amount, currency, ...of })',
        replace: 'newEvent("OrderConfirmed", orderId, cause, { total: amount, currency, ...of })',
      },
      {
        file: "orders/src/order.ts",
        find: "events.OrderConfirmed?.data.amount ?? amount",
        replace: "events.OrderConfirmed?.data.total ?? amount",
      },
      {
        file: "notification/src/mails/index.ts",
        find: "outcomes.confirmed?.amount",
        replace: "outcomes.confirmed?.total",
      },
    ],
  },
  {
    name: "field-required",
    why: "PaymentAborted must say who aborted, which no earlier event does.",
    file: "contracts/src/events/payment.ts",
    find: "      reason: AbortReason,\n",
    replace: "      reason: AbortReason,\n      by: z.string(),\n",
    also: [
      {
        file: "payment/src/payment.ts",
        find: "{ reason: abortReason(payment), held }",
        replace: '{ reason: abortReason(payment), held, by: "payment" }',
      },
    ],
  },
  {
    name: "value-renamed",
    why: "StockReleased says `voided` where it said `aborted`.",
    file: "contracts/src/events/inventory.ts",
    find: 'reason: z.enum(["declined", "aborted", "refunded"])',
    replace: 'reason: z.enum(["declined", "voided", "refunded"])',
    also: [
      {
        file: "inventory/src/reservation.ts",
        find: '? "declined" : "aborted";',
        replace: '? "declined" : "voided";',
      },
    ],
  },
];
