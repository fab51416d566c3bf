// Changes of contracts that the last release cannot live beside, each complete in itself: the tree's own
// tests of its types and rules could be green.
import type { Mutant } from "@order-saga/simulation/mutants/mutant";

/** PaymentCaptured has a version 2, which is said as soon as it is read, or one release later. */
const versionTwo = (isSaid: boolean): Omit<Mutant, "name" | "why"> => ({
  file: "contracts/src/events/payment.ts",
  find: 'description: "Payment decided to capture, and this much was taken.",\n    data: Charge,',
  replace: `description: "Payment decided to capture, and this much was taken.",
    data: z.object({ amount: Amount, in: z.object({ currency: Currency }) }),
    before: earlier(
      1,
      Charge,
      ({ amount, currency }) => ({ amount, in: { currency } }),
      ${isSaid ? "undefined" : "({ amount, in: { currency } }) => ({ amount, currency })"},
    ),`,
  also: [
    {
      file: "contracts/src/events/payment.ts",
      find: 'PaymentCaptured: { answers: "StockReserved", data: charge }',
      replace:
        'PaymentCaptured: { answers: "StockReserved", data: { amount: 1980, in: { currency: "EUR" } } }',
    },
    {
      file: "contracts/src/events/payment.ts",
      find: "import { defineEvents, type Examples }",
      replace: "import { defineEvents, earlier, type Examples }",
    },
    {
      file: "payment/src/payment.ts",
      find: 'newEvent("PaymentCaptured", payment.orderId, cause, data)',
      replace:
        'newEvent("PaymentCaptured", payment.orderId, cause, { amount, in: { currency: data.currency } })',
    },
    {
      file: "orders/src/order.ts",
      find: 'case "PaymentCaptured": {\n      const { amount, currency } = event.data;',
      replace: 'case "PaymentCaptured": {\n      const { amount, in: { currency } } = event.data;',
    },
  ],
});

export const readsVersionTwo: Mutant = {
  name: "reads-version-two",
  why: "PaymentCaptured has a version 2, which is read; version 1 is said for one release.",
  ...versionTwo(false),
};
export const saysVersionTwo: Mutant = {
  name: "says-version-two",
  why: "PaymentCaptured says version 2, which the release before reads.",
  ...versionTwo(true),
};

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
