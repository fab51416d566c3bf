// The ports of payment: its records, the payment provider, the bus and the clock.
import type { DueStore, Publish, VersionedStore } from "@order-saga/messaging";
import type { Refund } from "./ledger.ts";
import type { Look } from "./look.ts";
import type { Charge, Payment, ProviderAnswer, Terms } from "./payment.ts";

export type PaymentStore = VersionedStore<Payment> & DueStore;

/**
 * Every call carries a key derived from the order, so asking again has no second effect. Throws
 * ProviderUnavailable if the outcome is not known.
 */
export type PaymentGateway = {
  /**
   * Holds the amount on the card. `since` is when this was first intended (ISO); where the provider may have
   * forgotten the key by now, the order's authorisation is looked up first. `abortedAt` (ISO) if the order
   * was aborted meanwhile: then nothing is held anew, only what an earlier call may have held is found.
   */
  authorize(
    orderId: string,
    charge: Charge,
    since: string,
    abortedAt?: string,
  ): Promise<Answer<"authorized" | "action-required" | "declined">>;
  /** Takes the held amount; a refusal for good also gives up what is still held. */
  capture(orderId: string, intentId: string): Promise<Answer<"captured" | "capture-failed">>;
  /** Gives up the hold; giving up twice is the same. Says so if another hand has taken the money. */
  void(orderId: string, intentId: string): Promise<Answer<"voided" | "taken">>;
  /** Gives back the refund's amount; asked again, it says how that refund stands. */
  refund(orderId: string, intentId: string, refund: AskedRefund): Promise<Answer<"refund">>;
  /** Shows how the money of an intent stands, and changes nothing. Undefined if there is no such intent. */
  look(intentId: string): Promise<Look | undefined>;
};

/** A refund with its currency: what the provider is asked to give back, in minor units. */
export type AskedRefund = Pick<Refund, "id" | "amount" | "at"> & { currency: string };

export type Answer<K extends ProviderAnswer["kind"]> = Extract<ProviderAnswer, { kind: K }>;

/** What has changed at the provider since a moment: for what no webhook told. */
export type Reconciliation = {
  /** The intents of refunds and disputes that began since then (ISO). Throws ProviderUnavailable. */
  changedSince(time: string): Promise<readonly string[]>;
};

/** The provider gave no answer, or none with an outcome; it is asked again. Carries no data of the card. */
export class ProviderUnavailable extends Error {
  override readonly name = "ProviderUnavailable";
  /** True if it was the provider's limit, or ours: there is no use in asking for others now. */
  readonly isLimit: boolean;
  /** The provider's code if it does not take the shop's key or account: a person must mend that. */
  readonly ofShop: string | undefined;

  constructor(message: string, { isLimit = false, ofShop }: { isLimit?: boolean; ofShop?: string } = {}) {
    super(message);
    this.isLimit = isLimit;
    this.ofShop = ofShop;
  }
}

export type PaymentPorts = {
  store: PaymentStore;
  gateway: PaymentGateway;
  /** Milliseconds; read anew for every write, because asking the provider takes time. */
  clock: () => number;
  /** For so long a function that has asked the provider may still be waiting for its answer. */
  functionTimeoutSeconds: number;
  terms: Terms;
};

export type SweepPorts = PaymentPorts & { publish: Publish };
