// A payment provider that speaks Stripe's HTTP API for payment intents, refunds, disputes and webhooks.
import { AnswerLost } from "../answer-lost.ts";
import type { OpenStore } from "../sqlite-settings.ts";
import { AUTHENTICATE_PATH, answerAuthentication, authenticateById } from "./authentication.ts";
import { byHand, type HandAction } from "./by-hand.ts";
import { type ChangeContext, newObjectId, passTime, save } from "./changes.ts";
import type { DeliveryRecord, WebhookFault } from "./delivery-record.ts";
import { type Answer, keepAnswer, knownAnswer } from "./idempotency.ts";
import { chargeIdOf, intentIdOfCharge } from "./intents.ts";
import { type DisputeRecord, type PaymentIntentRecord, type RefundRecord, StripeFailure } from "./model.ts";
import { API_VERSION, intentJson } from "./objects.ts";
import { carryOut, type Route, routeOf } from "./routes.ts";
import { type KeyedAnswer, openPaymentStorage, type PaymentStorage } from "./storage.ts";
import { createWebhooks, type WebhookEndpoint } from "./webhooks.ts";

export type { HandAction } from "./by-hand.ts";
export type { DeliveryRecord, WebhookFault } from "./delivery-record.ts";
export type { PaymentIntentRecord } from "./model.ts";
export { StripeFailure } from "./model.ts";
export type { WebhookEndpoint } from "./webhooks.ts";

/** A fault to inject into a request. */
export type PaymentFault = {
  mode:
    | "down"
    | "timeout-before-effect"
    | "timeout-after-effect"
    /** A 500 before anything was done. */
    | "server-error"
    /** A 500 while the request was being carried out: without effect, and kept under its key. */
    | "server-error-kept"
    | "rate-limited"
    | "key-in-use"
    /** The bank declines the authorisation or the capture, or Stripe refuses the void or the refund. */
    | "declined"
    /** The answer is delayed by `milliseconds`. */
    | "slow";
  milliseconds?: number;
};

export type PaymentRequest = {
  method: string;
  path: string;
  form: URLSearchParams;
  idempotencyKey: string | undefined;
  /** Of the payment intent that the request names; empty where it names none that is there. */
  metadata?: Readonly<Record<string, string>>;
};

/** Times are milliseconds. A payment whose answer did not reach the client has no status. */
export type ObservedPayment = {
  request: PaymentRequest;
  status: number | undefined;
  body: string | undefined;
  at: number;
  endedAt: number;
};

/** A request as HTTP carries it. */
export type PaymentCall = {
  method: string;
  /** Including the query string. */
  path: string;
  /** Names are in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
};
export type PaymentAnswer = { status: number; headers: Record<string, string>; body: string };

export type PaymentProvider = {
  /** Serves everything under `/v1/`; rejects with AnswerLost if a fault loses the answer. */
  answer(call: PaymentCall): Promise<PaymentAnswer>;
  /** Oldest first. */
  intents(): PaymentIntentRecord[];
  refundsOf(intentId: string): RefundRecord[];
  disputesOf(intentId: string): DisputeRecord[];
  /** The records of intents whose metadata have this value, and of idempotency keys that begin with it. */
  recordsOf(metadata: string, value: string): PaymentRecords;
  /** Imports another provider's records unchanged. */
  adopt(records: PaymentRecords): void;
  /** Plays the customer whom the bank asks. Throws StripeFailure if it asks nothing. */
  authenticate(intentId: string, outcome: "succeeded" | "failed"): PaymentIntentRecord;
  /** Plays the shop's owner in Stripe's dashboard, or the bank. Throws StripeFailure as the API refuses. */
  byHand(intentId: string, action: HandAction): PaymentIntentRecord;
  /** Where events are sent from now on; undefined sends none. */
  sendWebhooksTo(endpoint: WebhookEndpoint | undefined): void;
  webhooks: { latest(limit?: number): DeliveryRecord[]; pending(): number };
  /** Carries out what has become due; to be called when `now` was moved. */
  passTime(): void;
  close(): Promise<void>;
};

