// The calls of Stripe's API that the gateway makes; the official client is a quarter of every bundle.
import type { Transport } from "@order-saga/messaging/transport";
import { overHttp } from "./over-http.ts";

/** Stripe's API as the official client of the tests speaks it. */
export const STRIPE_VERSION = "2026-10-28.endive";

/** Then the call is made again under its key: Stripe answers what it has done, or that it is still at it. */
const TIMEOUT_MILLISECONDS = 4000;

export type PaymentIntent = {
  readonly id: string;
  readonly status: string;
  /** In Stripe's minor units, as all amounts here. */
  readonly amount_received: number;
  /** In lower case. */
  readonly currency: string;
  /** The holder of it may confirm the intent. */
  readonly client_secret: string | null;
  readonly last_payment_error: { readonly code?: string; readonly decline_code?: string } | null;
  /** The charge itself where it was asked for by `expand`, else its id. */
  readonly latest_charge: string | { readonly disputed: boolean } | null;
  readonly metadata: Readonly<Record<string, string>>;
};

export type StripeRefund = {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  /** `pending`, `requires_action`, `succeeded`, `failed` or `canceled`. */
  readonly status: string | null;
  readonly failure_reason?: string;
  /** In seconds. */
  readonly created: number;
  readonly payment_intent: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
};

export type StripeDispute = {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
  readonly reason: string;
  readonly created: number;
  readonly payment_intent: string | null;
};

export type List<T> = { readonly data: readonly T[]; readonly has_more: boolean };

export type ListQuery = {
  payment_intent?: string;
  /** In seconds. */
  created?: { gte: number };
  limit: number;
  starting_after?: string;
};

type Keyed = { idempotencyKey: string };

/**
 * The part of the official client's shape that is needed here, so that it can stand in. Rejects with
 * StripeError on what Stripe refuses, with another error if there is no answer. (API reference, "Payment
 * Intents" and "Refunds".)
 */
export type StripeClient = {
  paymentIntents: {
    create(parameters: IntentParameters, options: Keyed): Promise<PaymentIntent>;
    capture(id: string, parameters: object, options: Keyed): Promise<PaymentIntent>;
    cancel(id: string, parameters: object, options: Keyed): Promise<PaymentIntent>;
    retrieve(id: string, parameters?: { expand: string[] }): Promise<PaymentIntent>;
    list(query: ListQuery): Promise<List<PaymentIntent>>;
    search(query: { query: string; limit: number }): Promise<{ data: PaymentIntent[] }>;
  };
  refunds: {
    create(
      parameters: { payment_intent: string; amount: number; metadata: Record<string, string> },
      options: Keyed,
    ): Promise<StripeRefund>;
    list(query: ListQuery): Promise<List<StripeRefund>>;
  };
  disputes: { list(query: ListQuery): Promise<List<StripeDispute>> };
};

export type IntentParameters = {
  /** In minor units. */
  amount: number;
  /** In lower case. */
  currency: string;
  payment_method: string;
  capture_method: "manual";
  confirm: boolean;
  automatic_payment_methods: { enabled: boolean; allow_redirects: "always" | "never" };
  return_url?: string;
  metadata: Record<string, string>;
};

/**
 * What Stripe answered instead, named as the official client names it; its words, which may quote parameters,
 * are left out.
 */
export class StripeError extends Error {
  override readonly name = "StripeError";
  readonly statusCode: number;
  readonly rawType: string | undefined;
  readonly code: string | undefined;
  readonly decline_code: string | undefined;
  /** Stripe seldom says when it may be asked again, or whether. */
  readonly retryAfterSeconds: number | undefined;
  readonly shouldRetry: boolean | undefined;
  /** True if this is what the key was answered before, so that it will answer nothing else. */
  readonly isReplayed: boolean;

  constructor(
    statusCode: number,
    { type, code, decline_code }: Partial<Record<string, unknown>> = {},
    headers: Awaited<ReturnType<Transport>>["headers"] = {},
  ) {
    super(`Stripe answered ${statusCode}`);
    this.statusCode = statusCode;
    this.rawType = textOrNone(type);
    this.code = textOrNone(code);
    this.decline_code = textOrNone(decline_code);
    const seconds = Number(headers["retry-after"]);
    this.retryAfterSeconds = seconds > 0 ? seconds : undefined;
    const said = headers["stripe-should-retry"];
    this.shouldRetry = said === "true" ? true : said === "false" ? false : undefined;
    this.isReplayed = headers["idempotent-replayed"] === "true";
  }
}

/** By its name, because it may come from a client that another version of this code brought. */
export function isStripeError(error: unknown): error is StripeError {
  return error instanceof Error && error.name === "StripeError";
}

const textOrNone = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

export function createStripeClient(
  apiKey: string,
  apiUrl: string,
  transport: Transport = overHttp(apiUrl),
): StripeClient {
  async function call<T>(method: "GET" | "POST", path: string, given: object, key?: string): Promise<T> {
    const form = new URLSearchParams(fieldsOf(given)).toString();
    const { status, body, headers } = await transport({
      method,
      path: method === "GET" && form !== "" ? `${path}?${form}` : path,
      headers: {
        authorization: `Bearer ${apiKey}`,
        "stripe-version": STRIPE_VERSION,
        ...(method === "POST" && { "content-type": "application/x-www-form-urlencoded" }),
        ...(key !== undefined && { "idempotency-key": key }),
      },
      body: method === "POST" ? form : "",
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    const answer = jsonOf(body);
    if (status >= 200 && status < 300 && answer !== undefined) return answer as T;
    throw new StripeError(
      status,
      (answer as { error?: Partial<Record<string, unknown>> } | undefined)?.error,
      headers,
    );
  }

  const post = <T>(path: string, parameters: object, { idempotencyKey }: Keyed) =>
    call<T>("POST", path, parameters, idempotencyKey);
  const intents = "/v1/payment_intents";
  const at = (id: string) => `${intents}/${encodeURIComponent(id)}`;
  return {
    paymentIntents: {
      create: (parameters, options) => post(intents, parameters, options),
      capture: (id, parameters, options) => post(`${at(id)}/capture`, parameters, options),
      cancel: (id, parameters, options) => post(`${at(id)}/cancel`, parameters, options),
      retrieve: (id, parameters = { expand: [] }) => call("GET", at(id), parameters),
      list: (query) => call("GET", intents, query),
      search: (query) => call("GET", `${intents}/search`, query),
    },
    refunds: {
      create: (parameters, options) => post("/v1/refunds", parameters, options),
      list: (query) => call("GET", "/v1/refunds", query),
    },
    disputes: { list: (query) => call("GET", "/v1/disputes", query) },
  };
}

/** Nested names stand in brackets: `metadata[orderId]`, `expand[0]`. */
function fieldsOf(given: object, within?: string): [string, string][] {
  return Object.entries(given).flatMap(([name, value]): [string, string][] => {
    const path = within === undefined ? name : `${within}[${name}]`;
    return typeof value === "object" && value !== null ? fieldsOf(value, path) : [[path, String(value)]];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
