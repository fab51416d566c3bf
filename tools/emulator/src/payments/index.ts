// A payment provider that speaks Stripe's HTTP API for payment intents.
import { hash } from "node:crypto";
import { AnswerLost } from "../answer-lost.ts";
import { type PaymentIntentRecord, type RefundRecord, StripeFailure } from "./model.ts";
import { intentJson, type RouteContext, route } from "./routes.ts";
import { type KeyedAnswer, openPaymentStorage } from "./storage.ts";

export type { PaymentIntentRecord } from "./model.ts";

/** A fault to inject into a request. */
export type PaymentFault = {
  mode:
    | "down"
    | "timeout-before-effect"
    | "timeout-after-effect"
    | "server-error"
    | "rate-limited"
    | "key-in-use"
    /** The bank declines the authorisation or the capture. */
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
  /** The records of intents whose metadata have this value, and of idempotency keys that begin with it. */
  recordsOf(metadata: string, value: string): PaymentRecords;
  /** Imports another provider's records unchanged. */
  adopt(records: PaymentRecords): void;
  close(): void;
};

export type PaymentRecords = {
  intents: PaymentIntentRecord[];
  refunds: RefundRecord[];
  answers: { key: string; answer: KeyedAnswer }[];
};

type Answer = { status: number; body: string; replayed?: boolean };

/** Stripe keeps idempotency keys for at least 24 hours (API reference, "Idempotent requests"). */
const KEY_LIFETIME_MILLISECONDS = 24 * 3600_000;

/** `file` is a SQLite file or `:memory:`. */
export function createPaymentProvider(options: {
  file: string;
  now: () => number;
  newId: () => string;
  /** Asked before each request. */
  faultOf?: ((request: PaymentRequest) => PaymentFault | undefined) | undefined;
  onPayment?: ((payment: ObservedPayment) => void) | undefined;
}): PaymentProvider {
  const storage = openPaymentStorage(options.file);
  const context: RouteContext = { storage, now: options.now, newId: options.newId };

  async function serve({ body, headers, method, path }: PaymentCall): Promise<PaymentAnswer> {
    const { pathname, search } = new URL(path, "http://localhost");
    const form = new URLSearchParams(method === "GET" ? search : body);
    const header = headers["idempotency-key"];
    const idempotencyKey = method === "POST" && typeof header === "string" ? header : undefined;
    const asked = { method, path: pathname, form, idempotencyKey };
    const at = options.now();
    const tell = (answer?: Answer) =>
      options.onPayment?.({
        request: asked,
        status: answer?.status,
        body: answer?.body,
        at,
        endedAt: options.now(),
      });
    const { mode, milliseconds } = options.faultOf?.(asked) ?? {};
    if (mode === "down" || mode === "timeout-before-effect") {
      tell();
      throw new AnswerLost("The provider did not look at the request.");
    }
    const answer =
      refuse(headers.authorization, mode) ?? execute(asked, { ...context, isDeclined: mode === "declined" });
    if (mode === "slow") await new Promise((resolve) => setTimeout(resolve, milliseconds));
    tell(mode === "timeout-after-effect" ? undefined : answer);
    if (mode === "timeout-after-effect") throw new AnswerLost("The provider did what it was asked.");
    return {
      status: answer.status,
      headers: {
        "content-type": "application/json",
        "request-id": `req_${options.newId().replaceAll("-", "").slice(0, 14)}`,
        ...(answer.replayed && { "idempotent-replayed": "true" }),
      },
      body: answer.body,
    };
  }

  return {
    answer: (call) =>
      serve(call).catch((error) => {
        if (error instanceof AnswerLost) throw error;
        console.error("The payment provider failed:", error);
        const body = JSON.stringify({ error: { type: "api_error", message: "Internal failure" } });
        return { status: 500, headers: { "content-type": "application/json" }, body };
      }),
    intents: storage.intents,
    recordsOf(metadata, value) {
      const intents = storage.intents().filter((intent) => intent.metadata[metadata] === value);
      return {
        intents,
        refunds: intents.flatMap(({ id }) => storage.refundsOf(id)),
        answers: storage.answersTo(value),
      };
    },
    adopt: ({ answers, intents, refunds }) =>
      storage.atomically(() => {
        for (const intent of intents) storage.saveIntent(intent);
        for (const refund of refunds) storage.saveRefund(refund);
        for (const { key, answer } of answers) storage.saveAnswer(key, answer);
      }),
    close: storage.close,
  };
}

/** Carries out the request, or answers as its idempotency key was answered before. */
function execute(request: PaymentRequest, context: RouteContext): Answer {
  const { method, path, form, idempotencyKey: key } = request;
  const { now, storage } = context;
  if (key === undefined) return carryOut(request, context);
  const fingerprint = hash("sha256", `${method} ${path} ${form}`, "base64");
  const known = storage.answer(key);
  if (known && known.at > now() - KEY_LIFETIME_MILLISECONDS) {
    if (known.fingerprint === fingerprint) return { ...known, replayed: true };
    const message =
      "Keys for idempotent requests can only be used with the same parameters they were first used with.";
    return failure(new StripeFailure(400, { type: "idempotency_error", message }));
  }
  return storage.atomically(() => {
    const answer = carryOut(request, context);
    storage.forgetAnswersBefore(now() - KEY_LIFETIME_MILLISECONDS);
    // A request that validation refused had no effect, so its key stays free. A decline is an answer.
    if (answer.status !== 400 && answer.status !== 404) {
      storage.saveAnswer(key, { fingerprint, status: answer.status, body: answer.body, at: now() });
    }
    return answer;
  });
}

function carryOut({ form, method, path }: PaymentRequest, context: RouteContext): Answer {
  try {
    return { status: 200, body: JSON.stringify(route(method, path, form, context)) };
  } catch (error) {
    if (error instanceof StripeFailure) return failure(error);
    throw error;
  }
}

/** The answer to a request without an API key, or with a fault that answers; undefined for any other. */
function refuse(
  authorization: string | string[] | undefined,
  mode: PaymentFault["mode"] | undefined,
): Answer | undefined {
  const error = (
    status: number,
    message: string,
    type: "api_error" | "invalid_request_error" | "idempotency_error",
    code?: string,
  ) => failure(new StripeFailure(status, { type, message, ...(code && { code }) }));
  if (!/^(Bearer|Basic) \S+/.test(String(authorization ?? ""))) {
    return error(401, "You did not provide an API key.", "invalid_request_error");
  }
  if (mode === "server-error") return error(500, "An unknown error occurred.", "api_error");
  if (mode === "rate-limited") return error(429, "Too many requests.", "invalid_request_error", "rate_limit");
  if (mode === "key-in-use") {
    const message = "There is currently another in-progress request using this Idempotent Key.";
    return error(409, message, "idempotency_error", "idempotency_key_in_use");
  }
  return undefined;
}

function failure({ status, error, intent }: StripeFailure): Answer {
  return {
    status,
    body: JSON.stringify({ error: { ...error, ...(intent && { payment_intent: intentJson(intent) }) } }),
  };
}
