// A gateway to a provider shaped as Adyen, for tests only: it tries the port with one that is not Stripe.
import type { SeenRefund } from "../ledger.ts";
import { type Answer, type PaymentGateway, ProviderUnavailable } from "../ports.ts";
import { type AdyenPayment, doneOf, isCancelled, type Modification } from "./adyen-shaped-provider.ts";

/** The provider refused what was asked; `code` is its own. */
class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`refused with ${code}`);
    this.code = code;
  }
}

type Send = (method: "GET" | "POST", path: string, body?: object, key?: string) => Promise<unknown>;

/** `wrong` plants a mistake in what is sent. */
export function createAdyenShapedGateway(
  settings: { url: string; apiKey: string },
  wrong: { key?: (key: string) => string; amount?: (amount: number, kind: string) => number } = {},
): PaymentGateway {
  const { amount: sentOf = (amount: number) => amount, key: keyOf = (key: string) => key } = wrong;
  const send = sending(settings);
  const post = (path: string, body: object, key: string) => send("POST", path, body, keyOf(key));
  const at = (id: string) => `/payments/${encodeURIComponent(id)}`;
  const seen = async (id: string) => (await send("GET", at(id))) as AdyenPayment;

  async function modify(id: string, kind: string, body: { reference: string }, key: string) {
    await post(`${at(id)}/${kind}`, body, key);
    const payment = await seen(id);
    const made = payment.modifications.find(({ reference }) => reference === body.reference);
    if (!made || made.status === "received") throw new ProviderUnavailable("the provider is still at work");
    return made;
  }

  async function giveUp(orderId: string, id: string) {
    try {
      const payment = await seen(id);
      const taken = doneOf(payment, "CAPTURE");
      if (taken > 0) return { kind: "taken" as const, amount: taken };
      if (isCancelled(payment)) return { kind: "voided" as const };
      await modify(id, "cancels", { reference: `${orderId}:void` }, `${orderId}:void`);
      return { kind: "voided" as const };
    } catch (error) {
      throw unavailable(error);
    }
  }

  return {
    async authorize(orderId, { amount, currency, paymentMethod }, _since, abortedAt) {
      if (abortedAt !== undefined) return heldBefore(send, orderId);
      const body = {
        amount: { value: sentOf(amount, "payments"), currency },
        reference: orderId,
        paymentMethod: { id: paymentMethod },
      };
      try {
        const payment = (await post("/payments", body, `${orderId}:authorize`)) as AdyenPayment;
        return authorizationOf(payment);
      } catch (error) {
        if (error instanceof Refused) return { kind: "declined", code: error.code, reason: "shop_error" };
        throw unavailable(error);
      }
    },
    async capture(orderId, id) {
      try {
        const { amount } = await seen(id);
        const key = `${orderId}:capture`;
        const asked = { amount: { ...amount, value: sentOf(amount.value, "captures") }, reference: key };
        const made = await modify(id, "captures", asked, key);
        if (made.status === "succeeded") return { kind: "captured", amount: made.amount.value };
        await giveUp(orderId, id);
        return { kind: "capture-failed", code: codeOf(made), reason: "card_declined" };
      } catch (error) {
        if (!(error instanceof Refused)) throw unavailable(error);
        const given = await giveUp(orderId, id);
        if (given.kind === "taken") return { kind: "captured", amount: given.amount };
        return { kind: "capture-failed", code: error.code, reason: "card_declined" };
      }
    },
    void: giveUp,
    async refund(orderId, id, { amount, currency, id: refundId }) {
      const asked = { amount: { value: sentOf(amount, "refunds"), currency }, reference: refundId };
      try {
        return answerOf(await modify(id, "refunds", asked, `${orderId}:refund:${refundId}`));
      } catch (error) {
        if (!(error instanceof Refused)) throw unavailable(error);
        const refunds = refundsOf(await seen(id));
        return { kind: "refund", refundId, status: "FAILED", code: error.code, seen: refunds };
      }
    },
    async look(id) {
      try {
        const payment = await seen(id);
        const { pspReference: intentId, reference: orderId } = payment;
        return { intentId, orderId, intent: standing(payment), refunds: refundsOf(payment), disputes: [] };
      } catch (error) {
        if (error instanceof Refused) return undefined;
        throw unavailable(error);
      }
    },
  };
}

/** Of an order that was aborted: only what an earlier call may have held. */
async function heldBefore(
  send: Send,
  orderId: string,
): Promise<Answer<"authorized" | "action-required" | "declined">> {
  try {
    const [payment] = (await send("GET", `/payments?reference=${orderId}`)) as AdyenPayment[];
    if (payment) return authorizationOf(payment);
  } catch (error) {
    throw unavailable(error);
  }
  return { kind: "declined", code: "never_held", reason: "card_declined" };
}

function sending({ apiKey, url }: { url: string; apiKey: string }): Send {
  return async (method, path, body, key) => {
    const headers = { "x-api-key": apiKey, ...(key !== undefined && { "idempotency-key": key }) };
    const signal = AbortSignal.timeout(5_000);
    const answer = await fetch(`${url}${path}`, {
      signal,
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const said = (await answer.json()) as { errorCode?: string };
    if (answer.ok) return said;
    const code = said.errorCode ?? "unknown";
    const { status } = answer;
    if (status === 404 || status === 422) throw new Refused(code);
    const ofShop = status === 401 || status === 403 ? { ofShop: code } : {};
    throw new ProviderUnavailable(`the provider answered ${status}`, { isLimit: status === 429, ...ofShop });
  };
}

/** Without its cause, which may quote what was sent. */
const unavailable = (error: unknown) =>
  error instanceof ProviderUnavailable ? error : new ProviderUnavailable("the provider gave no outcome");

function authorizationOf({ pspReference: intentId, resultCode }: AdyenPayment) {
  switch (resultCode) {
    case "Authorised":
      return { kind: "authorized" as const, intentId };
    case "Refused":
      return { kind: "declined" as const, code: "refused", reason: "card_declined" as const };
    case "RedirectShopper":
      return { kind: "action-required" as const, intentId, clientSecret: `redirect/${intentId}` };
  }
}

function standing(payment: AdyenPayment) {
  const amount = doneOf(payment, "CAPTURE");
  if (amount > 0) return { kind: "taken" as const, amount };
  return isCancelled(payment) ? { kind: "voided" as const } : authorizationOf(payment);
}

const codeOf = ({ reason = "refused" }: Modification) => reason.toLowerCase().replaceAll(" ", "_");
const statuses = { received: "PENDING", succeeded: "SUCCEEDED", failed: "FAILED" } as const;

const answerOf = (made: Modification) => ({
  kind: "refund" as const,
  refundId: made.reference,
  status: statuses[made.status],
  providerId: made.pspReference,
  ...(made.status === "failed" && { code: codeOf(made) }),
});

const refundsOf = ({ modifications }: AdyenPayment): SeenRefund[] =>
  modifications
    .filter(({ eventCode }) => eventCode === "REFUND")
    .map(({ amount, pspReference, reference, status }) => ({
      providerId: pspReference,
      refundId: reference,
      amount: amount.value,
      status: statuses[status],
      at: "2026-01-05T12:00:00.000Z",
    }));
