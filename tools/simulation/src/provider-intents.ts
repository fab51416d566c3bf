// The payment intents of the simulated Stripe: the laptop's provider over a storage in memory.
import { answerOf } from "@order-saga/emulator/payments/authentication";
import { type Cause, type ChangeContext, keep, passTime } from "@order-saga/emulator/payments/changes";
import * as life from "@order-saga/emulator/payments/intents";
import { type PaymentIntentRecord, StripeFailure } from "@order-saga/emulator/payments/model";
import { carryOut, type Form, routeOf } from "@order-saga/emulator/payments/routes";
import { type EventRecord, openPaymentStorage } from "@order-saga/emulator/payments/storage";
import type { Intent } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { see } from "./coverage.ts";
import type { Authenticate } from "./customer-answers.ts";
import { act } from "./hands.ts";
import type { PlannedHand } from "./plan.ts";
import { PROVIDER_URL } from "./provider-answers.ts";
import { asIntent, type Own, watchedStorage } from "./provider-storage.ts";

/** Search is behind by up to a minute (Stripe API reference, "Search"). */
const SEARCH_LAG_MILLISECONDS = 60_000;

/** What lapses later than this is found out when somebody asks, so that a world comes to rest. */
const SOON_MILLISECONDS = 24 * 3600_000;

export type Intents = {
  readonly byOrder: ReadonlyMap<string, readonly Intent[]>;
  /** The order that the intent pays for. */
  orderOf(id: string): string | undefined;
  /** The body of the answer; requests that Stripe refuses end with StripeFailure. */
  route(method: string, path: string, form: Form, key: string | undefined): object;
  /** The bank takes the hold back. */
  lapse(id: string): void;
  /** The customer answers their bank; the answer to an intent that waits for none is lost. */
  authenticate: Authenticate;
  /** Another hand does something to an order's payment; what Stripe refuses changes nothing. */
  touch(orderId: string, hand: PlannedHand): void;
};

export type IntentOptions = {
  context: RunContext;
  onChange: (orderId: string) => void;
  onEvent: (event: EventRecord, orderId: string) => void;
};

/** What the search shows of an intent until it has caught up. */
type Change = { at: number; before: PaymentIntentRecord | undefined };

export function createIntents({ context, onChange, onEvent }: IntentOptions): Intents {
  const { scheduler } = context;
  const { now } = scheduler;
  const storage = openPaymentStorage(":memory:");
  const changes = new Map<string, Change>();
  const byOrder = new Map<string, readonly Intent[]>();
  const own: Own = { captures: new Set(), made: new Set() };
  let ids = 0;

  const orderOf = (id: string) => storage.intent(id)?.metadata.orderId;
  function changed(intentId: string): void {
    const orderId = orderOf(intentId) ?? "";
    const all = storage.intents().filter(({ metadata }) => metadata.orderId === orderId);
    byOrder.set(
      orderId,
      all.map((each) => asIntent(each, storage, own)),
    );
    onChange(orderId);
  }

  const watched = watchedStorage(storage, {
    intent(intent) {
      changes.set(intent.id, { at: now(), before: storage.intent(intent.id) });
    },
    refund({ id, status }) {
      if (status === "succeeded") own.made.add(id);
    },
    changed,
    due(at) {
      if (at - now() <= SOON_MILLISECONDS) scheduler.at(Math.max(at, now()), () => passTime(changing));
    },
  });
  const changing: ChangeContext = {
    storage: watched,
    now,
    newId: () => String(++ids).padStart(24, "0"),
    url: () => PROVIDER_URL,
    onEvent: (event) => onEvent(event, orderOf(event.intent) ?? ""),
  };

  const shown = () => storage.intents().flatMap((each) => shownOf(each, changes.get(each.id), now()));

  function route(method: string, path: string, form: Form, key: string | undefined): object {
    passTime(changing);
    const isSearch = path.endsWith("/search");
    if (isSearch) see(context.coverage, "forgotten key looked up");
    const cause: Cause = { id: `req_${++ids}`, idempotency_key: key ?? null };
    const searched = { ...watched, intents: shown };
    const asked = { ...changing, cause, ...(isSearch && { storage: searched }) };
    const [, id = ""] = /payment_intents\/(\w+)\/capture$/.exec(path) ?? [];
    const answer = storage.atomically(() => settled(() => carryOut(routeOf(method, path, form), asked)));
    if (answer instanceof StripeFailure) throw answer;
    if (id !== "" && key !== undefined) {
      own.captures.add(id);
      changed(id);
    }
    return answer;
  }

  return {
    byOrder,
    orderOf,
    route,
    lapse(id) {
      const before = storage.intent(id);
      if (before?.status !== "requires_capture") return;
      const after = life.cancel(before, "automatic", Math.floor(now() / 1000));
      keep(changing, { id: null, idempotency_key: null }, { of: "payment_intent", before, after });
    },
    authenticate(clientSecret, answer) {
      const asked = storage.intents().find((each) => each.clientSecret === clientSecret);
      if (asked?.status === "requires_action") answerOf(asked, answer, changing);
    },
    touch(orderId, hand) {
      passTime(changing);
      const intent = storage.intents().findLast(({ metadata }) => metadata.orderId === orderId);
      if (!intent) return;
      ignoringRefusals(() => act(intent, hand, { route, changing }));
    },
  };
}

/** A decline is kept, though it is refused, so it must not undo the transaction. */
function settled<T>(act: () => T): T | StripeFailure {
  try {
    return act();
  } catch (error) {
    if (error instanceof StripeFailure) return error;
    throw error;
  }
}

/** What Stripe refuses to a hand in its dashboard is seen there, and not here. */
function ignoringRefusals(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error;
  }
}

/** As the search shows an intent, which is behind. */
function shownOf(
  intent: PaymentIntentRecord,
  change: Change | undefined,
  now: number,
): PaymentIntentRecord[] {
  if (!change || now - change.at >= SEARCH_LAG_MILLISECONDS) return [intent];
  return change.before ? [change.before] : [];
}
