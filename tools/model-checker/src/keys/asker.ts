// The shipped gateway, driven request by request: an asker is every answer of Stripe that it has had.
import { testNow, testOrderId } from "@order-saga/messaging/testing";
import { createStripeGateway } from "@order-saga/payment/gateway/stripe";
import { createStripeClient } from "@order-saga/payment/gateway/stripe-client";

export type KeyedOperation = "authorize" | "refund";

/** What Stripe may answer; `500 again` is one that was kept, `seen` and `not seen` are of a list. */
export type StripeAnswer = "done" | "500" | "500 again" | "409" | "other parameters" | "seen" | "not seen";

/** The next request, a list if it has no key, or how it ends. */
export type Asker = { asks: { key: string | undefined } } | { ends: "done" | "no outcome" };

export type Asking = {
  operation: KeyedOperation;
  /** The mistake that is planted: these too are taken for a 500 that was kept. */
  takenForKept?: readonly StripeAnswer[];
};

const charge = {
  amount: 1987,
  currency: "EUR",
  paymentMethod: "pm_card_visa",
  decideBy: new Date(testNow + 900_000).toISOString(),
  lines: [{ sku: "TEA-EARL-GREY", quantity: 1, unitPrice: 1987 }],
};
const made = {
  authorize: {
    id: "pi_1",
    status: "requires_capture",
    amount_received: 0,
    currency: "eur",
    metadata: { orderId: testOrderId },
  },
  refund: {
    id: "re_1",
    status: "succeeded",
    amount: 613,
    currency: "eur",
    created: 0,
    metadata: { refundId: "rf_1" },
  },
};
const failure = (status: number, type: string) => ({ status, body: JSON.stringify({ error: { type } }) });

function given(answer: StripeAnswer, { operation, takenForKept = [] }: Asking) {
  const kept = { ...failure(500, "api_error"), headers: { "idempotent-replayed": "true" } };
  if (takenForKept.includes(answer)) return kept;
  switch (answer) {
    case "done":
      return { status: 200, body: JSON.stringify(made[operation]) };
    case "500":
      return failure(500, "api_error");
    case "500 again":
      return kept;
    case "409":
      return failure(409, "idempotency_error");
    case "other parameters":
      return failure(400, "idempotency_error");
    case "seen":
      return { status: 200, body: JSON.stringify({ data: [made[operation]], has_more: false }) };
    case "not seen":
      return { status: 200, body: JSON.stringify({ data: [], has_more: false }) };
  }
}

/** Begins the call anew and gives it the answers, until it asks once more or ends. */
export function driven(asking: Asking, answers: readonly StripeAnswer[]): Promise<Asker> {
  const left = [...answers];
  return new Promise((resolve, reject) => {
    const client = createStripeClient("sk_test_x", "https://stripe.example", async ({ headers }) => {
      const next = left.shift();
      if (next !== undefined) return given(next, asking);
      resolve({ asks: { key: headers["idempotency-key"] } });
      return new Promise(() => {});
    });
    const gateway = createStripeGateway(client, { now: () => testNow });
    const since = new Date(testNow).toISOString();
    const refund = { id: "rf_1", amount: 613, at: since, currency: "EUR" };
    const called =
      asking.operation === "authorize"
        ? gateway.authorize(testOrderId, charge, since)
        : gateway.refund(testOrderId, "pi_1", refund);
    const isUnavailable = (error: unknown) => error instanceof Error && error.name === "ProviderUnavailable";
    called.then(
      () => resolve({ ends: "done" }),
      (error) => (isUnavailable(error) ? resolve({ ends: "no outcome" }) : reject(error)),
    );
  });
}
