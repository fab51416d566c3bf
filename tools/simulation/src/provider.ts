// Stands in for the Stripe client: payment intents with Stripe's own life, keys and refusals, over virtual time.
import * as life from "@order-saga/emulator/payments/intents";
import { missing, type PaymentIntentRecord, StripeFailure } from "@order-saga/emulator/payments/model";
import {
  type IntentParameters,
  type StripeClient,
  StripeError,
} from "@order-saga/payment/gateway/stripe-client";
import type { Call, Caller } from "./calls.ts";
import type { Intent } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { see } from "./coverage.ts";

export type Provider = {
  client(caller: Caller): StripeClient;
  readonly intents: ReadonlyMap<string, readonly Intent[]>;
};

/** Stripe forgets an idempotency key after a day at the earliest; here it does so at once then. */
const KEY_MILLISECONDS = 24 * 3600_000;
/** A hold on a card lapses after a week (Stripe documentation, "Place a hold on a payment method"). */
const HOLD_MILLISECONDS = 7 * 24 * 3600_000;
/** Search is behind by up to a minute (Stripe API reference, "Search"). */
const SEARCH_LAG_MILLISECONDS = 60_000;

type Options = { idempotencyKey?: string };
type Keyed = { at: number; parameters: string; answer: (() => unknown) | undefined };
type Stored = {
  record: PaymentIntentRecord;
  orderId: string;
  changedAt: number;
  before: PaymentIntentRecord | undefined;
};

export function createProvider(
  context: RunContext,
  call: Call,
  onChange: (orderId: string) => void,
): Provider {
  const { scheduler } = context;
  const stored = new Map<string, Stored>();
  const intents = new Map<string, Intent[]>();
  const keys = new Map<string, Keyed>();

  function save(record: PaymentIntentRecord): PaymentIntentRecord {
    const known = stored.get(record.id);
    const orderId = record.metadata.orderId ?? "";
    stored.set(record.id, { record, orderId, changedAt: scheduler.now(), before: known?.record });
    const ofOrder = [...stored.values()].filter((each) => each.orderId === orderId);
    intents.set(
      orderId,
      ofOrder.map((each) => asIntent(each.record)),
    );
    onChange(orderId);
    return record;
  }

  function intentOf(id: string): PaymentIntentRecord {
    const known = stored.get(id);
    if (!known) throw missing("payment_intent", id);
    const isLapsed = scheduler.now() - known.record.created * 1000 > HOLD_MILLISECONDS;
    if (known.record.status === "requires_capture" && isLapsed)
      return save(life.cancel(known.record, "automatic"));
    return known.record;
  }

  function create(given: IntentParameters): PaymentIntentRecord {
    const record = life.create({
      id: `pi_${stored.size + 1}`,
      amount: given.amount ?? 0,
      currency: given.currency ?? "",
      captureMethod: given.capture_method === "manual" ? "manual" : "automatic",
      paymentMethod: given.payment_method ?? null,
      metadata: { ...(given.metadata as Record<string, string>) },
      created: Math.floor(scheduler.now() / 1000),
    });
    if (!given.confirm) return save(record);
    const confirmed = life.confirm(record, null);
    if (confirmed.status === "requires_action" && given.off_session) {
      const code = "authentication_required";
      const lastError = {
        type: "card_error" as const,
        code,
        decline_code: code,
        message: "Your card was declined.",
      };
      save({ ...confirmed, status: "requires_payment_method", paymentMethod: null, lastError });
      throw new StripeFailure(402, lastError);
    }
    save(confirmed);
    if (confirmed.lastError) throw new StripeFailure(402, confirmed.lastError, confirmed);
    return confirmed;
  }

  /** The first answer under a key is the answer, a refusal too; while it is being made, the key is in use. */
  function ask(
    caller: Caller,
    what: string,
    orderId: string,
    { idempotencyKey }: Options,
    parameters: unknown,
    act: () => unknown,
    expire?: () => void,
  ): Promise<unknown> {
    const text = JSON.stringify([what, parameters]);
    let keyed: Keyed | undefined;
    let mine: Keyed | undefined;
    const effect = () => {
      if (keyed && keyed !== mine) {
        if (keyed.parameters !== text) throw asError(keyReused());
        if (!keyed.answer) {
          see(context.coverage, "key in use by another request");
          throw asError(keyInUse());
        }
        return keyed.answer();
      }
      const answer = answerOf(act);
      if (mine) mine.answer = answer;
      return answer();
    };
    const withdraw = () => {
      if (mine && idempotencyKey !== undefined && keys.get(idempotencyKey) === mine)
        keys.delete(idempotencyKey);
    };
    const refuse = (failure: StripeFailure | undefined) => () => {
      withdraw();
      throw asError(failure);
    };
    return call(caller, {
      category: "provider",
      what: () => what,
      orderId,
      arrive() {
        if (idempotencyKey === undefined) return;
        keyed = keys.get(idempotencyKey);
        if (keyed && scheduler.now() - keyed.at < KEY_MILLISECONDS) return;
        mine = { at: scheduler.now(), parameters: text, answer: undefined };
        keyed = mine;
        keys.set(idempotencyKey, mine);
      },
      effect,
      withdraw,
      faults: {
        "provider-timeout-with-effect": () => {
          outcomeOf(effect);
          throw asError(undefined);
        },
        "provider-timeout-without-effect": refuse(undefined),
        "provider-5xx": refuse(
          new StripeFailure(500, { type: "api_error", message: "An unknown error occurred." }),
        ),
        "provider-429": refuse(
          new StripeFailure(429, {
            type: "invalid_request_error",
            code: "rate_limit",
            message: "Too many requests.",
          }),
        ),
        "provider-key-in-use": refuse(keyInUse()),
        ...(expire && {
          "authorization-expired": () => {
            expire();
            return effect();
          },
        }),
      },
    });
  }

  /** The bank takes the hold back. */
  function lapse(id: string): void {
    const known = stored.get(id);
    if (known?.record.status === "requires_capture") save(life.cancel(known.record, "automatic"));
  }

  function search(query: string): { data: unknown[] } {
    see(context.coverage, "forgotten key looked up");
    const [, orderId] = /^metadata\['orderId'\]:'([^']*)'$/.exec(query) ?? [];
    const found = [...stored.values()].filter((each) => each.orderId === orderId);
    const seen = found.flatMap(({ before, changedAt, record }) => {
      const shown = scheduler.now() - changedAt < SEARCH_LAG_MILLISECONDS ? before : record;
      return shown ? [shown] : [];
    });
    return { data: seen };
  }

  const orderOf = (id: string) => stored.get(id)?.orderId ?? "";

  function client(caller: Caller): StripeClient {
    const paymentIntents = {
      create: (given: IntentParameters, options: Options = {}) =>
        ask(
          caller,
          "authorize",
          String((given.metadata as Record<string, string>)?.orderId),
          options,
          given,
          () => create(given),
        ),
      search: ({ query }: { query: string }) =>
        ask(caller, "search", /ord_\w+/.exec(query)?.[0] ?? "", {}, query, () => search(query)),
      retrieve: (id: string) => ask(caller, "retrieve", orderOf(id), {}, id, () => intentOf(id)),
      capture: (id: string, given: { amount_to_capture?: number } = {}, options: Options = {}) =>
        ask(
          caller,
          "capture",
          orderOf(id),
          options,
          [id, given],
          () => save(life.capture(intentOf(id), given.amount_to_capture)),
          () => lapse(id),
        ),
      cancel: (id: string, given: object = {}, options: Options = {}) =>
        ask(
          caller,
          "void",
          orderOf(id),
          options,
          [id, given],
          () => save(life.cancel(intentOf(id), "requested_by_customer")),
          () => lapse(id),
        ),
    };
    const refunds = {
      create: (given: { payment_intent: string; amount?: number }, options: Options = {}) =>
        ask(caller, "refund", orderOf(given.payment_intent), options, given, () =>
          save(life.refund(intentOf(given.payment_intent), given.amount)),
        ),
    };
    return { paymentIntents, refunds } as unknown as StripeClient;
  }

  return { client, intents };
}

