// The real provider: Stripe's payment intents with manual capture, refunds and disputes.
import { fromProviderAmount, toProviderAmount } from "@order-saga/contracts";
import { NoTurn } from "@order-saga/messaging/pace";
import type { Dispute, SeenRefund } from "../ledger.ts";
import type { Look } from "../look.ts";
import type { AuthorizationAnswer, Charge } from "../payment.ts";
import { type Answer, type PaymentGateway, ProviderUnavailable, type Reconciliation } from "../ports.ts";
import { reasonOf } from "./decline-reasons.ts";
import {
  isStripeError,
  type List,
  type PaymentIntent,
  type StripeClient,
  type StripeDispute,
  type StripeRefund,
} from "./stripe-client.ts";

/** Stripe may forget an idempotency key after 24 hours (API reference, "Idempotent requests"). */
const KEY_TRUSTED_MILLISECONDS = 23 * 3600_000;
/** As many as Stripe lists at once; a page of refunds or disputes of one charge is never longer. */
const PAGE = 100;
/** The search shows what is older than a minute (API reference, "Search"); calls end before the rest. */
const SEARCH_SURE_MILLISECONDS = 2 * 60_000;
/** So many keys are tried in one delivery, and so many pages of a minute's intents are read. */
const MOST_KEYS = 3;
const PAGES_OF_INTENTS = 10;

export type StripeSettings = {
  now: () => number;
  /** Where a method that redirects brings the customer back to; without one it is not offered. */
  returnUrl?: string;
};

export function createStripeGateway(stripe: StripeClient, settings: StripeSettings): PaymentGateway {
  return {
    authorize: authorizing(stripe, settings),
    ...settling(stripe),
    refund: refunding(stripe, settings),
    look: (intentId) => lookAt(stripe, intentId),
  };
}

function authorizing(
  { paymentIntents }: StripeClient,
  settings: StripeSettings,
): PaymentGateway["authorize"] {
  const { now } = settings;

  return async (orderId, charge, since, abortedAt) => {
    if (abortedAt !== undefined) return heldBefore(orderId, abortedAt);
    if (now() - Date.parse(since) > KEY_TRUSTED_MILLISECONDS) {
      const found = await answered(() => search(orderId));
      if (found) return authorizationOf(found);
    }
    try {
      const intent = await underKeys(
        `${orderId}:authorize`,
        (options) => paymentIntents.create(intentFor(orderId, charge, settings), options),
        () => listed(orderId, since),
      );
      return authorizationOf(intent);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw unavailable(error);
      return { kind: "declined" as const, ...refusal };
    }
  };

  /** What an earlier call may have held, once the search is sure to show it. */
  async function heldBefore(orderId: string, abortedAt: string): Promise<AuthorizationAnswer> {
    if (now() - Date.parse(abortedAt) < SEARCH_SURE_MILLISECONDS)
      throw new ProviderUnavailable("Stripe's search does not show the latest intents yet");
    const found = await answered(() => search(orderId));
    if (found) return authorizationOf(found);
    return { kind: "declined", code: "never_authorized", reason: "card_declined" };
  }

  /** The order's intent that holds or took money, or asks for its owner; a declined one is none. */
  async function search(orderId: string): Promise<PaymentIntent | undefined> {
    const { data } = await paymentIntents.search({ query: `metadata['orderId']:'${orderId}'`, limit: 10 });
    return data.find((each) => isOf(orderId, each) && isLive(each));
  }

  /** The same, or one just declined, among all since then; unlike the search, a list shows the latest. */
  async function listed(orderId: string, since: string): Promise<PaymentIntent | undefined> {
    const created = { gte: Math.floor(Date.parse(since) / 1000) };
    const all = eachOf((page) => paymentIntents.list({ created, ...page }), PAGES_OF_INTENTS);
    for await (const page of all) {
      const found = page.find((each) => isOf(orderId, each) && (isLive(each) || each.last_payment_error));
      if (found) return found;
    }
    return undefined;
  }
}

const isOf = (orderId: string, { metadata }: PaymentIntent) => metadata.orderId === orderId;
const isLive = ({ status }: PaymentIntent) => status !== "requires_payment_method";

