// What customers do when their bank asks for them: go to the shop's page, and say yes or no at the bank's.
import type { PaymentView } from "@order-saga/contracts";
import { exponential } from "./calls.ts";
import type { RunContext } from "./context.ts";
import type { Ask, Request } from "./customer-requests.ts";
import type { PlannedOrder } from "./plan.ts";

/** With the secret of the intent the customer's browser answers the bank. */
export type Authenticate = (clientSecret: string, answer: "succeeded" | "failed") => void;

/** A page that shows nothing to answer is loaded again so often. */
const LOADS = 3;
const LOAD_AGAIN_MILLISECONDS = 20_000;

export function createAnswers(options: {
  context: RunContext;
  ask: Ask;
  authenticate: Authenticate;
}): (orderId: string) => void {
  const { ask, authenticate, context } = options;
  const { plan, scheduler } = context;
  const asked = new Set<string>();

  function load(order: PlannedOrder, orderId: string, left = LOADS): void {
    ask(looking(order, orderId), ({ body }) => {
      const { nextAction } = (body ?? {}) as Partial<PaymentView>;
      const { chance } = context.occurrence("bank's page", context.entityOf(orderId));
      const { authentication } = order;
      if (nextAction && authentication)
        scheduler.after(exponential(chance(1)) * plan.pace.call, () =>
          authenticate(nextAction.clientSecret, authentication.answer),
        );
      else if (left > 1) scheduler.after(LOAD_AGAIN_MILLISECONDS, () => load(order, orderId, left - 1));
    });
  }

  return (orderId) => {
    const order = plan.orders.find(({ number }) => number === context.numberOf(orderId));
    if (!order?.authentication || asked.has(orderId)) return;
    asked.add(orderId);
    scheduler.after(order.authentication.afterSeconds * 1000, () => load(order, orderId));
  };
}

/** The customer's request for the payment of an order. */
export function looking({ customer, number }: PlannedOrder, orderId: string): Request {
  return {
    principal: customer,
    functionName: "payment-get-payment",
    path: { orderId },
    body: undefined,
    order: number,
    orderId,
    idempotencyKey: undefined,
  };
}