/** What happened, to be told again: the same answer each time. */
function answerOf(act: () => unknown): () => unknown {
  try {
    const value = act();
    return () => value;
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error;
    return () => {
      throw asError(error);
    };
  }
}

function outcomeOf(effect: () => unknown): void {
  try {
    effect();
  } catch {
    // Nobody hears it.
  }
}

/** The error the client throws for a refusal; for none, that of a connection that broke. */
function asError(failure: StripeFailure | undefined): Error {
  return failure ? new StripeError(failure.status, failure.error) : new Error("Request timed out");
}

function keyInUse(): StripeFailure {
  const message = "There is currently another in-progress request using this Idempotent Key.";
  return new StripeFailure(409, { type: "idempotency_error", code: "idempotency_key_in_use", message });
}

function keyReused(): StripeFailure {
  const message =
    "Keys for idempotent requests can only be used with the same parameters they were first used with.";
  return new StripeFailure(400, { type: "idempotency_error", message });
}

const states: Record<PaymentIntentRecord["status"], Intent["state"]> = {
  requires_action: "requires_action",
  requires_confirmation: "requires_action",
  requires_payment_method: "declined",
  requires_capture: "held",
  succeeded: "captured",
  canceled: "voided",
};

function asIntent(record: PaymentIntentRecord): Intent {
  return {
    intentId: record.id,
    orderId: record.metadata.orderId ?? "",
    state: states[record.status],
    amount: record.amount,
    currency: record.currency.toUpperCase(),
    captured: record.amountReceived,
    captures: record.captures,
    refunded: record.amountRefunded,
  };
}
