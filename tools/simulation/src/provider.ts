// Stands in for the Stripe client: Stripe's payment intents, idempotency keys and refusals in virtual time.
import { StripeFailure } from "@order-saga/emulator/payments/model";
import {
  type IntentParameters,
  type StripeClient,
  StripeError,
} from "@order-saga/payment/gateway/stripe-client";
import type { Call, Caller, PortCall } from "./calls.ts";
import type { Intent } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { createIdempotencyKeys, type KeyedRequest, keyInUse } from "./idempotency-keys.ts";
import { createIntents, type Intents } from "./provider-intents.ts";

export type Provider = {
  client(caller: Caller): StripeClient;
  readonly intents: ReadonlyMap<string, readonly Intent[]>;
};

type Options = { idempotencyKey?: string };

type Request = Options & {
  what: string;
  orderId: string;
  parameters: unknown;
  act: () => unknown;
  /** What the bank does if the authorisation expires just before the request. */
  expire?: () => void;
};

export function createProvider(
  context: RunContext,
  call: Call,
  onChange: (orderId: string) => void,
): Provider {
  const intents = createIntents(context, onChange);
  const keyed = createIdempotencyKeys(context);

  function ask(caller: Caller, request: Request): Promise<unknown> {
    const { act, idempotencyKey, orderId, parameters, what } = request;
    const key = keyed(idempotencyKey, JSON.stringify([what, parameters]));
    const { arrive, withdraw } = key;
    const effect = () => withClientErrors(() => key.answer(act));
    const faults = faultsOf(request, key, effect);
    return call(caller, {
      category: "provider",
      what: () => what,
      orderId,
      arrive,
      effect,
      withdraw,
      faults,
    });
  }

  return {
    client: (caller) => clientOf(intents, (request) => ask(caller, request)),
    intents: intents.byOrder,
  };
}

function clientOf(intents: Intents, ask: (request: Request) => Promise<unknown>): StripeClient {
  const { orderOf } = intents;
  const paymentIntents = {
    create: (given: IntentParameters, options: Options = {}) =>
      ask({
        ...options,
        what: `authorize ${given.amount}`,
        orderId: String((given.metadata as Record<string, string>)?.orderId),
        parameters: given,
        act: () => intents.create(given),
      }),
    search: ({ query }: { query: string }) =>
      ask({
        what: "search",
        orderId: /ord_\w+/.exec(query)?.[0] ?? "",
        parameters: query,
        act: () => intents.search(query),
      }),
    retrieve: (id: string) =>
      ask({ what: "retrieve", orderId: orderOf(id), parameters: id, act: () => intents.retrieve(id) }),
    capture: (id: string, given: { amount_to_capture?: number } = {}, options: Options = {}) =>
      ask({
        ...options,
        what: "capture",
        orderId: orderOf(id),
        parameters: [id, given],
        act: () => intents.capture(id, given.amount_to_capture),
        expire: () => intents.lapse(id),
      }),
    cancel: (id: string, given: object = {}, options: Options = {}) =>
      ask({
        ...options,
        what: "void",
        orderId: orderOf(id),
        parameters: [id, given],
        act: () => intents.cancel(id),
        expire: () => intents.lapse(id),
      }),
  };
  const refunds = {
    create: (given: { payment_intent: string; amount?: number }, options: Options = {}) =>
      ask({
        ...options,
        what: "refund",
        orderId: orderOf(given.payment_intent),
        parameters: given,
        act: () => intents.refund(given.payment_intent, given.amount),
      }),
  };
  return { paymentIntents, refunds } as unknown as StripeClient;
}

function faultsOf(
  { expire }: Request,
  { withdraw }: KeyedRequest,
  effect: () => unknown,
): Required<PortCall<unknown>>["faults"] {
  const refuse = (error: () => Error) => () => {
    withdraw();
    throw error();
  };
  return {
    "provider-timeout-with-effect": () => {
      ignoringErrors(effect);
      throw timedOut();
    },
    "provider-timeout-without-effect": refuse(timedOut),
    "provider-5xx": refuse(() => asClientError(unknownError())),
    "provider-429": refuse(() => asClientError(tooManyRequests())),
    "provider-key-in-use": refuse(() => asClientError(keyInUse())),
    ...(expire && {
      "authorization-expired": () => {
        expire();
        return effect();
      },
    }),
  };
}

/** Runs an effect whose answer is lost. */
function ignoringErrors(effect: () => unknown): void {
  try {
    effect();
  } catch {
    // An error is an answer too.
  }
}

function withClientErrors(answer: () => unknown): unknown {
  try {
    return answer();
  } catch (error) {
    throw error instanceof StripeFailure ? asClientError(error) : error;
  }
}

/** The error that the client throws for a refusal. */
const asClientError = ({ error, status }: StripeFailure) => new StripeError(status, error);

const timedOut = () => new Error("Request timed out");

const unknownError = () =>
  new StripeFailure(500, { type: "api_error", message: "An unknown error occurred." });

const tooManyRequests = () =>
  new StripeFailure(429, {
    type: "invalid_request_error",
    code: "rate_limit",
    message: "Too many requests.",
  });
