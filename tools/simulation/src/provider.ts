// Stands in for Stripe's API, as HTTP carries it: its answers, idempotency keys and faults in virtual time.
import type { StripeFailure } from "@order-saga/emulator/payments/model";
import type { Transport } from "@order-saga/messaging/transport";
import type { Call, Caller, PortCall } from "./calls.ts";
import type { Intent } from "./checkers/observed.ts";
import { createIdempotencyKeys, type KeyedRequest, keyInUse } from "./idempotency-keys.ts";
import { answering, type HttpAnswer, refusing, tooManyRequests, unknownError } from "./provider-answers.ts";
import { createIntents, type IntentOptions, type Intents } from "./provider-intents.ts";
import { createRateLimit } from "./rate-limits.ts";

export type Provider = Pick<Intents, "authenticate" | "orderOf" | "touch"> & {
  transport(caller: Caller): Transport;
  readonly intents: ReadonlyMap<string, readonly Intent[]>;
};

type Request = { method: string; path: string; form: URLSearchParams; key: string | undefined };

export function createProvider(call: Call, options: IntentOptions): Provider {
  const { context } = options;
  const intents = createIntents(options);
  const { authenticate, orderOf: orderOfIntent, touch } = intents;
  const keyed = createIdempotencyKeys(context);
  const refusesCall = createRateLimit(context, "provider");

  function ask(caller: Caller, request: Request): Promise<HttpAnswer> {
    const { form, key, method, path } = request;
    const fixed = keyed(key, `${method} ${path} ${form}`);
    const { arrive, withdraw } = fixed;
    const effect = () => {
      if (context.isUnder("provider-down", "provider")) {
        withdraw();
        throw timedOut();
      }
      if (!refusesCall(operationOf(request)))
        return answeringUnderKey(fixed, () => intents.route(method, path, form, key));
      withdraw();
      return refusing(tooManyRequests);
    };
    return call(caller, {
      category: "provider",
      what: () => describe(request),
      orderId: orderOf(request, intents),
      arrive,
      effect,
      withdraw,
      faults: faultsOf(request, fixed, { effect, intents }),
    });
  }

  return {
    transport:
      (caller) =>
      ({ body, headers, method, path }) => {
        const { pathname, search } = new URL(path, "https://stripe.simulated");
        const form = new URLSearchParams(method === "GET" ? search : body);
        return ask(caller, { method, path: pathname, form, key: headers["idempotency-key"] });
      },
    intents: intents.byOrder,
    authenticate,
    orderOf: orderOfIntent,
    touch,
  };
}

/** Stripe says of an answer that it was kept (Stripe docs, "Advanced error handling"). */
function answeringUnderKey(key: KeyedRequest, act: () => unknown): HttpAnswer {
  const headers = key.isReplayed() ? { "idempotent-replayed": "true" } : {};
  return { ...answering(() => key.answer(act)), headers };
}

/** Of `/v1/payment_intents/pi_1/capture`: `payment_intents`, `pi_1` and `capture`. */
const partsOf = (path: string): string[] => path.split("/").slice(2);

/** What Stripe counts together: a request whichever object it names. */
function operationOf({ method, path }: Request): string {
  const [resource, id, act = ""] = partsOf(path);
  return `${method} ${resource} ${act} ${id === undefined}`;
}

function orderOf({ form, path }: Request, { orderOf }: Intents): string {
  const [, id = ""] = partsOf(path);
  const named = form.get("metadata[orderId]") ?? /ord_\w+/.exec(form.get("query") ?? "")?.[0];
  return named ?? orderOf(id) ?? orderOf(form.get("payment_intent") ?? "") ?? "";
}

/** For the timeline. */
function describe({ form, method, path }: Request): string {
  const [resource = "", id, act] = partsOf(path);
  if (method === "GET")
    return id === undefined || id === "search" ? `list ${resource}` : `look at ${resource}`;
  if (resource === "refunds") return `refund ${form.get("amount") ?? "all"}`;
  return act === undefined ? `authorize ${form.get("amount")}` : act === "cancel" ? "void" : act;
}

function faultsOf(
  { path }: Request,
  key: KeyedRequest,
  { effect, intents }: { effect: () => HttpAnswer; intents: Intents },
): Required<PortCall<HttpAnswer>>["faults"] {
  const refuse = (failure: () => StripeFailure) => () => {
    key.withdraw();
    return refusing(failure);
  };
  const [, id = "", act] = partsOf(path);
  return {
    "provider-timeout-with-effect": () => {
      effect();
      throw timedOut();
    },
    "provider-timeout-without-effect": () => {
      key.withdraw();
      throw timedOut();
    },
    "provider-5xx": refuse(unknownError),
    "provider-5xx-kept": () =>
      answeringUnderKey(key, () => {
        throw unknownError();
      }),
    "provider-429": refuse(tooManyRequests),
    "provider-key-in-use": refuse(keyInUse),
    ...((act === "capture" || act === "cancel") && {
      "authorization-expired": () => {
        intents.lapse(id);
        return effect();
      },
    }),
  };
}

const timedOut = () => new Error("Request timed out");
