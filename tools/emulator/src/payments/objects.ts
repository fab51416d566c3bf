// The provider's records as Stripe's JSON, and what can be expanded in them.
import { cardOf } from "./cards.ts";
import { customerJson } from "./customers.ts";
import { chargeIdOf, HOLD_SECONDS } from "./intents.ts";
import {
  type DisputeRecord,
  invalidRequest,
  type PaymentIntentRecord,
  type PaymentMethodRecord,
  type RefundRecord,
} from "./model.ts";
import type { EventRecord, PaymentStorage } from "./storage.ts";

/** The version whose parameters and objects are served here: that of the official client in the tests. */
export const API_VERSION = "2026-10-28.endive";

/** Where the customer answers the bank. */
function authenticationUrl(providerUrl: string, { clientSecret, id }: PaymentIntentRecord): string {
  return `${providerUrl}/v1/authenticate/${id}?client_secret=${clientSecret}`;
}

export function intentJson(intent: PaymentIntentRecord, providerUrl = "") {
  const { description = null, receipt_email = null } = intent.texts ?? {};
  const { statement_descriptor = null, statement_descriptor_suffix = null } = intent.texts ?? {};
  return {
    id: intent.id,
    object: "payment_intent",
    amount: intent.amount,
    amount_capturable: intent.status === "requires_capture" ? intent.amount : 0,
    amount_received: intent.amountReceived,
    canceled_at: intent.canceledAt ?? null,
    cancellation_reason: intent.cancellationReason,
    capture_method: intent.captureMethod,
    client_secret: intent.clientSecret ?? null,
    confirmation_method: "automatic",
    created: intent.created,
    currency: intent.currency,
    customer: intent.customer ?? null,
    description,
    last_payment_error: intent.lastError,
    latest_charge: chargeIdOf(intent) ?? null,
    livemode: false,
    metadata: intent.metadata,
    next_action: nextActionOf(intent, providerUrl),
    payment_method: intent.paymentMethod,
    payment_method_types: ["card"],
    processing: null,
    receipt_email,
    statement_descriptor,
    statement_descriptor_suffix,
    status: intent.status,
  };
}

function nextActionOf(intent: PaymentIntentRecord, providerUrl: string) {
  if (intent.status !== "requires_action") return null;
  const url = authenticationUrl(providerUrl, intent);
  const { returnUrl: return_url } = intent;
  return return_url === undefined
    ? { type: "use_stripe_sdk", use_stripe_sdk: { type: "three_d_secure_redirect", stripe_js: url } }
    : { type: "redirect_to_url", redirect_to_url: { return_url, url } };
}

export function chargeJson(intent: PaymentIntentRecord) {
  const isDeclined = intent.status === "requires_payment_method";
  const isReleased = intent.status === "canceled" && intent.authorizedAt !== undefined;
  const authorizedAt = intent.authorizedAt ?? intent.created;
  return {
    id: chargeIdOf(intent) ?? "",
    object: "charge",
    amount: intent.amount,
    amount_captured: intent.amountReceived,
    amount_refunded: isReleased ? intent.amount : intent.amountRefunded,
    captured: intent.amountReceived > 0,
    created: authorizedAt,
    currency: intent.currency,
    customer: intent.customer ?? null,
    disputed: intent.dispute !== undefined,
    failure_code: isDeclined ? (intent.lastError?.code ?? null) : null,
    failure_message: isDeclined ? (intent.lastError?.message ?? null) : null,
    livemode: false,
    metadata: intent.metadata,
    paid: !isDeclined,
    payment_intent: intent.id,
    payment_method: intent.paymentMethod,
    payment_method_details: {
      type: "card",
      card: { capture_before: authorizedAt + HOLD_SECONDS },
    },
    refunded: isReleased || (intent.amountReceived > 0 && intent.amountRefunded === intent.amountReceived),
    status: isDeclined ? "failed" : "succeeded",
  };
}

export function refundJson(refund: RefundRecord) {
  const { status = "succeeded" } = refund;
  return {
    id: refund.id,
    object: "refund",
    amount: refund.amount,
    charge: refund.charge ?? null,
    created: refund.created,
    currency: refund.currency,
    ...(refund.failureReason && { failure_reason: refund.failureReason }),
    metadata: refund.metadata,
    payment_intent: refund.paymentIntent,
    ...(status === "pending" && { pending_reason: "processing" }),
    reason: refund.reason,
    status,
  };
}

