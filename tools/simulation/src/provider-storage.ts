// What the simulated Stripe keeps: each write is told, and checkers see it as intents.
import type { PaymentIntentRecord } from "@order-saga/emulator/payments/model";
import type { PaymentStorage } from "@order-saga/emulator/payments/storage";
import type { Intent } from "./checkers/observed.ts";

/** What the records of the provider do not tell. */
export type Own = {
  /** Intents that payment's own call has captured. */
  captures: Set<string>;
  /** Refunds that have ever been made. */
  made: Set<string>;
};

type Listener = {
  intent(intent: PaymentIntentRecord): void;
  refund(refund: { id: string; status?: string }): void;
  changed(intentId: string): void;
  due(at: number): void;
};

/** The storage, which tells of each write. */
export function watchedStorage(storage: PaymentStorage, listener: Listener): PaymentStorage {
  return {
    ...storage,
    saveIntent(intent) {
      listener.intent(intent);
      storage.saveIntent(intent);
      listener.changed(intent.id);
    },
    saveRefund(refund) {
      listener.refund(refund);
      storage.saveRefund(refund);
      listener.changed(refund.paymentIntent);
    },
    saveDispute(dispute) {
      storage.saveDispute(dispute);
      listener.changed(dispute.paymentIntent);
    },
    setDue(due, at) {
      storage.setDue(due, at);
      if (at !== undefined) listener.due(at);
    },
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

export function asIntent(record: PaymentIntentRecord, storage: PaymentStorage, own: Own): Intent {
  return {
    intentId: record.id,
    orderId: record.metadata.orderId ?? "",
    state: states[record.status],
    amount: record.amount,
    currency: record.currency.toUpperCase(),
    captured: record.amountReceived,
    captures: record.captures,
    ownCaptures: own.captures.has(record.id) ? record.captures : 0,
    refunded: record.amountRefunded,
    refunds: storage.refundsOf(record.id).map(({ amount, id, metadata, status = "succeeded" }) => ({
      id,
      refundId: metadata.refundId,
      amount,
      status,
      wasMade: own.made.has(id),
    })),
    disputes: storage.disputesOf(record.id).map(({ amount, id, status }) => ({ id, amount, status })),
  };
}
