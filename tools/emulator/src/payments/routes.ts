// The routes of the payment API: parameters checked, state changed, Stripe's JSON out.

import { cardOf, DECLINED } from "./cards.ts";
import { type Cause, type ChangeContext, disputeChanges, keep, newObjectId } from "./changes.ts";
import { assertCharge } from "./currencies.ts";
import { customerJson, newCustomer, payingCustomer, updatedCustomer } from "./customers.ts";
import { closeDispute, respond } from "./disputes.ts";
import type { Change } from "./events.ts";
import * as intents from "./intents.ts";
import { invalidRequest, missing, type PaymentIntentRecord, StripeFailure } from "./model.ts";
import {
  chargeJson,
  disputeJson,
  eventJson,
  expanded,
  intentJson,
  listJson,
  methodJson,
  refundJson,
} from "./objects.ts";
import { checkParameters, integerIn, metadataAfter, metadataIn, shapes } from "./parameters.ts";
import { createRefund, notCancellable } from "./refunds.ts";
import { compileQuery } from "./search.ts";
import { unservedRoute, unservedRoutes } from "./unserved-routes.ts";

export { intentJson } from "./objects.ts";

export type Form = URLSearchParams;
export type RouteContext = ChangeContext & {
  /** The request that is carried out; absent where none caused the change. */
  cause?: Cause;
  /** The bank, or Stripe, says no to what is asked. */
  isDeclined?: boolean;
};

export type Route = { key: string; id: string; form: Form };

/** What is asked for, its parameters checked; what is wrong with them is thrown as StripeFailure. */
export function routeOf(method: string, path: string, form: Form): Route {
  refuseCardNumbers(form);
  const key = routeKey(method, path);
  const shape = Object.hasOwn(handlers, key) ? shapes[key] : undefined;
  if (unservedRoutes.has(key)) throw unservedRoute(key);
  if (!shape) {
    const message = `Unrecognized request URL (${method}: ${path}).`;
    throw new StripeFailure(404, { type: "invalid_request_error", message });
  }
  checkParameters(form, shape);
  if (key === "POST payment_intents") checkCreation(form);
  return { key, id: partsOf(path)[1] ?? "", form };
}

const partsOf = (path: string) => path.split("/").filter(Boolean).slice(1);

/** Such as `POST refunds/id/cancel`. */
export function routeKey(method: string, path: string): string {
  const named = partsOf(path).map((part, index) => (index % 2 === 1 && part !== "search" ? "id" : part));
  return `${method} ${named.join("/")}`;
}

/** Checks and carries out; the JSON body of a 200, refusals are thrown as StripeFailure. */
export const route = (method: string, path: string, form: Form, context: RouteContext): object =>
  carryOut(routeOf(method, path, form), context);

/** The JSON body of a 200; refusals are thrown as StripeFailure. */
export function carryOut({ form, id, key }: Route, context: RouteContext): object {
  if (context.isDeclined && key.startsWith("GET ")) throw notPermitted();
  const answer = handlers[key]?.(form, id, context) ?? {};
  const paths = [...form].flatMap(([name, value]) => (name.startsWith("expand[") ? [value] : []));
  return expanded(answer, paths, context.storage, context.url?.() ?? "");
}

/** As for a restricted key (docs.stripe.com/keys). */
function notPermitted(): StripeFailure {
  const message = "The provided key does not have the required permissions for this endpoint.";
  return new StripeFailure(403, { type: "invalid_request_error", message });
}

type Handler = (form: Form, id: string, context: RouteContext) => object;

