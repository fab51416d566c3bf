// The payment intents of the simulated Stripe, and what each request of its API does to them.
import * as life from "@order-saga/emulator/payments/intents";
import { missing, type PaymentIntentRecord, StripeFailure } from "@order-saga/emulator/payments/model";
import type { IntentParameters } from "@order-saga/payment/gateway/stripe-client";
import type { Intent } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { see } from "./coverage.ts";

/** A hold on a card lapses after a week (Stripe documentation, "Place a hold on a payment method"). */
const HOLD_MILLISECONDS = 7 * 24 * 3600_000;
/** Search is behind by up to a minute (Stripe API reference, "Search"). */
const SEARCH_LAG_MILLISECONDS = 60_000;

/** Requests that Stripe refuses end with StripeFailure. */
export type Intents = {
  readonly byOrder: ReadonlyMap<string, readonly Intent[]>;
  /** The order that the intent pays for; empty if there is no such intent. */
  orderOf(id: string): string;
  create(given: IntentParameters): PaymentIntentRecord;
  retrieve(id: string): PaymentIntentRecord;
  capture(id: string, amount: number | undefined): PaymentIntentRecord;
  cancel(id: string): PaymentIntentRecord;
  refund(id: string, amount: number | undefined): PaymentIntentRecord;
  search(query: string): { data: unknown[] };
  /** The bank takes the hold back. */
  lapse(id: string): void;
};

type Stored = {
  record: PaymentIntentRecord;
  orderId: string;
  changedAt: number;
  before: PaymentIntentRecord | undefined;
};

export function createIntents(context: RunContext, onChange: (orderId: string) => void): Intents {
  const { now } = context.scheduler;
  const stored = new Map<string, Stored>();
  const byOrder = new Map<string, Intent[]>();
  const ofOrder = (orderId: string | undefined) =>
    [...stored.values()].filter((each) => each.orderId === orderId);

  function save(record: PaymentIntentRecord): PaymentIntentRecord {
    const orderId = record.metadata.orderId ?? "";
    const before = stored.get(record.id)?.record;
    stored.set(record.id, { record, orderId, changedAt: now(), before });
    byOrder.set(
      orderId,
      ofOrder(orderId).map((each) => asIntent(each.record)),
    );
    onChange(orderId);
    return record;
  }

  function retrieve(id: string): PaymentIntentRecord {
    const known = stored.get(id);
    if (!known) throw missing("payment_intent", id);
    const isLapsed = now() - known.record.created * 1000 > HOLD_MILLISECONDS;
    if (known.record.status === "requires_capture" && isLapsed)
      return save(life.cancel(known.record, "automatic"));
    return known.record;
  }

  return {
    byOrder,
    orderOf: (id) => stored.get(id)?.orderId ?? "",
    create(given) {
      const { failure, record } = created(`pi_${stored.size + 1}`, given, now());
      save(record);
      if (failure) throw failure;
      return record;
    },
    retrieve,
    capture: (id, amount) => save(life.capture(retrieve(id), amount)),
    cancel: (id) => save(life.cancel(retrieve(id), "requested_by_customer")),
    refund: (id, amount) => save(life.refund(retrieve(id), amount)),
    search(query) {
      see(context.coverage, "forgotten key looked up");
      const [, orderId] = /^metadata\['orderId'\]:'([^']*)'$/.exec(query) ?? [];
      const data = ofOrder(orderId).flatMap(({ before, changedAt, record }) => {
        const shown = now() - changedAt < SEARCH_LAG_MILLISECONDS ? before : record;
        return shown ? [shown] : [];
      });
      return { data };
    },
    lapse(id) {
      const known = stored.get(id);
      if (known?.record.status === "requires_capture") save(life.cancel(known.record, "automatic"));
    },
  };
}

/** A new intent, and the error that Stripe answers with if the card is declined. */
function created(
  id: string,
  given: IntentParameters,
  now: number,
): { record: PaymentIntentRecord; failure?: StripeFailure } {
  const record = life.create({
    id,
    amount: given.amount ?? 0,
    currency: given.currency ?? "",
    captureMethod: given.capture_method === "manual" ? "manual" : "automatic",
    paymentMethod: given.payment_method ?? null,
    metadata: { ...(given.metadata as Record<string, string>) },
    created: Math.floor(now / 1000),
  });
  if (!given.confirm) return { record };
  const confirmed = life.confirm(record, null);
  if (confirmed.status === "requires_action" && given.off_session) {
    const code = "authentication_required";
    const message = "Your card was declined.";
    const lastError = { type: "card_error" as const, code, decline_code: code, message };
    return {
      record: { ...confirmed, status: "requires_payment_method", paymentMethod: null, lastError },
      failure: new StripeFailure(402, lastError),
    };
  }
  const { lastError } = confirmed;
  return { record: confirmed, ...(lastError && { failure: new StripeFailure(402, lastError, confirmed) }) };
}

const states: Record<PaymentIntentRecord["status"], Intent["state"]> = {
  requires_action: "requires_action",
  requires_confirmation: "requires_action",
  requires_payment_method: "declined",
  requires_capture: "held",
  succeeded: "captured",
  canceled: "voided",
};

function asIntent(record: PaymentIntentRecord): Intent {
  return {
    intentId: record.id,
    orderId: record.metadata.orderId ?? "",
    state: states[record.status],
    amount: record.amount,
    currency: record.currency.toUpperCase(),
    captured: record.amountReceived,
    captures: record.captures,
    refunded: record.amountRefunded,
  };
}