export function disputeJson(dispute: DisputeRecord) {
  return {
    id: dispute.id,
    object: "dispute",
    amount: dispute.amount,
    charge: dispute.charge,
    created: dispute.created,
    currency: dispute.currency,
    is_charge_refundable: dispute.status.startsWith("warning_") || dispute.status === "won",
    livemode: false,
    metadata: {},
    payment_intent: dispute.paymentIntent,
    reason: dispute.reason,
    status: dispute.status,
  };
}

export function eventJson({ created, id, object, request, type }: EventRecord, pendingWebhooks = 0) {
  return {
    id,
    object: "event",
    api_version: API_VERSION,
    created,
    data: { object },
    livemode: false,
    pending_webhooks: pendingWebhooks,
    request,
    type,
  };
}

export function methodJson({ card, created, customer, id }: PaymentMethodRecord) {
  const { asks } = cardOf(card) ?? {};
  return {
    id,
    object: "payment_method",
    card: { brand: "visa", three_d_secure_usage: { supported: asks !== undefined } },
    created,
    customer,
    livemode: false,
    metadata: {},
    type: "card",
  };
}

type Json = Record<string, unknown>;

/** What each kind of object can show in the place of an id; undefined where it has none. */
const expandable: Readonly<
  Record<string, Record<string, (object: Json, storage: PaymentStorage, url: string) => unknown>>
> = {
  payment_intent: {
    latest_charge: ({ id }, storage) => {
      const intent = storage.intent(String(id));
      return intent && chargeIdOf(intent) !== undefined ? chargeJson(intent) : null;
    },
    customer: customerOfObject,
    payment_method: methodOfObject,
  },
  charge: {
    customer: customerOfObject,
    payment_intent: intentOfObject,
    refunds: ({ payment_intent }, storage) =>
      listJson("/v1/refunds", storage.refundsOf(String(payment_intent)).toReversed().map(refundJson)),
  },
  refund: { payment_intent: intentOfObject, charge: chargeOfObject },
  dispute: { payment_intent: intentOfObject, charge: chargeOfObject },
};

function customerOfObject({ customer }: Json, storage: PaymentStorage) {
  const known = storage.customer(String(customer));
  return known ? customerJson(known) : null;
}

/** A test card is a payment method without being made. */
function methodOfObject({ created, payment_method }: Json, storage: PaymentStorage) {
  const id = String(payment_method);
  const known = storage.method(id) ?? {
    id,
    card: id,
    customer: null,
    isUsed: false,
    created: Number(created),
  };
  return payment_method === null ? null : methodJson(known);
}

function intentOfObject({ payment_intent }: Json, storage: PaymentStorage, url: string) {
  const intent = storage.intent(String(payment_intent));
  return intent ? intentJson(intent, url) : null;
}

function chargeOfObject({ payment_intent }: Json, storage: PaymentStorage) {
  const intent = storage.intent(String(payment_intent));
  return intent ? chargeJson(intent) : null;
}

export function listJson(url: string, data: readonly object[], has_more = false) {
  return { object: "list", url, has_more, data };
}

/** The object with the objects of these paths in the place of their ids. */
export function expanded(
  object: object,
  paths: readonly string[],
  storage: PaymentStorage,
  url: string,
): object {
  return paths.reduce(
    (whole, path) => expandedAt(whole, path.split("."), path, storage, url),
    object as Json,
  );
}

function expandedAt(
  object: Json,
  [first = "", ...rest]: readonly string[],
  path: string,
  storage: PaymentStorage,
  url: string,
): Json {
  if (first === "data" && Array.isArray(object.data)) {
    return {
      ...object,
      data: object.data.map((each: Json) =>
        rest.length === 0 ? each : expandedAt(each, rest, path, storage, url),
      ),
    };
  }
  const found = expandable[String(object.object)]?.[first];
  if (!found) throw invalidRequest(undefined, `This property cannot be expanded (${path}).`, "expand");
  const already = typeof object[first] === "object" && object[first] !== null;
  const inner = already ? object[first] : found(object, storage, url);
  if (rest.length === 0 || inner === null) return { ...object, [first]: inner };
  return { ...object, [first]: expandedAt(inner as Json, rest, path, storage, url) };
}