/**
 * Asks under a key. Stripe keeps also a 500 under its key, and answers it again for a day; and it refuses a
 * key whose parameters changed, as a deployment changes a return address. Then what was asked for is looked
 * up. Only behind a 500 that is kept it may be asked for under the next key: a key that can still have an
 * effect is never passed, so that of all who ask at once, or after a crash, one alone has it.
 */
async function underKeys<T>(
  key: string,
  ask: (options: { idempotencyKey: string }) => Promise<T>,
  lookUp: () => Promise<T | undefined>,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await ask({ idempotencyKey: count === 1 ? key : `${key}:${count}` });
    } catch (error) {
      const isKept = isKeptFailure(error);
      const done = isKept || isOtherRequest(error) ? await lookUp() : undefined;
      if (done !== undefined) return done;
      if (!isKept || count === MOST_KEYS) throw error;
    }
  }
}

/** A 500 that is kept: one that is given for the first time may have left its key free. */
const isKeptFailure = (error: unknown) =>
  isStripeError(error) && error.statusCode === 500 && error.isReplayed;

/** The key was first used with other parameters, and that request may still be under way. */
const isOtherRequest = (error: unknown) =>
  isStripeError(error) && error.statusCode === 400 && error.rawType === "idempotency_error";

function authorizationOf(intent: PaymentIntent): AuthorizationAnswer {
  const shown = shownBy(intent);
  switch (shown.kind) {
    case "taken":
      // A method that knows no hold. The capture will say how much was taken.
      return { kind: "authorized", intentId: intent.id };
    case "voided":
      return { kind: "declined", ...canceled };
    case "processing":
      throw new ProviderUnavailable(`Stripe answered an authorisation with the status ${intent.status}`);
    default:
      return shown;
  }
}

function settling({ paymentIntents }: StripeClient): Pick<PaymentGateway, "capture" | "void"> {
  /** The intent if it stands so; undefined while what was asked for is not done. */
  const standing = (intentId: string, status: string) => async () => {
    const intent = await paymentIntents.retrieve(intentId);
    return intent.status === status ? intent : undefined;
  };

  async function capture(orderId: string, intentId: string) {
    try {
      const intent = await underKeys(
        `${orderId}:capture`,
        (options) => paymentIntents.capture(intentId, {}, options),
        standing(intentId, "succeeded"),
      );
      return capturedBy(intent);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw unavailable(error);
      // What is said to have failed must have failed for good: the intent itself tells.
      const intent = await answered(() => paymentIntents.retrieve(intentId));
      if (intent.status === "succeeded") return capturedBy(intent);
      if (intent.status !== "canceled") {
        const given = await voidIntent(orderId, intentId);
        if (given.kind === "taken") return { ...given, kind: "captured" as const };
      }
      return { kind: "capture-failed" as const, ...refusal };
    }
  }

  async function voidIntent(orderId: string, intentId: string): Promise<Answer<"voided" | "taken">> {
    try {
      await underKeys(
        `${orderId}:void`,
        (options) => paymentIntents.cancel(intentId, {}, options),
        standing(intentId, "canceled"),
      );
    } catch (error) {
      if (refusalOf(error) === undefined) throw unavailable(error);
      const intent = await answered(() => paymentIntents.retrieve(intentId));
      if (intent.status === "succeeded") return { kind: "taken", amount: receivedBy(intent) };
      if (intent.status !== "canceled")
        throw new ProviderUnavailable(`Stripe did not void an intent of status ${intent.status}`);
    }
    return { kind: "voided" };
  }

  return { capture, void: voidIntent };
}

