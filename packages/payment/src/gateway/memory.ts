// A provider in memory with Stripe's semantics and faults to switch on, for tests and simulation.
import type { Dispute, SeenRefund } from "../ledger.ts";
import type { Look } from "../look.ts";
import type { Charge } from "../payment.ts";
import { type AskedRefund, type PaymentGateway, ProviderUnavailable } from "../ports.ts";
import { reasonOf } from "./decline-reasons.ts";
import {
  ASKS_CUSTOMER,
  CAPTURE_FAILS,
  CAPTURE_FAILS_CODE,
  declinedCards,
  UNKNOWN_CARD,
} from "./stripe-test-cards.ts";

export type MemoryIntent = {
  id: string;
  orderId: string;
  amount: number;
  status: "requires_action" | "requires_capture" | "succeeded" | "canceled" | "declined";
  captures: number;
  /** What was taken, in minor units. */
  received: number;
  /** What was given back, or is on its way. */
  refunded: number;
};

/** `lost-answer` takes effect and then fails, as a time-out does. */
export type GatewayFault = "down" | "lost-answer" | "key-in-use" | "limit" | "shop-refused";

export type MemoryGateway = PaymentGateway & {
  intents(): MemoryIntent[];
  /** The next calls meet these faults, one each. */
  failNext(...faults: (GatewayFault | undefined)[]): void;
  /** What the next refunds come to, one each; the rest succeed. */
  refundNext(...outcomes: RefundOutcome[]): void;
  /** What people do at the provider, past this shop's own calls. */
  byHand: {
    /** The customer says yes or no to their bank. */
    answer(orderId: string, isYes: boolean): void;
    /** Somebody takes the money, or a part of it. */
    take(orderId: string, amount?: number): void;
    cancel(orderId: string): void;
    refund(orderId: string, amount: number, status?: SeenRefund["status"]): void;
    /** What became of a refund that was pending, or of one that was made. */
    settleRefund(providerId: string, status: "SUCCEEDED" | "FAILED", code?: string): void;
    dispute(orderId: string, status: Dispute["status"]): void;
  };
};

export type RefundOutcome = "pending" | "failed" | "refused";

/** As at Stripe's search: so long, in milliseconds, what is not found may still be there. */
function neverHeld(sinceMilliseconds: number) {
  if (sinceMilliseconds < 2 * 60_000) throw new ProviderUnavailable("it is too early to be sure");
  return { kind: "declined", code: "never_authorized", reason: "card_declined" } as const;
}

type Stored = MemoryIntent & { paymentMethod: string; refunds: SeenRefund[]; disputes: Dispute[] };

const good = ["pm_card_visa", "pm_card_mastercard", CAPTURE_FAILS];

/** Why the card is declined; undefined if it is good. */
function declineOf(paymentMethod: string): string | undefined {
  if (paymentMethod === ASKS_CUSTOMER) return undefined;
  return good.includes(paymentMethod) ? undefined : (declinedCards[paymentMethod] ?? UNKNOWN_CARD);
}

const AT = "2026-01-05T12:00:00.000Z";
const AUTHENTICATION = "payment_intent_authentication_failure";

/** `now` in milliseconds. */
export function createMemoryGateway(now: () => number): MemoryGateway {
  const intents = new Map<string, Stored>();
  const faults: (GatewayFault | undefined)[] = [];
  const outcomes: RefundOutcome[] = [];

  async function call<T>(effect: () => T): Promise<T> {
    const fault = faults.shift();
    if (fault === "limit") throw new ProviderUnavailable("the provider's limit", { isLimit: true });
    if (fault === "shop-refused") throw new ProviderUnavailable("the key is not taken", { ofShop: "key" });
    if (fault === "down" || fault === "key-in-use") throw new ProviderUnavailable(`the provider is ${fault}`);
    const result = effect();
    if (fault === "lost-answer") throw new ProviderUnavailable("the answer was lost");
    return result;
  }

  const byId = (id: string) => [...intents.values()].find((each) => each.id === id);

  function intentOf(id: string): Stored {
    const intent = byId(id);
    if (!intent) throw new ProviderUnavailable(`there is no intent ${id}`);
    return intent;
  }

  return {
    // The order is the key: the same order has one intent, however often it is asked for.
    authorize: (orderId, charge: Charge, _since, abortedAt) =>
      call(() => {
        if (abortedAt !== undefined && !intents.has(orderId)) return neverHeld(now() - Date.parse(abortedAt));
        const known = intents.get(orderId) ?? newIntent(orderId, charge);
        intents.set(orderId, known);
        const { intent } = shown(known);
        if (known.status === "declined" && !isAsking(known)) {
          const code = declineOf(charge.paymentMethod) ?? "generic_decline";
          return { kind: "declined", code, reason: reasonOf(code, code !== UNKNOWN_CARD) };
        }
        if (intent.kind === "taken") return { kind: "authorized", intentId: known.id };
        if (intent.kind === "voided" || intent.kind === "processing")
          return { kind: "declined", code: "payment_intent_canceled", reason: "card_declined" };
        return intent;
      }),
    capture: (_, intentId) =>
      call(() => {
        const intent = intentOf(intentId);
        if (intent.status === "succeeded") return { kind: "captured", amount: intent.received };
        if (intent.status !== "requires_capture" || intent.paymentMethod === CAPTURE_FAILS) {
          intent.status = "canceled";
          return { kind: "capture-failed", code: CAPTURE_FAILS_CODE, reason: "card_declined" };
        }
        intent.captures++;
        taken(intent, intent.amount);
        return { kind: "captured", amount: intent.received };
      }),
    void: (_, intentId) =>
      call(() => {
        const intent = intentOf(intentId);
        if (intent.status === "succeeded") return { kind: "taken", amount: intent.received };
        intent.status = "canceled";
        return { kind: "voided" };
      }),
    refund: (_, intentId, asked) => call(() => refund(intentOf(intentId), asked, outcomes)),
    look: (intentId) =>
      call(() => {
        const intent = byId(intentId);
        return intent && structuredClone(shown(intent));
      }),
    intents: () => structuredClone([...intents.values()]),
    failNext: (...given) => void faults.push(...given),
    refundNext: (...given) => void outcomes.push(...given),
    byHand: hands(intents),
  };
}