export type PaymentRecords = {
  intents: PaymentIntentRecord[];
  refunds: RefundRecord[];
  disputes?: DisputeRecord[];
  answers: { key: string; answer: KeyedAnswer }[];
};

/** `metadata` are those of the event's payment intent. */
export type WebhookFaultOf = (event: {
  type: string;
  metadata: Readonly<Record<string, string>>;
}) => WebhookFault | undefined;

export type PaymentProviderOptions = {
  /** A SQLite file or `:memory:`. */
  file: string;
  open?: OpenStore | undefined;
  now: () => number;
  newId: () => string;
  /** Base URL of the provider, for links to its pages. */
  url?: () => string;
  /** The shop's secret key; any is taken where it is absent. */
  apiKey?: string | undefined;
  /** Asked before each request. */
  faultOf?: ((request: PaymentRequest) => PaymentFault | undefined) | undefined;
  /** Asked before each webhook. */
  webhookFaultOf?: WebhookFaultOf | undefined;
  onPayment?: ((payment: ObservedPayment) => void) | undefined;
  /** Told a failure before it is written to the console; true if that is not needed. */
  tellTrouble?: ((error: unknown) => boolean) | undefined;
};

/** Stripe keeps events for 30 days (docs.stripe.com/api/events). */
const EVENTS_KEPT_SECONDS = 30 * 24 * 3600;
/** How often the provider looks at the clock by itself. */
const TICK_MILLISECONDS = 1000;

export function createPaymentProvider(options: PaymentProviderOptions): PaymentProvider {
  const { now, newId, url = () => "" } = options;
  const storage = openPaymentStorage(options.file, options.open);
  storage.forgetEventsBefore(now() / 1000 - EVENTS_KEPT_SECONDS);
  let endpoint: WebhookEndpoint | undefined;
  const metadataOf = (intentId: string) => storage.intent(intentId)?.metadata ?? {};
  const webhooks = createWebhooks({
    storage,
    now,
    newId,
    endpoint: () => endpoint,
    faultOf: ({ intent, type }) => options.webhookFaultOf?.({ type, metadata: metadataOf(intent) }),
  });
  const context: ChangeContext = { storage, now, newId, url, onEvent: webhooks.queue };
  const settle = () => {
    passTime(context);
    webhooks.send();
  };
  const settled = <T>(act: () => T): T => {
    try {
      passTime(context);
      return act();
    } finally {
      webhooks.send();
    }
  };
  const ticker = setInterval(settle, TICK_MILLISECONDS).unref();
  const server = createServer(options, context);
  return {
    answer: (call) => settled(() => server(call)).finally(webhooks.send),
    intents: () => settled(storage.intents),
    refundsOf: (id) => settled(() => storage.refundsOf(id)),
    disputesOf: (id) => settled(() => storage.disputesOf(id)),
    recordsOf: (metadata, value) => settled(() => recordsOf(storage, metadata, value)),
    adopt: (records) => adopt(context, records),
    authenticate: (id, outcome) => settled(() => authenticateById(id, outcome, context)),
    byHand: (id, action) => settled(() => byHand(id, action, context)),
    sendWebhooksTo(to) {
      endpoint = to;
      webhooks.send();
    },
    webhooks,
    passTime: settle,
    async close() {
      clearInterval(ticker);
      await webhooks.close();
      storage.close();
    },
  };
}

type Server = (call: PaymentCall) => Promise<PaymentAnswer>;