const handlers: Record<string, Handler> = {
  "POST payment_intents": createIntent,
  "GET payment_intents": (form, _, { storage, url }) =>
    pageOf(
      "/v1/payment_intents",
      form,
      storage.intents().filter(({ customer }) => isAsked(form, "customer", customer)),
      (intent) => intentJson(intent, url?.()),
    ),
  "GET payment_intents/search": searchIntents,
  "GET payment_intents/id": (form, id, context) => {
    const intent = intentOf(context, id);
    if (!isAsked(form, "client_secret", intent.clientSecret)) throw foreignSecret();
    return intentJson(intent, context.url?.());
  },
  "POST payment_intents/id": updateIntent,
  "POST payment_intents/id/confirm": (form, id, context) =>
    confirmed(intentOf(context, id), undefined, form, context),
  "POST payment_intents/id/capture": (form, id, context) => {
    const intent = intentOf(context, id);
    if (context.isDeclined && intent.status === "requires_capture") throw intents.captureRefused(intent);
    const captured = intents.capture(intent, integerIn(form, "amount_to_capture"));
    const metadata = metadataAfter(intent.metadata, form);
    return changed(context, intent, { ...captured, metadata });
  },
  "POST payment_intents/id/cancel": (form, id, context) => {
    const intent = intentOf(context, id);
    if (context.isDeclined) throw intents.unexpectedState(intent, "cancel", "processing");
    return changed(
      context,
      intent,
      intents.cancel(intent, form.get("cancellation_reason"), seconds(context)),
    );
  },
  "POST refunds": refundIntent,
  "GET refunds": (form, _, { storage }) =>
    pageOf("/v1/refunds", form, ofIntentAsked(form, storage.refunds, storage.refundsOf), refundJson),
  "GET refunds/id": (_, id, { storage }) => refundJson(found("refund", storage.refund(id), id)),
  "POST refunds/id": (form, id, context) => {
    const before = found("refund", context.storage.refund(id), id);
    const after = { ...before, metadata: metadataAfter(before.metadata, form) };
    keepAs(context, { of: "refund", before, after });
    return refundJson(after);
  },
  "POST refunds/id/cancel": (_, id, { storage }) => {
    throw notCancellable(found("refund", storage.refund(id), id));
  },
  "GET disputes": (form, _, { storage }) =>
    pageOf("/v1/disputes", form, ofIntentAsked(form, storage.disputes, storage.disputesOf), disputeJson),
  "GET disputes/id": (_, id, { storage }) => disputeJson(found("dispute", storage.dispute(id), id)),
  "POST disputes/id": (form, id, context) => {
    const dispute = found("dispute", context.storage.dispute(id), id);
    const evidence = form.get("evidence[uncategorized_text]") ?? undefined;
    return changedDispute(context, dispute, respond(dispute, evidence, seconds(context)));
  },
  "POST disputes/id/close": (_, id, context) => {
    const dispute = found("dispute", context.storage.dispute(id), id);
    return changedDispute(context, dispute, closeDispute(dispute, "lost"));
  },
  "GET charges/id": (_, id, { storage }) => {
    const intent = storage.intent(intents.intentIdOfCharge(id));
    return chargeJson(found("charge", intent && intents.chargeIdOf(intent) === id ? intent : undefined, id));
  },
  "GET charges": (form, _, { storage }) => {
    const tried = storage
      .intents()
      .filter((each) => intents.chargeIdOf(each) !== undefined && isAsked(form, "payment_intent", each.id))
      .filter(({ customer }) => isAsked(form, "customer", customer))
      .map((each) => ({
        id: intents.chargeIdOf(each) ?? "",
        created: each.authorizedAt ?? each.created,
        each,
      }));
    return pageOf("/v1/charges", form, tried, ({ each }) => chargeJson(each));
  },
  "GET events": (form, _, { storage }) => {
    const types = [...form].flatMap(([name, value]) => (/^types?(\[|$)/.test(name) ? [value] : []));
    const events = storage.events().filter(({ type }) => types.length === 0 || types.includes(type));
    return pageOf("/v1/events", form, events, (event) => eventJson(event));
  },
  "GET events/id": (_, id, { storage }) => eventJson(found("event", storage.event(id), id)),
  "POST customers": (form, _, { newId, storage, ...context }) => {
    const customer = newCustomer(form, newObjectId("cus", newId), seconds(context));
    storage.saveCustomer(customer);
    return customerJson(customer);
  },
  "POST customers/id": (form, id, { storage }) => {
    const customer = updatedCustomer(living(storage, id), form);
    storage.saveCustomer(customer);
    return customerJson(customer);
  },
  "DELETE customers/id": (_, id, { storage }) => {
    const deleted = { ...living(storage, id), isDeleted: true as const };
    storage.saveCustomer(deleted);
    return customerJson(deleted);
  },
  "GET customers": (form, _, { storage }) =>
    pageOf(
      "/v1/customers",
      form,
      storage.customers().filter((each) => !each.isDeleted && isAsked(form, "email", each.texts.email)),
      customerJson,
    ),
  "GET customers/id": (_, id, { storage }) => customerJson(found("customer", storage.customer(id), id)),
  "POST payment_methods": createMethod,
  "GET payment_methods": (form, _, { storage }) => {
    const methods = storage
      .methods()
      .filter(({ customer }) => isAsked(form, "customer", customer ?? undefined));
    return pageOf("/v1/payment_methods", form, methods, methodJson);
  },
  "GET payment_methods/id": (_, id, { storage }) =>
    methodJson(found("PaymentMethod", storage.method(id), id)),
  "POST payment_methods/id/attach": (form, id, { storage }) => {
    const method = found("PaymentMethod", storage.method(id), id);
    const customer = form.get("customer") ?? "";
    payingCustomer(storage, customer);
    if (method.isUsed && method.customer === null) throw spent();
    storage.saveMethod({ ...method, customer });
    return methodJson({ ...method, customer });
  },
  "POST payment_methods/id/detach": (_, id, { storage }) => {
    const method = found("PaymentMethod", storage.method(id), id);
    const detached = { ...method, customer: null, isUsed: true };
    storage.saveMethod(detached);
    return methodJson(detached);
  },
};

/** What a creation's parameters say together, before anything is made. */
function checkCreation(form: Form): void {
  assertCharge(integerIn(form, "amount") ?? 0, currencyIn(form));
  if (form.get("confirm") === "true") return;
  for (const name of ["off_session", "return_url", "error_on_requires_action", "use_stripe_sdk"]) {
    if (form.has(name) && form.get(name) !== "false") {
      throw invalidRequest(undefined, `\`${name}\` can only be set if \`confirm\` is true.`, name);
    }
  }
}

function createIntent(form: Form, _: string, context: RouteContext): object {
  const { newId, storage } = context;
  const customer = form.get("customer") ?? undefined;
  if (customer !== undefined) payingCustomer(storage, customer);
  const paymentMethod = context.isDeclined ? DECLINED : form.get("payment_method");
  const id = newObjectId("pi", newId);
  const intent = intents.create({
    id,
    amount: integerIn(form, "amount") ?? 0,
    currency: currencyIn(form),
    captureMethod: captureMethodIn(form),
    paymentMethod,
    ...cardBehind(paymentMethod, customer, context),
    ...(customer !== undefined && { customer }),
    texts: textsIn(form, TEXTS),
    metadata: metadataIn(form),
    clientSecret: `${id}_secret_${newId().replaceAll("-", "").slice(0, 25)}`,
    created: seconds(context),
  });
  const redirects = form.get("automatic_payment_methods[allow_redirects]") !== "never";
  const isAutomatic = form.get("automatic_payment_methods[enabled]") !== "false";
  if (form.get("confirm") !== "true") {
    return changed(context, undefined, { ...intent, redirects: isAutomatic && redirects });
  }
  return confirmed({ ...intent, redirects: isAutomatic && redirects }, "new", form, context);
}

/** What can be said of a payment, and is shown with it. */
const TEXTS = ["description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix"];

function updateIntent(form: Form, id: string, context: RouteContext): object {
  const intent = intentOf(context, id);
  const customer = form.get("customer") ?? undefined;
  if (customer !== undefined) payingCustomer(context.storage, customer);
  const paymentMethod = form.get("payment_method") ?? undefined;
  const amount = integerIn(form, "amount");
  const given = { ...intent.texts, ...textsIn(form, TEXTS) };
  const after = intents.update(intent, {
    ...(amount !== undefined && { amount }),
    ...(form.has("currency") && { currency: currencyIn(form) }),
    ...(form.has("capture_method") && { captureMethod: captureMethodIn(form) }),
    ...(customer !== undefined && { customer }),
    ...(paymentMethod !== undefined && { paymentMethod }),
    ...cardBehind(paymentMethod ?? null, customer ?? intent.customer, context),
    texts: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "")),
    metadata: metadataAfter(intent.metadata, form),
  });
  return changed(context, intent, after);
}

