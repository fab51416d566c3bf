// Which parameters each route takes and what they may say, checked as Stripe checks them: before anything is
// done, so that an idempotency key stays free. The names are those of the official client's types.
import { invalidRequest } from "./model.ts";

type Kind =
  | "integer"
  | "boolean"
  | "text"
  | "url"
  /** A text that an empty one takes away. */
  | "unset"
  | "metadata"
  | "expand"
  | "range"
  | "texts"
  | readonly string[]
  | Nested;
type Nested = { readonly [name: string]: Kind };
export type Shape = {
  takes: Nested;
  required?: readonly string[];
  /** Stripe takes these, and the laptop has nothing behind them. */
  unserved?: readonly string[];
};

const list = { limit: "integer", starting_after: "text", ending_before: "text", expand: "expand" } as const;
const captureMethods = ["automatic", "automatic_async", "manual"] as const;
const texts = { receipt_email: "text", description: "text", statement_descriptor: "text" } as const;
const ofConfirmation = {
  capture_method: captureMethods,
  error_on_requires_action: "boolean",
  expand: "expand",
  off_session: ["true", "false", "one_off", "recurring"],
  payment_method: "text",
  receipt_email: "text",
  return_url: "url",
  use_stripe_sdk: "boolean",
} as const;
const unservedOfConfirmation = [
  "allowed_payment_method_types",
  "amount_details",
  "confirmation_token",
  "excluded_payment_method_types",
  "hooks",
  "mandate",
  "mandate_data",
  "payment_details",
  "payment_method_data",
  "payment_method_options",
  "radar_options",
  "setup_future_usage",
  "shipping",
];

const ofCustomer = {
  description: "unset",
  email: "unset",
  name: "unset",
  phone: "unset",
  metadata: "metadata",
  expand: "expand",
} as const;
const unservedOfCustomer = [
  ...["address", "balance", "business_name", "cash_balance", "individual_name", "invoice_prefix"],
  ...["invoice_settings", "next_invoice_sequence", "preferred_locales", "shipping", "source"],
  ...["tax", "tax_exempt", "validate"],
];

/** What is said of a method, and every kind of it that is not a card. */
const unservedOfMethod = [
  ...["allow_redisplay", "billing_details", "customer", "metadata", "payment_method", "radar_options"],
  ...["acss_debit", "affirm", "afterpay_clearpay", "alipay", "alma", "amazon_pay", "au_becs_debit"],
  ...["bacs_debit", "bancontact", "billie", "bizum", "blik", "boleto", "cashapp", "crypto", "custom"],
  ...["customer_balance", "eps", "fpx", "giropay", "grabpay", "ideal", "interac_present", "kakao_pay"],
  ...["klarna", "konbini", "kr_card", "link", "mb_way", "mobilepay", "multibanco", "naver_pay"],
  ...["nz_bank_account", "oxxo", "p24", "pay_by_bank", "payco", "paynow", "paypal", "paypay", "payto", "pix"],
  ...["promptpay", "revolut_pay", "samsung_pay", "satispay", "scalapay", "sepa_debit", "sequra", "sofort"],
  ...["sunbit", "swish", "twint", "upi", "us_bank_account", "wechat_pay", "zip"],
];