function refunding({ refunds }: StripeClient, { now }: StripeSettings): PaymentGateway["refund"] {
  const all = async (intentId: string) => {
    const { data } = await refunds.list({ payment_intent: intentId, limit: PAGE });
    return data;
  };
  const made = async (intentId: string, refundId: string) =>
    (await all(intentId)).find(({ metadata }) => metadata?.refundId === refundId);

  return async (orderId, intentId, { amount, at, currency, id: refundId }) => {
    try {
      const isKeyForgotten = now() - Date.parse(at) > KEY_TRUSTED_MILLISECONDS;
      const before = isKeyForgotten ? await made(intentId, refundId) : undefined;
      if (before) return refundAnswer(refundId, before);
      const asked = { payment_intent: intentId, amount: toProviderAmount(amount, currency) };
      const metadata = { orderId, refundId };
      const refund = await underKeys(
        `${orderId}:refund:${refundId}`,
        (options) => refunds.create({ ...asked, metadata }, options),
        () => made(intentId, refundId),
      );
      return refundAnswer(refundId, refund);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw unavailable(error);
      // Another hand may have given back what this was to give back.
      const seen = (await answered(() => all(intentId))).map(seenRefund);
      return { kind: "refund", refundId, status: "FAILED", code: refusal.code, seen };
    }
  };
}

async function lookAt(stripe: StripeClient, intentId: string): Promise<Look | undefined> {
  try {
    const intent = await stripe.paymentIntents.retrieve(intentId, { expand: ["latest_charge"] });
    const isTaken = intent.status === "succeeded";
    const ofIntent = { payment_intent: intentId, limit: PAGE };
    const made = isTaken ? await stripe.refunds.list(ofIntent) : { data: [] };
    const disputed = typeof intent.latest_charge === "object" && intent.latest_charge?.disputed;
    const disputes = disputed ? await stripe.disputes.list(ofIntent) : { data: [] };
    return {
      intentId,
      orderId: intent.metadata.orderId ?? "",
      intent: shownBy(intent),
      refunds: made.data.map(seenRefund),
      disputes: disputes.data.map(seenDispute),
    };
  } catch (error) {
    if (isStripeError(error) && error.code === "resource_missing") return undefined;
    throw unavailable(error);
  }
}

/** The intents of refunds and disputes that began lately, a page of each at a time. */
export function createReconciliation({ disputes, refunds }: StripeClient): Reconciliation {
  return {
    async changedSince(time) {
      const created = { gte: Math.floor(Date.parse(time) / 1000) };
      const intents = new Set<string>();
      for (const list of [refunds.list, disputes.list]) {
        const all = eachOf<OfIntent>((page) => answered<List<OfIntent>>(() => list({ created, ...page })));
        for await (const page of all)
          for (const { payment_intent } of page) if (payment_intent) intents.add(payment_intent);
      }
      return [...intents];
    },
  };
}