function foreignSecret(): StripeFailure {
  const message = "The client_secret provided does not match the client_secret of this PaymentIntent.";
  return invalidRequest(undefined, message, "client_secret");
}

/** Confirms the intent, and answers a decline with Stripe's 402. */
function confirmed(
  intent: PaymentIntentRecord,
  isNew: "new" | undefined,
  form: Form,
  context: RouteContext,
): object {
  const method = context.isDeclined ? DECLINED : isNew ? null : form.get("payment_method");
  const returnUrl = form.get("return_url") ?? undefined;
  if (intent.redirects && returnUrl === undefined) throw returnUrlMissing();
  const texts = { ...intent.texts, ...textsIn(form, ["receipt_email"]) };
  const asked = { ...intent, texts, captureMethod: captureMethodIn(form, intent) };
  const after = intents.confirm(asked, method, {
    ...cardBehind(method, intent.customer, context),
    isOffSession: isAway(form),
    // Stripe.js asks by itself where it is to.
    ...(returnUrl !== undefined && form.get("use_stripe_sdk") !== "true" && { returnUrl }),
    at: seconds(context),
  });
  useUp(method ?? intent.paymentMethod, context);
  const answer = changed(context, isNew ? undefined : intent, after);
  if (after.lastError) throw new StripeFailure(402, after.lastError, after);
  return answer;
}

