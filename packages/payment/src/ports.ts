// The ports of payment: its records, the payment provider, the bus and the clock.
import type { DueStore, Publish, VersionedStore } from "@order-saga/messaging";
import type { Charge, Payment, ProviderAnswer } from "./payment.ts";

export type PaymentStore = VersionedStore<Payment> & DueStore;

/**
 * Every call carries a key derived from the order, so asking again has no second effect. Throws
 * ProviderUnavailable if the outcome is not known.
 */
export type PaymentGateway = {
  /**
   * Holds the amount on the card. `since` is when this was first intended (ISO); where the provider may have
   * forgotten the key by now, the order's authorisation is looked up first.
   */
  authorize(orderId: string, charge: Charge, since: string): Promise<Answer<"authorized" | "declined">>;
  /** Takes the held amount; a refusal for good also gives up what is still held. */
  capture(orderId: string, intentId: string): Promise<Answer<"captured" | "capture-failed">>;
  /** Gives up the hold; giving up twice is the same. */
  void(orderId: string, intentId: string): Promise<Answer<"voided">>;
  /** Gives back the whole amount. */
  refund(orderId: string, intentId: string): Promise<Answer<"refunded">>;
};

export type Answer<K extends ProviderAnswer["kind"]> = Extract<ProviderAnswer, { kind: K }>;

/**
 * The provider gave no answer, or none with an outcome; the queue tries again. Carries no data of the card.
 */
export class ProviderUnavailable extends Error {
  override readonly name = "ProviderUnavailable";
}

export type PaymentPorts = {
  store: PaymentStore;
  gateway: PaymentGateway;
  /** Milliseconds; read anew for every write, because asking the provider takes time. */
  clock: () => number;
  /** For so long a function that has asked the provider may still be waiting for its answer. */
  functionTimeoutSeconds: number;
};

export type SweepPorts = PaymentPorts & { publish: Publish };