/** By route, as `routes.ts` names them. */
export const shapes: Readonly<Record<string, Shape>> = {
  "POST payment_intents": {
    takes: {
      ...ofConfirmation,
      ...texts,
      amount: "integer",
      automatic_payment_methods: { enabled: "boolean", allow_redirects: ["always", "never"] },
      confirm: "boolean",
      confirmation_method: ["automatic"],
      currency: "text",
      customer: "text",
      metadata: "metadata",
      statement_descriptor_suffix: "text",
    },
    required: ["amount", "currency"],
    unserved: [
      ...unservedOfConfirmation,
      "application_fee_amount",
      "customer_account",
      "on_behalf_of",
      "payment_method_configuration",
      "transfer_data",
      "transfer_group",
    ],
  },
  "GET payment_intents": {
    takes: { ...list, created: "range", customer: "text" },
    unserved: ["customer_account"],
  },
  "GET payment_intents/search": {
    takes: { query: "text", limit: "integer", page: "text", expand: "expand" },
    required: ["query"],
  },
  "POST payment_intents/id": {
    takes: {
      amount: "integer",
      capture_method: captureMethods,
      currency: "text",
      customer: "text",
      description: "unset",
      expand: "expand",
      metadata: "metadata",
      payment_method: "text",
      receipt_email: "unset",
      statement_descriptor: "unset",
      statement_descriptor_suffix: "unset",
    },
    unserved: [
      ...["allowed_payment_method_types", "amount_details", "application_fee_amount", "customer_account"],
      ...["excluded_payment_method_types", "hooks", "payment_details", "payment_method_configuration"],
      ...["payment_method_data", "payment_method_options", "setup_future_usage", "shipping"],
      ...["transfer_data", "transfer_group"],
    ],
  },
  "GET payment_intents/id": { takes: { client_secret: "text", expand: "expand" } },
  "POST payment_intents/id/confirm": {
    takes: ofConfirmation,
    unserved: [...unservedOfConfirmation, "amount_to_confirm"],
  },
  "POST payment_intents/id/capture": {
    takes: {
      amount_to_capture: "integer",
      expand: "expand",
      // Several captures of one hold are for a feature that a shop asks Stripe for.
      final_capture: ["true"],
      metadata: "metadata",
    },
    unserved: [
      "amount_details",
      "application_fee_amount",
      "hooks",
      "payment_details",
      "statement_descriptor",
      "statement_descriptor_suffix",
      "transfer_data",
    ],
  },
  "POST payment_intents/id/cancel": {
    takes: {
      cancellation_reason: ["duplicate", "fraudulent", "requested_by_customer", "abandoned"],
      expand: "expand",
    },
  },
  "POST refunds": {
    takes: {
      amount: "integer",
      charge: "text",
      expand: "expand",
      metadata: "metadata",
      payment_intent: "text",
      reason: ["duplicate", "fraudulent", "requested_by_customer"],
    },
    unserved: [
      "currency",
      "customer",
      "instructions_email",
      "origin",
      "refund_application_fee",
      "reverse_transfer",
    ],
  },
  "GET refunds": { takes: { ...list, created: "range", charge: "text", payment_intent: "text" } },
  "GET refunds/id": { takes: { expand: "expand" } },
  "POST refunds/id": { takes: { expand: "expand", metadata: "metadata" } },
  "POST refunds/id/cancel": { takes: { expand: "expand" } },
  "GET disputes": { takes: { ...list, created: "range", charge: "text", payment_intent: "text" } },
  "GET disputes/id": { takes: { expand: "expand" } },
  "POST disputes/id": {
    // Evidence that waits to be submitted is not kept here.
    takes: { evidence: { uncategorized_text: "text" }, submit: ["true"], expand: "expand" },
    unserved: ["metadata", "intended_submission_method"],
  },
  "POST disputes/id/close": { takes: { expand: "expand" } },
  "GET charges/id": { takes: { expand: "expand" } },
  "GET charges": {
    takes: { ...list, created: "range", customer: "text", payment_intent: "text" },
    unserved: ["transfer_group"],
  },
  "GET events": {
    takes: { ...list, created: "range", type: "text", types: "texts" },
    unserved: ["delivery_success"],
  },
  "GET events/id": { takes: { expand: "expand" } },
  "POST customers": {
    takes: ofCustomer,
    unserved: [...unservedOfCustomer, "payment_method", "tax_id_data", "test_clock"],
  },
  "POST customers/id": { takes: ofCustomer, unserved: [...unservedOfCustomer, "default_source"] },
  "DELETE customers/id": { takes: {} },
  "GET customers": { takes: { ...list, created: "range", email: "text" }, unserved: ["test_clock"] },
  "GET customers/id": { takes: { expand: "expand" } },
  "POST payment_methods": {
    takes: { type: ["card"], card: { token: "text" }, expand: "expand" },
    required: ["type"],
    unserved: unservedOfMethod,
  },
  "GET payment_methods": {
    takes: { ...list, customer: "text", type: ["card"] },
    unserved: ["allow_redisplay", "customer_account"],
  },
  "GET payment_methods/id": { takes: { expand: "expand" } },
  "POST payment_methods/id/attach": {
    takes: { customer: "text", expand: "expand" },
    required: ["customer"],
    unserved: ["customer_account"],
  },
  "POST payment_methods/id/detach": { takes: { expand: "expand" } },
};

/** Stripe's limits of metadata (docs.stripe.com/metadata). */
const METADATA = { keys: 50, keyCharacters: 40, valueCharacters: 500 };
const MAXIMUM_EXPANSIONS = 4;