const currencyIn = (form: Form) => (form.get("currency") ?? "").toLowerCase();

const isAway = (form: Form) =>
  ![null, "false"].includes(form.get("off_session")) || form.get("error_on_requires_action") === "true";

function captureMethodIn(form: Form, intent?: PaymentIntentRecord): PaymentIntentRecord["captureMethod"] {
  const given = form.get("capture_method") as PaymentIntentRecord["captureMethod"] | null;
  return given ?? intent?.captureMethod ?? "automatic";
}

/** The test card of a payment method that was made here; nothing for a test card itself. */
function cardBehind(
  method: string | null,
  customer: string | undefined,
  { storage }: RouteContext,
): { card?: string } {
  const known = method === null ? undefined : storage.method(method);
  if (!known) return {};
  if (known.customer === null && known.isUsed) throw spent();
  if (known.customer !== null && known.customer !== customer) {
    const message = `The PaymentMethod ${known.id} belongs to a Customer. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`;
    throw invalidRequest(undefined, message, "payment_method");
  }
  return { card: known.card };
}

/** A payment method of no customer pays once; Stripe's test cards always do. */
function useUp(method: string | null, { storage }: RouteContext): void {
  const known = method === null ? undefined : storage.method(method);
  if (known) storage.saveMethod({ ...known, isUsed: true });
}

function spent(): StripeFailure {
  const message =
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.";
  return invalidRequest(undefined, message, "payment_method");
}

function returnUrlMissing(): StripeFailure {
  const message =
    "This PaymentIntent is configured to accept payment methods that might redirect your customer off of your page, so you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never`.";
  return invalidRequest(undefined, message, "return_url");
}

/** Stripe's test tokens, of which Stripe.js makes payment methods: `tok_visa` is the card `pm_card_visa`. */
function createMethod(form: Form, _: string, { newId, storage, ...context }: RouteContext): object {
  const token = form.get("card[token]") ?? "";
  const card = token.replace(/^tok_/, "pm_card_");
  if (token === card || !cardOf(card)) throw missing("token", token, "card[token]");
  const method = {
    id: newObjectId("pm", newId),
    card,
    customer: null,
    isUsed: false,
    created: seconds(context),
  };
  storage.saveMethod(method);
  return methodJson(method);
}

function refundIntent(form: Form, _: string, context: RouteContext): object {
  const charge = form.get("charge");
  const intentId = form.get("payment_intent") ?? (charge === null ? null : intents.intentIdOfCharge(charge));
  if (intentId === null) {
    throw invalidRequest(
      "parameter_missing",
      "One of the following params should be provided for this request: payment_intent or charge.",
    );
  }
  const intent = context.storage.intent(intentId);
  if (!intent) throw missing("payment_intent", intentId, "payment_intent");
  if (context.isDeclined) {
    const message = "Insufficient funds in your Stripe balance to refund this amount.";
    throw invalidRequest("balance_insufficient", message);
  }
  const made = createRefund(intent, {
    id: newObjectId("re", context.newId),
    amount: integerIn(form, "amount"),
    reason: form.get("reason"),
    metadata: metadataIn(form),
    created: seconds(context),
  });
  keepAs(
    context,
    { of: "payment_intent", before: intent, after: made.intent },
    { of: "refund", before: undefined, after: made.refund },
  );
  return refundJson(made.refund);
}

/** A new intent is found after a while only (docs.stripe.com/search, "Data freshness"). */
const SEARCH_LAG_SECONDS = 60;

function searchIntents(form: Form, _: string, context: RouteContext): object {
  const isAskedFor = compileQuery(form.get("query") ?? "");
  const found = context.storage
    .intents()
    .filter((each) => each.created <= seconds(context) - SEARCH_LAG_SECONDS && isAskedFor(each))
    .toReversed();
  const limit = limitIn(form);
  const from = form.has("page") ? Number(form.get("page")) : 0;
  if (!Number.isInteger(from) || from < 0) throw invalidRequest(undefined, "Invalid page.", "page");
  const hasMore = from + limit < found.length;
  return {
    object: "search_result",
    url: "/v1/payment_intents/search",
    has_more: hasMore,
    next_page: hasMore ? String(from + limit) : null,
    data: found.slice(from, from + limit).map((intent) => intentJson(intent, context.url?.())),
  };
}

