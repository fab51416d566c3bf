// Every ending of the saga as a plan for the simulator: so many orders, each by itself, a minute apart.
import type { EventType } from "@order-saga/contracts";
import { heardEvents } from "@order-saga/payment/gateway/stripe-webhook";
import {
  type Fault,
  type Plan,
  type PlannedHand,
  type PlannedOrder,
  START,
} from "@order-saga/simulation/plan";

export type EndingName =
  | "confirmed"
  | "confirmed, five lines"
  | "confirmed, asked by the bank"
  | "confirmed, part refunded"
  | "confirmed, disputed and lost"
  | "card declined"
  | "capture refused"
  | "out of stock"
  | "cancelled before capture"
  | "cancelled after capture"
  | "expired";

type Ending = {
  order?: Partial<PlannedOrder>;
  /** Milliseconds after the order. */
  cancelAfter?: number;
  /** How long payment does not hear that the stock is reserved, in seconds. */
  stockHeardAfterSeconds?: number;
  /** Of the price, what a clerk gives back after the order, in percent. */
  refundPercent?: number;
  /** What the bank does after the order, one after the other. */
  hands?: PlannedHand["does"][];
};

const skus = ["TEA-ASSAM", "TEA-SENCHA", "TEA-OOLONG", "TEA-KEEMUN", "TEA-CEYLON"];
const line = (sku: string, quantity = 2) => ({ sku, quantity });

export const endings: Readonly<Record<EndingName, Ending>> = {
  confirmed: {},
  "confirmed, five lines": { order: { lines: skus.map((sku) => line(sku)) } },
  "confirmed, asked by the bank": {
    order: {
      paymentMethod: "pm_card_authenticationRequired",
      authentication: { answer: "succeeded", afterSeconds: 20 },
    },
  },
  "confirmed, part refunded": { refundPercent: 25 },
  "confirmed, disputed and lost": { hands: ["dispute", "lose"] },
  "card declined": { order: { paymentMethod: "pm_card_visa_chargeDeclined" } },
  "capture refused": { order: { paymentMethod: "pm_card_captureFails" } },
  "out of stock": { order: { lines: [line("TEA-GYOKURO", 5)] } },
  "cancelled before capture": { cancelAfter: 5000, stockHeardAfterSeconds: 30 },
  "cancelled after capture": { cancelAfter: 20_000 },
  expired: { stockHeardAfterSeconds: 1800 },
};

/** A warm function's pace: 10 ms for a read or a write, 20 to publish, 200 for the provider; no batches. */
const pace = { call: 5, bus: 50, poll: 0.01, indexLag: 10 };

/** Milliseconds after an order, when it has long been confirmed. */
const AFTERWARDS = 20_000;

export function planOf(
  name: EndingName,
  orders: number,
  more: Partial<Pick<Plan, "pace" | "seed">> & { apart?: number } = {},
): Plan {
  const { cancelAfter, hands = [], order, refundPercent, stockHeardAfterSeconds } = endings[name];
  const { apart = 60_000, ...rest } = more;
  const numbers = Array.from({ length: orders }, (_, index) => index + 1);
  const faults = numbers.flatMap((number): Fault[] =>
    stockHeardAfterSeconds === undefined
      ? []
      : [
          {
            kind: "delay",
            at: "payment-capture-payment",
            event: "StockReserved" satisfies EventType,
            order: number,
            seconds: stockHeardAfterSeconds,
          },
        ],
  );
  return {
    seed: 7,
    start: START,
    pace,
    settings: { decideWithinSeconds: 900, reservationSeconds: 900, webhookTypes: heardEvents },
    products: [
      ...skus.map((sku) => ({ sku, unitPrice: 850, stock: 10 * orders })),
      { sku: "TEA-GYOKURO", unitPrice: 3200, stock: 1 },
    ],
    orders: numbers.map((number) => {
      const at = number * apart;
      return {
        number,
        at,
        // As long as a principal's name is in most issuers' tokens, and the same for all.
        customer: `customer-of-the-tea-shop-${String(number).padStart(3, "0")}`,
        lines: [line("TEA-ASSAM")],
        paymentMethod: "pm_card_visa",
        ...(cancelAfter !== undefined && { cancelAt: at + cancelAfter }),
        ...order,
      };
    }),
    ...(refundPercent !== undefined && {
      refunds: numbers.map((number) => ({
        order: number,
        at: number * apart + AFTERWARDS,
        percent: refundPercent,
        key: number,
      })),
    }),
    ...(hands.length > 0 && {
      hands: numbers.flatMap((number) =>
        hands.map((does, nth) => ({ order: number, at: number * apart + AFTERWARDS * (nth + 1), does })),
      ),
    }),
    changes: [],
    faults,
    faultsUntil: orders * apart + 3 * 3600_000,
    redriveWithinSeconds: 10,
    ...rest,
  };
}