/** Throws for the first parameter that Stripe would refuse. */
export function checkParameters(form: URLSearchParams, { required = [], takes, unserved = [] }: Shape): void {
  for (const [name, value] of form) {
    const [root = "", ...path] = name.split(/\[|\]\[?/).filter((part, index) => index === 0 || part !== "");
    if (unserved.includes(root)) {
      throw invalidRequest(undefined, `${root} is Stripe's, and not served by the laptop's provider.`, root);
    }
    const kind = Object.hasOwn(takes, root) ? takes[root] : undefined;
    if (kind === undefined) throw unknown(name);
    checkValue(name, value, path, kind);
  }
  for (const name of required) {
    if (!form.has(name)) {
      throw invalidRequest("parameter_missing", `Missing required param: ${name}.`, name);
    }
  }
  checkMetadata(form);
}

function checkValue(name: string, value: string, path: readonly string[], kind: Kind): void {
  if (kind === "metadata") {
    if (path.length > 1 || (path.length === 0 && value !== "")) {
      throw invalidRequest(undefined, "Invalid metadata: it must be an object.", "metadata");
    }
    return;
  }
  if (typeof kind === "object" && !Array.isArray(kind)) {
    const [first = "", ...rest] = path;
    const inner = Object.hasOwn(kind, first) ? (kind as Nested)[first] : undefined;
    if (inner === undefined) throw unknown(name);
    checkValue(name, value, rest, inner);
    return;
  }
  if (kind === "range" && path.length > 0) {
    if (!/^(gte?|lte?)$/.test(path.join())) throw unknown(name);
  } else if (kind === "expand" || kind === "texts") {
    if (path.length > 1) throw unknown(name);
  } else if (path.length > 0) throw unknown(name);
  if (value === "" && kind === "unset") return;
  if (value === "") throw empty(name);
  if (Array.isArray(kind)) {
    if (!kind.includes(value))
      throw invalidRequest(undefined, `Invalid ${name}: must be one of ${kind.join(", ")}`, name);
  } else if ((kind === "integer" || kind === "range") && !/^-?\d{1,15}$/.test(value)) {
    throw invalidRequest("parameter_invalid_integer", `Invalid integer: ${value}`, name);
  } else if (kind === "boolean" && value !== "true" && value !== "false") {
    throw invalidRequest(undefined, `Invalid boolean: ${value}`, name);
  } else if (kind === "url" && !isAddress(value)) {
    throw invalidRequest("url_invalid", "Not a valid URL", name);
  } else if (kind === "expand" && value.split(".").length > MAXIMUM_EXPANSIONS) {
    throw invalidRequest(undefined, `You cannot expand more than ${MAXIMUM_EXPANSIONS} levels deep.`, name);
  }
}

/** Of a page, or an app by a scheme of its own; never of what a browser would run. */
function isAddress(value: string): boolean {
  const protocol = URL.parse(value)?.protocol;
  return protocol !== undefined && !/^(?:javascript|data|vbscript):$/.test(protocol);
}

function checkMetadata(form: URLSearchParams): void {
  const metadata = Object.entries(metadataIn(form));
  if (metadata.length > METADATA.keys) {
    throw tooManyKeys();
  }
  for (const [key, value] of metadata) {
    const tooLong =
      [...key].length > METADATA.keyCharacters
        ? `Metadata keys can have up to ${METADATA.keyCharacters} characters.`
        : [...value].length > METADATA.valueCharacters
          ? `Metadata values can have up to ${METADATA.valueCharacters} characters.`
          : undefined;
    if (tooLong !== undefined) throw invalidRequest(undefined, tooLong, `metadata[${key}]`);
  }
}

/** `metadata[orderId]=…` as an object. */
export function metadataIn(form: URLSearchParams): Record<string, string> {
  const entries = [...form].flatMap(([name, value]): [string, string][] => {
    const [, key] = /^metadata\[([^\]]+)\]$/.exec(name) ?? [];
    return key === undefined || value === "" ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}

/** A key with an empty value is taken away, and an empty `metadata` takes all (docs.stripe.com/metadata). */
export function metadataAfter(
  before: Readonly<Record<string, string>>,
  form: URLSearchParams,
): Record<string, string> {
  const kept = form.get("metadata") === "" ? [] : Object.entries(before);
  const left = kept.filter(([key]) => form.get(`metadata[${key}]`) !== "");
  const after = { ...Object.fromEntries(left), ...metadataIn(form) };
  if (Object.keys(after).length > METADATA.keys) throw tooManyKeys();
  return after;
}

const tooManyKeys = () =>
  invalidRequest(undefined, `You can specify up to ${METADATA.keys} keys of metadata.`, "metadata");

export function integerIn(form: URLSearchParams, name: string): number | undefined {
  const value = form.get(name);
  return value === null ? undefined : Number(value);
}

const unknown = (name: string) =>
  invalidRequest("parameter_unknown", `Received unknown parameter: ${name}`, name);

function empty(name: string) {
  const message = `You passed an empty string for '${name}'. You should remove it from your request or supply a non-empty value.`;
  return invalidRequest("parameter_invalid_empty", message, name);
}