/** A page of what is asked for, newest first. */
function pageOf<T extends { id: string; created: number }>(
  url: string,
  form: Form,
  oldestFirst: readonly T[],
  json: (each: T) => object,
): object {
  const limit = limitIn(form);
  if (form.has("starting_after") && form.has("ending_before")) {
    const message = "You cannot use both `starting_after` and `ending_before`.";
    throw invalidRequest(undefined, message, "ending_before");
  }
  const all = oldestFirst.filter(({ created }) => isInRange(created, form)).toReversed();
  const placeOf = (name: string) => {
    const id = form.get(name);
    const place = id === null ? undefined : all.findIndex((each) => each.id === id);
    if (place === -1) throw invalidRequest("resource_missing", `No such object: '${id}'`, name);
    return place;
  };
  const before = placeOf("ending_before");
  const from = before === undefined ? (placeOf("starting_after") ?? -1) + 1 : Math.max(0, before - limit);
  const page = all.slice(from, before === undefined ? from + limit : before);
  return listJson(url, page.map(json), before === undefined ? from + limit < all.length : from > 0);
}

function isInRange(created: number, form: Form): boolean {
  const bound = (name: string) => integerIn(form, name);
  const { exactly, gt, gte, lt, lte } = {
    exactly: bound("created"),
    gt: bound("created[gt]"),
    gte: bound("created[gte]"),
    lt: bound("created[lt]"),
    lte: bound("created[lte]"),
  };
  return (
    (exactly === undefined || created === exactly) &&
    (gt === undefined || created > gt) &&
    (gte === undefined || created >= gte) &&
    (lt === undefined || created < lt) &&
    (lte === undefined || created <= lte)
  );
}

function limitIn(form: Form): number {
  const limit = integerIn(form, "limit") ?? 10;
  if (limit >= 1 && limit <= 100) return limit;
  throw invalidRequest("parameter_invalid_integer", "The limit must be from 1 to 100.", "limit");
}

/** Those of one payment intent or charge where it is named, else all. */
function ofIntentAsked<T>(form: Form, all: () => T[], ofIntent: (id: string) => T[]): T[] {
  const charge = form.get("charge");
  const id = form.get("payment_intent") ?? (charge === null ? null : intents.intentIdOfCharge(charge));
  return id === null ? all() : ofIntent(id);
}

const isAsked = (form: Form, name: string, value: string | undefined) =>
  !form.has(name) || form.get(name) === value;

function intentOf({ storage }: RouteContext, id: string): PaymentIntentRecord {
  return found("payment_intent", storage.intent(id), id);
}

/** One that was deleted can only be looked at. */
function living(storage: RouteContext["storage"], id: string) {
  const customer = found("customer", storage.customer(id), id);
  if (customer.isDeleted) throw missing("customer", id);
  return customer;
}

function found<T>(what: string, record: T | undefined, id: string): T {
  if (record === undefined) throw missing(what, id);
  return record;
}

function changed(
  context: RouteContext,
  before: PaymentIntentRecord | undefined,
  after: PaymentIntentRecord,
): object {
  keepAs(context, { of: "payment_intent", before, after });
  return intentJson(after, context.url?.());
}

function changedDispute(
  context: RouteContext,
  before: Parameters<typeof disputeChanges>[1],
  after: Parameters<typeof disputeChanges>[2],
): object {
  keepAs(context, ...disputeChanges(context.storage, before, after));
  return disputeJson(after);
}

const keepAs = (context: RouteContext, ...changes: Change[]) =>
  keep(context, context.cause ?? { id: null, idempotency_key: null }, ...changes);

const seconds = ({ now }: Pick<RouteContext, "now">) => Math.floor(now() / 1000);

function textsIn(form: Form, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const value = form.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

function refuseCardNumbers(form: Form): void {
  if (![...form.keys()].some((key) => key.includes("card[number]"))) return;
  const message =
    "Sending credit card numbers directly to the API is generally unsafe. Use a payment method token.";
  throw new StripeFailure(402, { type: "card_error", code: "incorrect_number", message });
}
