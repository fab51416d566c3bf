// What other hands do to an order's payment at the laptop's provider: the customer before their bank, the
// shop's owner in the provider's dashboard, and the bank itself. And the webhooks that the provider has sent.
import { OrderId } from "@order-saga/contracts";
import { toProviderAmount } from "@order-saga/contracts/currencies";
import {
  type AwsEndpoint,
  type HandAction,
  type PaymentIntentRecord,
  StripeFailure,
} from "@order-saga/emulator";
import type { Context, Hono } from "hono";
import * as z from "zod";
import { bodyOf } from "./body.ts";
import { problemResponse } from "./local-app.ts";

type Payments = AwsEndpoint["payments"];

/** Minor units of the order's currency; all that there is where it is absent. */
const amount = z.int().positive().optional();

const Authenticate = z.strictObject({ outcome: z.enum(["succeeded", "failed"]) });
const Capture = z.strictObject({ amount });
const Cancel = z.strictObject({});
const Refund = z.strictObject({ amount });
const Dispute = z.strictObject({
  outcome: z.enum(["opened", "won", "lost"]).default("opened"),
  amount,
  reason: z.string().min(1).optional(),
  isInquiry: z.boolean().optional(),
});

export function mountPaymentRoutes(app: Hono, payments: Payments): void {
  const route = <T>(
    name: string,
    schema: z.ZodType<T>,
    act: (intent: PaymentIntentRecord, given: T) => PaymentIntentRecord,
  ) =>
    app.post(`/__local/payments/:orderId/${name}`, async (context) => {
      const given = await bodyOf(context.req.raw, schema);
      if ("problem" in given) return given.problem;
      const intent = intentOf(payments, context.req.param("orderId") ?? "");
      if (!intent) return notThere();
      return answered(context, payments, () => act(intent, given.body));
    });
  const byHand = (intent: PaymentIntentRecord, action: HandAction) => payments.byHand(intent.id, action);

  app.get("/__local/payments/:orderId", (context) => {
    const intent = intentOf(payments, context.req.param("orderId"));
    return intent ? context.json(shown(payments, intent)) : notThere();
  });
  app.get("/__local/webhooks", (context) => context.json({ deliveries: payments.webhooks.latest() }));

  route("authenticate", Authenticate, (intent, { outcome }) => payments.authenticate(intent.id, outcome));
  route("capture", Capture, (intent, given) => byHand(intent, { do: "capture", ...amountOf(intent, given) }));
  route("cancel", Cancel, (intent) => byHand(intent, { do: "cancel" }));
  route("refund", Refund, (intent, given) => byHand(intent, { do: "refund", ...amountOf(intent, given) }));
  route("dispute", Dispute, (intent, { outcome, ...given }) => {
    if (outcome !== "opened") return byHand(intent, { do: "close-dispute", outcome });
    const { isInquiry, reason } = given;
    return byHand(intent, { do: "dispute", reason, isInquiry, ...amountOf(intent, given) });
  });
}

/** The latest one; an order has one intent unless something went wrong. */
function intentOf(payments: Payments, orderId: string): PaymentIntentRecord | undefined {
  if (!OrderId.safeParse(orderId).success) return undefined;
  return payments.intents().findLast(({ metadata }) => metadata.orderId === orderId);
}

function amountOf(
  { currency }: PaymentIntentRecord,
  given: { amount?: number | undefined },
): { amount?: number } {
  return given.amount === undefined ? {} : { amount: toProviderAmount(given.amount, currency.toUpperCase()) };
}

/** As the provider has it, in its own minor units; without the secret that opens the customer's page. */
function shown(payments: Payments, { clientSecret: _, ...intent }: PaymentIntentRecord) {
  return { intent, refunds: payments.refundsOf(intent.id), disputes: payments.disputesOf(intent.id) };
}

function answered(context: Context, payments: Payments, act: () => PaymentIntentRecord): Response {
  try {
    return context.json(shown(payments, act()));
  } catch (error) {
    if (error instanceof RangeError) return problemResponse(422, "no-such-amount", error.message);
    if (!(error instanceof StripeFailure)) throw error;
    return problemResponse(409, error.error.code ?? "refused", error.message);
  }
}

const notThere = () => problemResponse(404, "not-found", "The provider has no payment of this order.");
