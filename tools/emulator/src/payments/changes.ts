// Every change of an intent, a refund or a dispute goes through here: it is kept with the events it makes and
// with what will change by itself later.
import { disputeAsOf, disputeOfCard, openDispute } from "./disputes.ts";
import { type Change, eventsOf, intentIdOf } from "./events.ts";
import { asOf, holdLapsesAt } from "./intents.ts";
import type { PaymentIntentRecord } from "./model.ts";
import { chargeJson, disputeJson, intentJson, refundJson } from "./objects.ts";
import { refundAsOf, withoutRefund } from "./refunds.ts";
import type { EventRecord, PaymentStorage } from "./storage.ts";

/** What caused a change: an API request; its fields are null where time did. */
export type Cause = EventRecord["request"];

export type ChangeContext = {
  storage: PaymentStorage;
  /** Milliseconds. */
  now: () => number;
  newId: () => string;
  /** Base URL of the provider, for links in its answers. */
  url?: () => string;
  /** Told in the transaction of the change. */
  onEvent?: (event: EventRecord) => void;
};

const byTime: Cause = { id: null, idempotency_key: null };

/** A card's dispute comes soon after its money was taken. */
const DISPUTE_OPENS_MILLISECONDS = 1000;

/** To be called in a transaction. */
export function keep(context: ChangeContext, cause: Cause, ...changes: Change[]): void {
  const { newId, now, onEvent, storage } = context;
  for (const change of changes) save(context, change);
  const created = Math.floor(now() / 1000);
  for (const change of changes) {
    for (const { shows, type } of eventsOf(change)) {
      const event: EventRecord = {
        id: newObjectId("evt", newId),
        type,
        intent: intentIdOf(change),
        created,
        request: cause,
        object: shownBy(context, change, shows),
      };
      storage.saveEvent(event);
      onEvent?.(event);
    }
  }
}

/** Keeps a record and when it changes by itself, without an event. */
export function save({ now, storage }: ChangeContext, change: Change): void {
  const due = { of: change.of, id: change.after.id };
  if (change.of === "payment_intent") {
    storage.saveIntent(change.after);
    const lapsesAt = holdLapsesAt(change.after);
    const isToBeDisputed =
      change.after.status === "succeeded" &&
      change.after.dispute === undefined &&
      disputeOfCard(change.after) !== undefined;
    storage.setDue(
      due,
      lapsesAt !== undefined
        ? lapsesAt * 1000
        : isToBeDisputed
          ? now() + DISPUTE_OPENS_MILLISECONDS
          : undefined,
    );
    return;
  }
  if (change.of === "refund") storage.saveRefund(change.after);
  else storage.saveDispute(change.after);
  const { becomes } = change.after;
  storage.setDue(due, becomes && becomes.at * 1000);
}

function shownBy(
  { storage, url }: ChangeContext,
  change: Change,
  shows: ReturnType<typeof eventsOf>[number]["shows"],
): object {
  if (change.of === "refund" && shows === "refund") return refundJson(change.after);
  if (change.of === "dispute") return disputeJson(change.after);
  const intent = change.of === "payment_intent" ? change.after : storage.intent(change.after.paymentIntent);
  if (!intent) throw new Error(`A refund of ${intentIdOf(change)}, which is not there.`);
  return shows === "charge" ? chargeJson(intent) : intentJson(intent, url?.());
}

/** Carries out what has become due by the clock. */
export function passTime(context: ChangeContext): void {
  const { now, storage } = context;
  const due = storage.due(now());
  if (due.length === 0) return;
  storage.atomically(() => {
    for (const each of due) {
      storage.setDue(each, undefined);
      keep(context, byTime, ...changesOfTime(context, each));
    }
  });
}

function changesOfTime(
  { newId, now, storage }: ChangeContext,
  { id, of }: ReturnType<PaymentStorage["due"]>[number],
): Change[] {
  const at = Math.floor(now() / 1000);
  switch (of) {
    case "payment_intent": {
      const before = storage.intent(id);
      if (!before) return [];
      const after = asOf(before, at);
      if (after !== before) return [{ of, before, after }];
      const ofCard = disputeOfCard(before);
      if (!ofCard || before.status !== "succeeded" || before.amountRefunded >= before.amountReceived)
        return [];
      const opened = openDispute(before, { ...ofCard, id: newObjectId("du", newId), created: at });
      return [
        { of, before, after: opened.intent },
        { of: "dispute", before: undefined, after: opened.dispute },
      ];
    }
    case "refund": {
      const before = storage.refund(id);
      const intent = before && storage.intent(before.paymentIntent);
      if (!intent) return [];
      const after = refundAsOf(before, at);
      const failed: Change[] =
        after.status === "failed"
          ? [{ of: "payment_intent", before: intent, after: withoutRefund(intent, after) }]
          : [];
      return after === before ? [] : [...failed, { of, before, after }];
    }
    case "dispute": {
      const before = storage.dispute(id);
      const after = before && disputeAsOf(before, at);
      return after === undefined || after === before ? [] : disputeChanges(storage, before, after);
    }
  }
}

/** A dispute and its intent, which knows how it stands. */
export function disputeChanges(
  storage: PaymentStorage,
  before: (Change & { of: "dispute" })["before"],
  after: (Change & { of: "dispute" })["after"],
): Change[] {
  const intent = storage.intent(after.paymentIntent);
  const known: Change[] = intent
    ? [{ of: "payment_intent", before: intent, after: withDispute(intent, after.status) }]
    : [];
  return [...known, { of: "dispute", before, after }];
}

const withDispute = (intent: PaymentIntentRecord, dispute: NonNullable<PaymentIntentRecord["dispute"]>) => ({
  ...intent,
  dispute,
});

export const newObjectId = (prefix: string, newId: () => string) =>
  `${prefix}_${newId().replaceAll("-", "").slice(0, 24)}`;
