// The routes of the payment API: form in, state changed, Stripe's JSON out.
import * as intents from "./intents.ts";
import {
  DECLINED,
  invalidRequest,
  missing,
  type PaymentIntentRecord,
  type RefundRecord,
  StripeFailure,
} from "./model.ts";
import type { PaymentStorage } from "./storage.ts";

export type Form = URLSearchParams;
export type RouteContext = {
  storage: PaymentStorage;
  now: () => number;
  newId: () => string;
  /** The bank declines, whatever the card. */
  isDeclined?: boolean;
};

/** The JSON body of a 200; refusals are thrown as StripeFailure. */
export function route(method: string, path: string, form: Form, context: RouteContext): object {
  refuseCardNumbers(form);
  const [, resource, id, act, ...rest] = path.split("/").filter(Boolean);
  const key = `${method} ${resource}${id ? (id === "search" ? "/search" : "/id") : ""}${act ? `/${act}` : ""}`;
  const handler = rest.length === 0 ? handlers[key] : undefined;
  if (handler) return handler(form, id ?? "", context);
  const message = `Unrecognized request URL (${method}: ${path}).`;
  throw new StripeFailure(404, { type: "invalid_request_error", message });
}

type Handler = (form: Form, id: string, context: RouteContext) => object;

const handlers: Record<string, Handler> = {
  "POST payment_intents": createIntent,
  "GET payment_intents": (form, _, { storage }) =>
    listOf("/v1/payment_intents", form, storage.intents().reverse().map(intentJson)),
  "GET payment_intents/search": searchIntents,
  "GET payment_intents/id": (_, id, { storage }) => intentJson(intentOf(storage, id)),
  "POST payment_intents/id/confirm": (form, id, context) =>
    confirmed(intents.confirm(intentOf(context.storage, id), methodOf(form, context)), form, context),
  "POST payment_intents/id/capture": (form, id, { storage, isDeclined }) => {
    const intent = intentOf(storage, id);
    if (isDeclined && intent.status === "requires_capture") throw intents.captureRefused(intent);
    return saved(storage, intents.capture(intent, integer(form, "amount_to_capture")));
  },
  "POST payment_intents/id/cancel": (form, id, { storage }) =>
    saved(storage, intents.cancel(intentOf(storage, id), form.get("cancellation_reason"))),
  "POST refunds": createRefund,
  "GET refunds": (form, _, { storage }) =>
    listOf("/v1/refunds", form, storage.refundsOf(form.get("payment_intent") ?? "").map(refundJson)),
  "GET refunds/id": (_, id, { storage }) => {
    const refund = storage.refund(id);
    if (!refund) throw missing("refund", id);
    return refundJson(refund);
  },
};

function createIntent(form: Form, _: string, context: RouteContext): object {
  const intent = intents.create({
    id: `pi_${context.newId().replaceAll("-", "").slice(0, 24)}`,
    amount: integer(form, "amount") ?? Number.NaN,
    currency: form.get("currency") ?? "",
    captureMethod: form.get("capture_method") === "manual" ? "manual" : "automatic",
    paymentMethod: methodOf(form, context),
    metadata: nested(form, "metadata"),
    created: Math.floor(context.now() / 1000),
  });
  if (form.get("confirm") !== "true") return saved(context.storage, intent);
  return confirmed(intents.confirm(intent, null), form, context);
}

function methodOf(form: Form, { isDeclined }: RouteContext): string | null {
  return isDeclined ? DECLINED : form.get("payment_method");
}

/** Saves the intent, and answers a decline with Stripe's 402. */
function confirmed(intent: PaymentIntentRecord, form: Form, { storage }: RouteContext): object {
  storage.saveIntent(intent);
  if (intent.status === "requires_action" && form.get("off_session") === "true") {
    const message = "Your card was declined. This transaction requires authentication.";
    const error = {
      type: "card_error" as const,
      code: "authentication_required",
      decline_code: "authentication_required",
      message,
    };
    const declined = {
      ...intent,
      status: "requires_payment_method" as const,
      paymentMethod: null,
      lastError: error,
    };
    storage.saveIntent(declined);
    throw new StripeFailure(402, error, declined);
  }
  if (intent.lastError) throw new StripeFailure(402, intent.lastError, intent);
  return intentJson(intent);
}

