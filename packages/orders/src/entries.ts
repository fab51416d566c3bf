// What an order knows of its refunds and disputes: each is an entry that only moves up, whatever comes first.
import { type EventOf, type RefundSource, withCurrency } from "@order-saga/contracts";

export type RefundEntry = {
  amount: number;
  /** A refund that was made may still come back as failed. */
  status: "made" | "failed";
  source: RefundSource;
  /** Time of the event that said so. */
  at: string;
  /** Of one that failed: when it had been made, if it had. */
  madeAt?: string;
};
export type DisputeEntry = {
  amount: number;
  status: "opened" | "won" | "lost";
  at: string;
  /** Of one that was closed: when it had been opened, once that is known. */
  openedAt?: string;
};

/** By the entry's id; absent while there is none. */
export type Entries = {
  refunds?: { readonly [refundId: string]: RefundEntry };
  disputes?: { readonly [disputeId: string]: DisputeEntry };
};

export type EntryEvent = EventOf<"RefundMade" | "RefundFailed" | "DisputeOpened" | "DisputeClosed">;

/** The entries with what the event says; the same object if it was known. */
export function withEntry(known: Entries, event: EntryEvent): Entries {
  switch (event.type) {
    case "RefundMade":
    case "RefundFailed": {
      const { refundId } = event.data;
      const before = known.refunds?.[refundId];
      const after = refundAfter(before, event as EventOf<"RefundMade" | "RefundFailed">);
      return after === before ? known : { ...known, refunds: { ...known.refunds, [refundId]: after } };
    }
    case "DisputeOpened":
    case "DisputeClosed": {
      const { disputeId } = event.data;
      const before = known.disputes?.[disputeId];
      const after = disputeAfter(before, event as EventOf<"DisputeOpened" | "DisputeClosed">);
      return after === before ? known : { ...known, disputes: { ...known.disputes, [disputeId]: after } };
    }
  }
}

function refundAfter(
  before: RefundEntry | undefined,
  { data, occurredAt: at, type }: EventOf<"RefundMade" | "RefundFailed">,
): RefundEntry {
  const { amount, source } = data;
  if (type === "RefundMade") {
    if (!before) return { amount, status: "made", source, at };
    return before.status === "made" || before.madeAt ? before : { ...before, madeAt: at };
  }
  if (before?.status === "failed") return before;
  return { amount, status: "failed", source, at, ...(before && { madeAt: before.at }) };
}

function disputeAfter(
  before: DisputeEntry | undefined,
  event: EventOf<"DisputeOpened" | "DisputeClosed">,
): DisputeEntry {
  const { occurredAt: at } = event;
  const { amount } = event.data;
  if (event.type === "DisputeOpened") {
    if (!before) return { amount, status: "opened", at };
    return before.status === "opened" || before.openedAt ? before : { ...before, openedAt: at };
  }
  if (before && before.status !== "opened") return before;
  return { amount, status: event.data.outcome, at, ...(before && { openedAt: before.at }) };
}

/** What was given back, in minor units. */
export function sumRefunded({ refunds = {} }: Entries): number {
  return Object.values(refunds).reduce(
    (sum, { amount, status }) => sum + (status === "made" ? amount : 0),
    0,
  );
}

/** What was said of each entry, with the event's time. */
export function entryTimes({ disputes = {}, refunds = {} }: Entries) {
  const entry = (type: EntryEvent["type"], at: string | undefined) =>
    at === undefined ? [] : [{ type, at }];
  return [
    ...Object.values(refunds).flatMap(({ at, madeAt, status }) => [
      ...entry("RefundMade", madeAt),
      ...entry(status === "made" ? "RefundMade" : "RefundFailed", at),
    ]),
    ...Object.values(disputes).flatMap(({ at, openedAt, status }) => [
      ...entry("DisputeOpened", openedAt),
      ...entry(status === "opened" ? "DisputeOpened" : "DisputeClosed", at),
    ]),
  ];
}

/** What a person of the shop must do about them, a sentence each. */
export function attentionTo({ disputes = {}, refunds = {} }: Entries, currency: string): string[] {
  const made = Object.values(refunds).filter(({ status }) => status === "made");
  const isMadeGood = (failed: RefundEntry) =>
    made.some(({ amount, at }) => at > failed.at && amount >= failed.amount);
  const failed = Object.entries(refunds).filter(([, each]) => each.status === "failed" && !isMadeGood(each));
  const open = Object.entries(disputes).filter(([, { status }]) => status === "opened");
  const money = (amount: number) => withCurrency(amount, currency);
  return [
    ...failed.map(
      ([id, { amount }]) => `The refund ${id} failed: give ${money(amount)} back by another way.`,
    ),
    ...open.map(([id, { amount }]) => `The dispute ${id} of ${money(amount)} is open: answer it.`),
  ];
}