function createServer(options: PaymentProviderOptions, context: ChangeContext): Server {
  const { apiKey, faultOf, newId, now, onPayment, tellTrouble } = options;
  const inUse = new Set<string>();

  async function serve(call: PaymentCall): Promise<PaymentAnswer> {
    const { request, search } = requestOf(call);
    const page = AUTHENTICATE_PATH.exec(request.path)?.[1];
    if (page !== undefined) {
      const form = call.method === "GET" ? search : request.form;
      return answerAuthentication({ method: call.method, intentId: page, form }, context);
    }
    const asked = { ...request, metadata: metadataOf(request, context.storage) };
    const at = now();
    const tell = (answer?: Answer) =>
      onPayment?.({ request: asked, status: answer?.status, body: answer?.body, at, endedAt: now() });
    const fault = faultOf?.(asked);
    if (fault?.mode === "down" || fault?.mode === "timeout-before-effect") {
      tell();
      throw new AnswerLost("The provider did not look at the request.");
    }
    const requestId = newObjectId("req", newId);
    const key = asked.idempotencyKey;
    const answer =
      unauthorized(call.headers.authorization, apiKey) ??
      unservedHeaders(call) ??
      refusedBy(
        fault?.mode === "key-in-use" || (key !== undefined && inUse.has(key)) ? "key-in-use" : fault?.mode,
      ) ??
      execute(asked, { ...context, requestId, fault: fault?.mode });
    if (fault?.mode === "slow") {
      if (key !== undefined) inUse.add(key);
      await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
      if (key !== undefined) inUse.delete(key);
    }
    tell(fault?.mode === "timeout-after-effect" ? undefined : answer);
    if (fault?.mode === "timeout-after-effect") throw new AnswerLost("The provider did what it was asked.");
    return {
      status: answer.status,
      headers: {
        "content-type": "application/json",
        "request-id": requestId,
        "stripe-version": API_VERSION,
        ...(key !== undefined && { "idempotency-key": key }),
        ...(answer.replayed && { "idempotent-replayed": "true" }),
        ...answer.headers,
      },
      body: answer.body,
    };
  }

  return (call) =>
    serve(call).catch((error) => {
      if (error instanceof AnswerLost) throw error;
      if (!tellTrouble?.(error)) console.error("The payment provider failed:", error);
      const body = JSON.stringify({ error: { type: "api_error", message: "Internal failure" } });
      return { status: 500, headers: { "content-type": "application/json" }, body };
    });
}

function requestOf({ body, headers, method, path }: PaymentCall) {
  const { pathname, searchParams } = new URL(path, "http://localhost");
  const form = method === "GET" ? searchParams : new URLSearchParams(body);
  const header = headers["idempotency-key"];
  const idempotencyKey = method === "POST" && typeof header === "string" ? header : undefined;
  return { request: { method, path: pathname, form, idempotencyKey }, search: searchParams };
}

/** Of the intent that the path or a parameter names. */
function metadataOf({ form, path }: PaymentRequest, storage: PaymentStorage): Record<string, string> {
  const charge = form.get("charge");
  const id =
    /^\/v1\/payment_intents\/(pi_\w+)/.exec(path)?.[1] ??
    form.get("payment_intent") ??
    (charge === null ? "" : intentIdOfCharge(charge));
  return storage.intent(id)?.metadata ?? {};
}

type Execution = ChangeContext & { requestId: string; fault: PaymentFault["mode"] | undefined };

/** Carries out the request, or answers as its idempotency key was answered before. */
function execute(request: PaymentRequest, context: Execution): Answer {
  const known = knownAnswer(request, context);
  if (known) return known instanceof StripeFailure ? failure(known) : known;
  let route: Route;
  try {
    route = routeOf(request.method, request.path, request.form);
  } catch (error) {
    // Its parameters were refused before it began, so its key stays free.
    if (error instanceof StripeFailure) return failure(error);
    throw error;
  }
  return context.storage.atomically(() => {
    const answer =
      context.fault === "server-error-kept" ? unknownError() : carriedOut(route, request, context);
    keepAnswer(request, answer, context);
    return answer;
  });
}