function hands(intents: ReadonlyMap<string, Stored>): MemoryGateway["byHand"] {
  const ofOrder = (orderId: string) => {
    const intent = intents.get(orderId);
    if (!intent) throw new Error(`There is no intent of ${orderId}.`);
    return intent;
  };
  return {
    answer(orderId, isYes) {
      const intent = ofOrder(orderId);
      if (intent.status === "requires_action") intent.status = isYes ? "requires_capture" : "declined";
    },
    take: (orderId, amount = ofOrder(orderId).amount) => taken(ofOrder(orderId), amount),
    cancel(orderId) {
      ofOrder(orderId).status = "canceled";
    },
    refund(orderId, amount, status = "SUCCEEDED") {
      addRefund(ofOrder(orderId), { amount, status });
    },
    settleRefund(providerId, status, code) {
      for (const intent of intents.values()) settleRefund(intent, providerId, status, code);
    },
    dispute(orderId, status) {
      const intent = ofOrder(orderId);
      const dispute = { id: `dp_${orderId}`, amount: intent.received, status, reason: "fraudulent", at: AT };
      intent.disputes = [dispute];
    },
  };
}

function newIntent(orderId: string, { amount, paymentMethod }: Charge): Stored {
  const asks = paymentMethod === ASKS_CUSTOMER;
  const status = declineOf(paymentMethod) ? "declined" : asks ? "requires_action" : "requires_capture";
  const money = { amount, captures: 0, received: 0, refunded: 0 };
  return { id: `pi_${orderId}`, orderId, ...money, paymentMethod, status, refunds: [], disputes: [] };
}

const isAsking = ({ paymentMethod }: Stored) => paymentMethod === ASKS_CUSTOMER;

function taken(intent: Stored, amount: number): void {
  intent.status = "succeeded";
  intent.received = amount;
}

function shown(intent: Stored): Look {
  const { disputes, id: intentId, orderId, refunds } = intent;
  return { intentId, orderId, intent: standing(intent), refunds, disputes };
}

function standing({ id: intentId, received, status }: Stored): Look["intent"] {
  switch (status) {
    case "requires_action":
      return { kind: "action-required", intentId, clientSecret: `${intentId}_secret_1` };
    case "requires_capture":
      return { kind: "authorized", intentId };
    case "succeeded":
      return { kind: "taken", amount: received };
    case "canceled":
      return { kind: "voided" };
    case "declined":
      return { kind: "declined", code: AUTHENTICATION, reason: "authentication_failed", intentId };
  }
}

function refund(intent: Stored, asked: AskedRefund, outcomes: RefundOutcome[]) {
  const { amount, id: refundId } = asked;
  const known = intent.refunds.find((each) => each.refundId === refundId);
  const outcome = known ? undefined : outcomes.shift();
  const refused = (code: string) => ({
    kind: "refund" as const,
    refundId,
    status: "FAILED" as const,
    code,
    seen: intent.refunds,
  });
  if (outcome === "refused") return refused("charge_disputed");
  if (!known && amount > intent.received - intent.refunded) return refused("charge_already_refunded");
  const status = outcome === "pending" ? "PENDING" : outcome === "failed" ? "FAILED" : "SUCCEEDED";
  const made = known ?? addRefund(intent, { refundId, amount, status });
  const { code, providerId } = made;
  return { kind: "refund" as const, refundId, status: made.status, providerId, ...(code && { code }) };
}

function addRefund(intent: Stored, given: Pick<SeenRefund, "refundId" | "amount" | "status">): SeenRefund {
  const providerId = `re_${intent.orderId.slice(-8)}_${intent.refunds.length + 1}`;
  const made: SeenRefund = { ...given, providerId, at: AT };
  if (given.status === "FAILED") made.code = "lost_or_stolen_card";
  else intent.refunded += given.amount;
  intent.refunds.push(made);
  return made;
}

function settleRefund(intent: Stored, providerId: string, status: "SUCCEEDED" | "FAILED", code = "declined") {
  const made = intent.refunds.find((each) => each.providerId === providerId);
  // A refund that has failed stays so; one that succeeded may fail later.
  if (!made || made.status === "FAILED") return;
  if (status === "FAILED") intent.refunded -= made.amount;
  Object.assign(made, { status, ...(status === "FAILED" && { code }) });
}
