// What an order knows of its refunds and disputes: each is an entry that only moves up, whatever comes first.
import { decimalOf, type EventOf, type RefundSource } from "@order-saga/contracts";

export type RefundEntry = {
  amount: number;
  /** A refund that was made may still come back as failed. */
  status: "made" | "failed";
  source: RefundSource;
  /** Time of the event that said so. */
  at: string;
};
export type DisputeEntry = { amount: number; status: "opened" | "won" | "lost"; at: string };

/** By the entry's id; absent while there is none. */
export type Entries = {
  refunds?: { readonly [refundId: string]: RefundEntry };
  disputes?: { readonly [disputeId: string]: DisputeEntry };
};

export type EntryEvent = EventOf<"RefundMade" | "RefundFailed" | "DisputeOpened" | "DisputeClosed">;

/** The entries with what the event says; the same object if it was known. */
export function withEntry(known: Entries, event: EntryEvent): Entries {
  const { occurredAt: at } = event;
  switch (event.type) {
    case "RefundMade":
    case "RefundFailed": {
      const { amount, refundId, source } = event.data;
      const before = known.refunds?.[refundId];
      const status = event.type === "RefundMade" ? "made" : "failed";
      if (before && (status === "made" || before.status === "failed")) return known;
      return { ...known, refunds: { ...known.refunds, [refundId]: { amount, status, source, at } } };
    }
    case "DisputeOpened":
    case "DisputeClosed": {
      const { amount, disputeId } = event.data;
      const before = known.disputes?.[disputeId];
      const status = event.type === "DisputeOpened" ? "opened" : event.data.outcome;
      if (before && (status === "opened" || before.status !== "opened")) return known;
      return { ...known, disputes: { ...known.disputes, [disputeId]: { amount, status, at } } };
    }
  }
}

/** What was given back, in minor units. */
export function sumRefunded({ refunds = {} }: Entries): number {
  return Object.values(refunds).reduce(
    (sum, { amount, status }) => sum + (status === "made" ? amount : 0),
    0,
  );
}

/** The time of each entry, by the type of the event that last said how it stands. */
export function entryTimes({ disputes = {}, refunds = {} }: Entries) {
  return [
    ...Object.values(refunds).map(({ at, status }) => ({
      type: status === "made" ? ("RefundMade" as const) : ("RefundFailed" as const),
      at,
    })),
    ...Object.values(disputes).map(({ at, status }) => ({
      type: status === "opened" ? ("DisputeOpened" as const) : ("DisputeClosed" as const),
      at,
    })),
  ];
}

/** What a person of the shop must do about them, a sentence each. */
export function attentionTo({ disputes = {}, refunds = {} }: Entries, currency: string): string[] {
  const made = Object.values(refunds).filter(({ status }) => status === "made");
  const isMadeGood = (failed: RefundEntry) =>
    made.some(({ amount, at }) => at > failed.at && amount >= failed.amount);
  const failed = Object.entries(refunds).filter(([, each]) => each.status === "failed" && !isMadeGood(each));
  const open = Object.entries(disputes).filter(([, { status }]) => status === "opened");
  const money = (amount: number) => `${decimalOf(amount, currency)} ${currency}`;
  return [
    ...failed.map(
      ([id, { amount }]) => `The refund ${id} failed: give ${money(amount)} back by another way.`,
    ),
    ...open.map(([id, { amount }]) => `The dispute ${id} of ${money(amount)} is open: answer it.`),
  ];
}