function carriedOut(route: Route, { idempotencyKey }: PaymentRequest, context: Execution): Answer {
  const cause = { id: context.requestId, idempotency_key: idempotencyKey ?? null };
  try {
    const body = carryOut(route, { ...context, cause, isDeclined: context.fault === "declined" });
    return { status: 200, body: JSON.stringify(body) };
  } catch (error) {
    if (error instanceof StripeFailure) return failure(error, context.url?.());
    throw error;
  }
}

/** The answer to a request without the shop's API key. */
function unauthorized(
  authorization: string | string[] | undefined,
  apiKey: string | undefined,
): Answer | undefined {
  const [, scheme = "", given = ""] = /^(bearer|basic) (\S+)/i.exec(String(authorization ?? "")) ?? [];
  const isBasic = scheme.toLowerCase() === "basic";
  const key = isBasic ? Buffer.from(given, "base64").toString("utf8").replace(/:.*$/s, "") : given;
  const refuse = (message: string) =>
    failure(new StripeFailure(401, { type: "invalid_request_error", message }));
  if (key === "") return refuse("You did not provide an API key.");
  return apiKey === undefined || key === apiKey ? undefined : refuse("Invalid API Key provided.");
}

/** What the headers say that is not served here: another form of the body, or another account. */
function unservedHeaders({ headers, method }: PaymentCall): Answer | undefined {
  const refuse = (message: string) =>
    failure(new StripeFailure(400, { type: "invalid_request_error", message }));
  const type = String(headers["content-type"] ?? "");
  if (
    method === "POST" &&
    type !== "" &&
    !/^(application\/x-www-form-urlencoded|multipart\/form-data)/i.test(type)
  )
    return refuse(
      "Invalid request (check that your POST content type is application/x-www-form-urlencoded).",
    );
  if (headers["stripe-account"] !== undefined)
    return refuse(
      "Connected accounts (Stripe-Account) are Stripe's, and not served by the laptop's provider.",
    );
  return undefined;
}

/** The answer of a fault that strikes before anything is done. */
function refusedBy(mode: PaymentFault["mode"] | undefined): Answer | undefined {
  if (mode === "server-error") return unknownError();
  if (mode === "rate-limited") {
    const error = {
      type: "invalid_request_error" as const,
      code: "rate_limit",
      message: "Too many requests.",
    };
    return { ...failure(new StripeFailure(429, error)), headers: { "retry-after": "1" } };
  }
  if (mode === "key-in-use") {
    const message = "There is currently another in-progress request using this Idempotent Key.";
    return failure(
      new StripeFailure(409, { type: "idempotency_error", code: "idempotency_key_in_use", message }),
    );
  }
  return undefined;
}

const unknownError = () =>
  failure(new StripeFailure(500, { type: "api_error", message: "An unknown error occurred." }));

function failure({ status, error, intent }: StripeFailure, providerUrl?: string): Answer {
  const charge = error.type === "card_error" && intent ? chargeIdOf(intent) : undefined;
  return {
    status,
    body: JSON.stringify({
      error: {
        ...error,
        ...(charge !== undefined && { charge }),
        ...(error.code && {
          doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll("_", "-")}`,
        }),
        ...(intent && { payment_intent: intentJson(intent, providerUrl) }),
      },
    }),
  };
}

function recordsOf(storage: PaymentStorage, metadata: string, value: string): PaymentRecords {
  const intents = storage.intents().filter((intent) => intent.metadata[metadata] === value);
  return {
    intents,
    refunds: intents.flatMap(({ id }) => storage.refundsOf(id)),
    disputes: intents.flatMap(({ id }) => storage.disputesOf(id)),
    answers: storage.answersTo(value),
  };
}

function adopt(context: ChangeContext, { answers, disputes = [], intents, refunds }: PaymentRecords): void {
  const { storage } = context;
  const before = undefined;
  storage.atomically(() => {
    for (const after of intents) save(context, { of: "payment_intent", before, after });
    for (const after of refunds) save(context, { of: "refund", before, after });
    for (const after of disputes) save(context, { of: "dispute", before, after });
    for (const { key, answer } of answers) storage.saveAnswer(key, answer);
  });
}
