// The port to the payment provider. What it answers is a fact; what it leaves open is thrown and asked again.
import type { Charge, ProviderAnswer } from "../payment.ts";

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

/** The provider did not answer, or not with an outcome; the queue tries again. Carries no data of the card. */
export class ProviderUnavailable extends Error {
  override readonly name = "ProviderUnavailable";
}
