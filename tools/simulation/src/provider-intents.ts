// The payment intents of the simulated Stripe: the laptop's provider over a storage in memory, in virtual time.
import * as life from "@order-saga/emulator/payments/intents";
import type { PaymentIntentRecord } from "@order-saga/emulator/payments/model";
import { type Form, type RouteContext, route } from "@order-saga/emulator/payments/routes";
import { openPaymentStorage, type PaymentStorage } from "@order-saga/emulator/payments/storage";
import type { Intent } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { see } from "./coverage.ts";

/** A hold on a card lapses after a week (Stripe documentation, "Place a hold on a payment method"). */
const HOLD_MILLISECONDS = 7 * 24 * 3600_000;
/** Search is behind by up to a minute (Stripe API reference, "Search"). */
const SEARCH_LAG_MILLISECONDS = 60_000;

export type Intents = {
  readonly byOrder: ReadonlyMap<string, readonly Intent[]>;
  /** The order that the intent pays for. */
  orderOf(id: string): string | undefined;
  /** The body of the answer; requests that Stripe refuses end with StripeFailure. */
  route(method: string, path: string, form: Form): object;
  /** The bank takes the hold back. */
  lapse(id: string): void;
};

/** What the search shows of an intent until it has caught up. */
type Change = { at: number; before: PaymentIntentRecord | undefined };

export function createIntents(context: RunContext, onChange: (orderId: string) => void): Intents {
  const { now } = context.scheduler;
  const storage = openPaymentStorage(":memory:");
  const changes = new Map<string, Change>();
  const byOrder = new Map<string, readonly Intent[]>();
  let ids = 0;
  const newId = () => String(++ids).padStart(24, "0");

  function changed(id: string, before: PaymentIntentRecord | undefined): void {
    changes.set(id, { at: now(), before });
    const orderId = storage.intent(id)?.metadata.orderId ?? "";
    const own = storage.intents().filter(({ metadata }) => metadata.orderId === orderId);
    byOrder.set(orderId, own.map(asIntent));
    onChange(orderId);
  }

  const watched: PaymentStorage = {
    ...storage,
    intent(id) {
      lapseIfOld(id);
      return storage.intent(id);
    },
    saveIntent(intent) {
      const before = storage.intent(intent.id);
      storage.saveIntent(intent);
      changed(intent.id, before);
    },
  };

  /** As the search shows them, which is behind. */
  const shown = () =>
    storage.intents().flatMap((intent) => {
      const { at = 0, before } = changes.get(intent.id) ?? {};
      if (now() - at >= SEARCH_LAG_MILLISECONDS) return [intent];
      return before ? [before] : [];
    });

  function lapse(id: string): void {
    const known = storage.intent(id);
    if (known?.status === "requires_capture") watched.saveIntent(life.cancel(known, "automatic"));
  }

  function lapseIfOld(id: string): void {
    const { created = 0 } = storage.intent(id) ?? {};
    if (now() - created * 1000 > HOLD_MILLISECONDS) lapse(id);
  }

  return {
    byOrder,
    orderOf: (id) => storage.intent(id)?.metadata.orderId,
    route(method, path, form) {
      const isSearch = path.endsWith("/search");
      if (isSearch) see(context.coverage, "forgotten key looked up");
      const routing: RouteContext = {
        storage: isSearch ? { ...watched, intents: shown } : watched,
        now,
        newId,
      };
      return route(method, path, form, routing);
    },
    lapse,
  };
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
