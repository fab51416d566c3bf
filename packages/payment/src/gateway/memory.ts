// A provider in memory with Stripe's semantics and faults to switch on, for tests and simulation.
import type { Charge } from "../payment.ts";
import { type PaymentGateway, ProviderUnavailable } from "../ports.ts";
import { CAPTURE_FAILS, CAPTURE_FAILS_CODE, declinedCards, UNKNOWN_CARD } from "./stripe-test-cards.ts";

export type MemoryIntent = {
  id: string;
  orderId: string;
  amount: number;
  status: "requires_capture" | "succeeded" | "canceled" | "declined";
  captures: number;
  refunded: number;
};

/** `lost-answer` takes effect and then fails, as a time-out does. */
export type GatewayFault = "down" | "lost-answer" | "key-in-use";

export type MemoryGateway = PaymentGateway & {
  intents(): MemoryIntent[];
  /** The next calls meet these faults, one each. */
  failNext(...faults: (GatewayFault | undefined)[]): void;
};

const good = ["pm_card_visa", "pm_card_mastercard", CAPTURE_FAILS];

/** Why the card is declined; undefined if it is good. */
function declineOf(paymentMethod: string): string | undefined {
  return good.includes(paymentMethod) ? undefined : (declinedCards[paymentMethod] ?? UNKNOWN_CARD);
}

export function createMemoryGateway(): MemoryGateway {
  const intents = new Map<string, MemoryIntent & { paymentMethod: string }>();
  const faults: (GatewayFault | undefined)[] = [];

  async function call<T>(effect: () => T): Promise<T> {
    const fault = faults.shift();
    if (fault === "down" || fault === "key-in-use") throw new ProviderUnavailable(`the provider is ${fault}`);
    const result = effect();
    if (fault === "lost-answer") throw new ProviderUnavailable("the answer was lost");
    return result;
  }

  function intentOf(id: string) {
    const intent = [...intents.values()].find((each) => each.id === id);
    if (!intent) throw new ProviderUnavailable(`there is no intent ${id}`);
    return intent;
  }

  return {
    // The order is the key: the same order has one intent, however often it is asked for.
    authorize: (orderId, charge: Charge) =>
      call(() => {
        const code = declineOf(charge.paymentMethod);
        const known = intents.get(orderId) ?? {
          id: `pi_${orderId}`,
          orderId,
          amount: charge.amount,
          paymentMethod: charge.paymentMethod,
          status: code ? ("declined" as const) : ("requires_capture" as const),
          captures: 0,
          refunded: 0,
        };
        intents.set(orderId, known);
        if (known.status === "declined") return { kind: "declined", code: code ?? "generic_decline" };
        return { kind: "authorized", intentId: known.id };
      }),
    capture: (_, intentId) =>
      call(() => {
        const intent = intentOf(intentId);
        if (intent.status === "succeeded") return { kind: "captured" };
        if (intent.status !== "requires_capture" || intent.paymentMethod === CAPTURE_FAILS) {
          intent.status = "canceled";
          return { kind: "capture-failed", code: CAPTURE_FAILS_CODE };
        }
        intent.status = "succeeded";
        intent.captures++;
        return { kind: "captured" };
      }),
    void: (_, intentId) =>
      call(() => {
        const intent = intentOf(intentId);
        if (intent.status === "succeeded")
          throw new ProviderUnavailable("a captured intent cannot be voided");
        intent.status = "canceled";
        return { kind: "voided" };
      }),
    refund: (_, intentId) =>
      call(() => {
        const intent = intentOf(intentId);
        if (intent.status !== "succeeded") throw new ProviderUnavailable("nothing was captured");
        intent.refunded = intent.amount;
        return { kind: "refunded" };
      }),
    intents: () => structuredClone([...intents.values()]),
    failNext: (...given) => void faults.push(...given),
  };
}