/** Page after page of a list, the newest first. Throws ProviderUnavailable if there are more than `most`. */
async function* eachOf<T extends { readonly id: string }>(
  list: (page: { limit: number; starting_after?: string }) => Promise<List<T>>,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly T[]> {
  let after: string | undefined;
  for (let count = 1; count <= most; count++) {
    const { data, has_more } = await list({
      limit: PAGE,
      ...(after !== undefined && { starting_after: after }),
    });
    yield data;
    after = data.at(-1)?.id;
    if (!has_more || after === undefined) return;
  }
  throw new ProviderUnavailable("Stripe's list is longer than is read");
}

type OfIntent = { readonly id: string; readonly payment_intent: string | null };

const canceled = { code: "payment_intent_canceled", reason: "card_declined" } as const;

function shownBy(intent: PaymentIntent): Look["intent"] {
  const { id: intentId } = intent;
  switch (intent.status) {
    case "requires_capture":
      return { kind: "authorized", intentId };
    case "succeeded":
      return { kind: "taken", amount: receivedBy(intent) };
    case "requires_action":
      return { kind: "action-required", intentId, clientSecret: intent.client_secret ?? "" };
    case "requires_payment_method": {
      // Who has the intent's secret may confirm it once more, with another card: it is to be closed.
      const { code, decline_code } = intent.last_payment_error ?? {};
      const said = wellFormed(decline_code ?? code);
      return { kind: "declined", code: said, reason: reasonOf(said, true), intentId };
    }
    case "canceled":
      return { kind: "voided" };
    default:
      return { kind: "processing" };
  }
}

function capturedBy(intent: PaymentIntent): Answer<"captured"> {
  if (intent.status !== "succeeded")
    throw new ProviderUnavailable(`Stripe answered a capture with the status ${intent.status}`);
  return { kind: "captured", amount: receivedBy(intent) };
}

/** In minor units by ISO 4217. */
const receivedBy = (intent: PaymentIntent) => amountIn(intent.amount_received, intent.currency);
const amountIn = (amount: number, currency: string) => fromProviderAmount(amount, currency.toUpperCase());

function refundAnswer(refundId: string, made: StripeRefund): Answer<"refund"> {
  const { code, providerId, status } = seenRefund(made);
  return { kind: "refund", refundId, status, providerId, ...(code !== undefined && { code }) };
}

function seenRefund(refund: StripeRefund): SeenRefund {
  const { created, failure_reason, id, metadata, status } = refund;
  const amount = amountIn(refund.amount, refund.currency);
  const seen = { providerId: id, amount, at: new Date(created * 1000).toISOString() };
  const ours = metadata?.refundId === undefined ? {} : { refundId: metadata.refundId };
  if (status === "succeeded") return { ...seen, ...ours, status: "SUCCEEDED" };
  if (status === "failed" || status === "canceled")
    return { ...seen, ...ours, status: "FAILED", code: wellFormed(failure_reason ?? status) };
  return { ...seen, ...ours, status: "PENDING" };
}

/** An inquiry (`warning_…`) takes no money; closed, it counts as won. */
function seenDispute({ amount, created, currency, id, reason, status }: StripeDispute): Dispute {
  const closed = { won: "WON", warning_closed: "WON", prevented: "WON", lost: "LOST" } as const;
  return {
    id,
    amount: amountIn(amount, currency),
    reason: wellFormed(reason),
    at: new Date(created * 1000).toISOString(),
    status: closed[status as keyof typeof closed] ?? "OPENED",
  };
}

function intentFor(orderId: string, charge: Charge, { returnUrl }: StripeSettings) {
  const redirects = returnUrl ? ("always" as const) : ("never" as const);
  return {
    amount: toProviderAmount(charge.amount, charge.currency),
    currency: charge.currency.toLowerCase(),
    payment_method: charge.paymentMethod,
    capture_method: "manual",
    confirm: true,
    // A method that redirects needs a page to come back to; without one Stripe refuses the request.
    automatic_payment_methods: { enabled: true, allow_redirects: redirects },
    ...(returnUrl && { return_url: returnUrl }),
    metadata: { orderId },
  } as const;
}

type Refusal = { code: string; reason: Answer<"declined">["reason"] };

/** A refusal that will not change: of the card, or of what was asked. Undefined for all else. */
function refusalOf(error: unknown): Refusal | undefined {
  if (!isStripeError(error)) return undefined;
  const { code, decline_code, rawType, statusCode } = error;
  if (rawType === "card_error") return refusal(decline_code ?? code, true);
  if (rawType !== "invalid_request_error") return undefined;
  // Without a code, 404 means that the address is wrong, and that is no card's fault.
  return statusCode === 400 || (statusCode === 404 && code) ? refusal(code, false) : undefined;
}

function refusal(given: string | undefined, isOfCard: boolean): Refusal {
  const code = wellFormed(given);
  return { code, reason: reasonOf(code, isOfCard) };
}

function wellFormed(code: string | null | undefined): string {
  return typeof code === "string" && /^[a-z0-9_]{1,64}$/.test(code) ? code : "refused";
}

async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw unavailable(error);
  }
}

/** Only the kind of the error is kept, in words. */
function unavailable(error: unknown): Error {
  if (error instanceof ProviderUnavailable) return error;
  if (error instanceof NoTurn) return new ProviderUnavailable(error.message, { isLimit: true });
  if (!isStripeError(error)) return new ProviderUnavailable("Stripe gave no outcome: no answer");
  const kind = [error.rawType ?? error.statusCode, error.code].join(" ").trim();
  const ofShop = error.statusCode === 401 || error.statusCode === 403 ? wellFormed(error.code) : undefined;
  const isLimit = error.statusCode === 429 && error.code !== "lock_timeout";
  return new ProviderUnavailable(`Stripe gave no outcome: ${kind}`, { isLimit, ...(ofShop && { ofShop }) });
}