function createRefund(form: Form, _: string, { storage, now, newId }: RouteContext): object {
  const intent = intentOf(storage, form.get("payment_intent") ?? "");
  const after = intents.refund(intent, integer(form, "amount"));
  const refund: RefundRecord = {
    id: `re_${newId().replaceAll("-", "").slice(0, 24)}`,
    paymentIntent: intent.id,
    amount: after.amountRefunded - intent.amountRefunded,
    currency: intent.currency,
    reason: form.get("reason"),
    metadata: nested(form, "metadata"),
    created: Math.floor(now() / 1000),
  };
  storage.saveIntent(after);
  storage.saveRefund(refund);
  return refundJson(refund);
}

/** Supports one clause: `metadata['name']:'value'`. */
function searchIntents(form: Form, _: string, { storage }: RouteContext): object {
  const [, name, value] =
    /^metadata\[['"]([^'"]+)['"]\]:['"]([^'"]*)['"]$/.exec(form.get("query") ?? "") ?? [];
  if (name === undefined)
    throw invalidRequest("parameter_invalid_string", "This query is not supported here.", "query");
  const found = storage.intents().filter((intent) => intent.metadata[name] === value);
  return {
    object: "search_result",
    url: "/v1/payment_intents/search",
    has_more: false,
    next_page: null,
    data: found.map(intentJson),
  };
}

function listOf(url: string, form: Form, data: readonly { id: string }[]): object {
  const limit = integer(form, "limit") ?? 10;
  if (limit < 1 || limit > 100) {
    throw invalidRequest("parameter_invalid_integer", "The limit must be from 1 to 100.", "limit");
  }
  const after = form.get("starting_after");
  const seen = after === null ? -1 : data.findIndex(({ id }) => id === after);
  if (after !== null && seen === -1) {
    throw invalidRequest("resource_missing", `No such object: '${after}'`, "starting_after");
  }
  const page = data.slice(seen + 1, seen + 1 + limit);
  return { object: "list", url, has_more: seen + 1 + limit < data.length, data: page };
}

function intentOf(storage: PaymentStorage, id: string): PaymentIntentRecord {
  const intent = storage.intent(id);
  if (!intent) throw missing("payment_intent", id);
  return intent;
}

function saved(storage: PaymentStorage, intent: PaymentIntentRecord): object {
  storage.saveIntent(intent);
  return intentJson(intent);
}

export function intentJson(intent: PaymentIntentRecord) {
  return {
    id: intent.id,
    object: "payment_intent",
    amount: intent.amount,
    amount_capturable: intent.status === "requires_capture" ? intent.amount : 0,
    amount_received: intent.amountReceived,
    cancellation_reason: intent.cancellationReason,
    capture_method: intent.captureMethod,
    created: intent.created,
    currency: intent.currency,
    last_payment_error: intent.lastError,
    livemode: false,
    metadata: intent.metadata,
    payment_method: intent.paymentMethod,
    status: intent.status,
  };
}

function refundJson(refund: RefundRecord) {
  return {
    id: refund.id,
    object: "refund",
    amount: refund.amount,
    created: refund.created,
    currency: refund.currency,
    metadata: refund.metadata,
    payment_intent: refund.paymentIntent,
    reason: refund.reason,
    status: "succeeded",
  };
}

function integer(form: Form, name: string): number | undefined {
  const value = form.get(name);
  if (value === null) return undefined;
  if (/^-?\d+$/.test(value)) return Number(value);
  throw invalidRequest("parameter_invalid_integer", `Invalid integer: ${value}`, name);
}

/** `metadata[orderId]=…` as an object. */
function nested(form: Form, name: string): Record<string, string> {
  const entries = [...form].flatMap(([key, value]): [string, string][] => {
    const [, inner] = /^(\w+)\[([^\]]+)\]$/.exec(key)?.slice(1) ?? [];
    return key.startsWith(`${name}[`) && inner !== undefined ? [[inner, value]] : [];
  });
  return Object.fromEntries(entries);
}

function refuseCardNumbers(form: Form): void {
  if (![...form.keys()].some((key) => key.includes("card[number]"))) return;
  const message =
    "Sending credit card numbers directly to the API is generally unsafe. Use a payment method token.";
  throw new StripeFailure(402, { type: "card_error", code: "incorrect_number", message });
}
