// Another hand at the provider: the shop's owner in its dashboard, and the customer's bank.
import { type ChangeContext, disputeChanges, keep, newObjectId } from "@order-saga/emulator/payments/changes";
import { closeDispute, openDispute } from "@order-saga/emulator/payments/disputes";
import type { PaymentIntentRecord } from "@order-saga/emulator/payments/model";
import type { Form } from "@order-saga/emulator/payments/routes";
import type { RunContext } from "./context.ts";
import type { PlannedHand } from "./plan.ts";

/** A request of the provider's API; what it refuses ends with StripeFailure. */
type Route = (method: string, path: string, form: Form, key: string | undefined) => object;

/** From the start of the plan. */
export function scheduleHands(
  { plan, scheduler }: RunContext,
  { touch }: { touch: (orderId: string, hand: PlannedHand) => void },
  idOf: (number: number) => string,
): void {
  for (const hand of plan.hands ?? [])
    scheduler.at(plan.start + hand.at, () => touch(idOf(hand.order), hand));
}

/** No request of the shop's: it carries no idempotency key. */
const byHand = { id: null, idempotency_key: null };

/** What Stripe refuses is thrown as StripeFailure. */
export function act(
  intent: PaymentIntentRecord,
  { does, percent = 100 }: PlannedHand,
  { changing, route }: { changing: ChangeContext; route: Route },
): void {
  const amount = String(Math.max(1, Math.floor((intent.amount * percent) / 100)));
  const at = `/v1/payment_intents/${intent.id}`;
  const post = (path: string, form: Record<string, string>) =>
    route("POST", path, new URLSearchParams(form), undefined);
  switch (does) {
    case "capture":
      post(`${at}/capture`, { amount_to_capture: amount });
      break;
    case "void":
      post(`${at}/cancel`, {});
      break;
    case "refund":
      post("/v1/refunds", { payment_intent: intent.id, amount });
      break;
    case "dispute": {
      const id = newObjectId("du", changing.newId);
      const created = Math.floor(changing.now() / 1000);
      const opened = openDispute(intent, { id, reason: "product_not_received", created });
      keep(
        changing,
        byHand,
        { of: "payment_intent", before: intent, after: opened.intent },
        { of: "dispute", before: undefined, after: opened.dispute },
      );
      break;
    }
    case "win":
    case "lose": {
      const before = changing.storage.disputesOf(intent.id).at(-1);
      if (!before) break;
      const after = closeDispute(before, does === "win" ? "won" : "lost");
      keep(changing, byHand, ...disputeChanges(changing.storage, before, after));
    }
  }
}
