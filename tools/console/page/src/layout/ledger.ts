// A payment's ledger as rows: what was held, taken, given back and disputed, and how each of them stands.

import type { Dispute, Refund } from "@order-saga/payment/ledger";
import type { Payment } from "@order-saga/payment/payment";

/** Of payment's record, what the ledger shows. */
export type Ledger = Pick<
  Payment,
  "charge" | "authorization" | "settlement" | "taken" | "refunds" | "disputes"
>;

export type LedgerRow = {
  id: string;
  what: string;
  amount: number;
  state: string;
  tone: "ok" | "busy" | "bad" | "warn" | "undo" | "idle";
  /** Who did it, and why. */
  note: string;
  at?: string;
};

export function ledgerRows({
  authorization,
  charge,
  disputes,
  refunds,
  settlement,
  taken,
}: Ledger): LedgerRow[] {
  const asked = charge?.amount ?? 0;
  return [
    {
      id: "authorization",
      what: "Authorisation",
      amount: asked,
      ...standing(authorization, settlement),
      ...("since" in authorization && { at: authorization.since }),
    },
    ...(taken === undefined
      ? []
      : [
          {
            id: "capture",
            what: "Captured",
            amount: taken,
            state: taken < asked ? "short" : "taken",
            tone: taken < asked ? ("bad" as const) : ("ok" as const),
            note: settlement === "CAPTURED" || settlement?.startsWith("REFUND") ? "" : "by another hand",
          },
        ]),
    ...refunds.map(({ amount, at, code, id, reason, restock = [], source, status }) => ({
      id,
      what: "Refund",
      amount: -amount,
      ...refundStates[status],
      note: [
        sources[source],
        ...(code ? [code.replaceAll("_", " ")] : []),
        ...(reason ? [`“${reason}”`] : []),
        ...(restock.length > 0
          ? [`back in stock: ${restock.map(({ quantity, sku }) => `${quantity} × ${sku}`).join(", ")}`]
          : []),
      ].join("; "),
      at,
    })),
    ...disputes.map(({ amount, at, id, reason, status }) => ({
      id,
      what: "Dispute",
      amount: status === "WON" ? 0 : -amount,
      ...disputeStates[status],
      note: reason.replaceAll("_", " "),
      at,
    })),
  ];
}

type State = Pick<LedgerRow, "state" | "tone">;

const refundStates: Readonly<Record<Refund["status"], State>> = {
  REQUESTED: { state: "asked for", tone: "busy" },
  PENDING: { state: "pending", tone: "busy" },
  SUCCEEDED: { state: "made", tone: "undo" },
  FAILED: { state: "failed", tone: "bad" },
  OVERTAKEN: { state: "overtaken", tone: "warn" },
};

const disputeStates: Readonly<Record<Dispute["status"], State>> = {
  OPENED: { state: "open", tone: "bad" },
  WON: { state: "won", tone: "ok" },
  LOST: { state: "lost", tone: "warn" },
};

const sources: Readonly<Record<Refund["source"], string>> = {
  cancellation: "the customer cancelled",
  shop: "by the shop",
  provider: "made at the provider",
  abort: "another hand had captured an aborted order",
};

function standing(
  authorization: Ledger["authorization"],
  settlement: Ledger["settlement"],
): State & { note: string } {
  if (settlement === "VOIDED") return { state: "voided", tone: "undo", note: "nothing is held any more" };
  switch (authorization.state) {
    case "NONE":
      return { state: "not asked for", tone: "idle", note: "" };
    case "PENDING":
      return { state: "asked for", tone: "busy", note: "" };
    case "ACTION_REQUIRED":
      return { state: "waits for the customer", tone: "busy", note: "the bank asks for a yes" };
    case "DECLINED":
      return { state: "declined", tone: "bad", note: authorization.code.replaceAll("_", " ") };
    case "AUTHORIZED":
      return { state: settlement === undefined ? "held" : "done", tone: "ok", note: "" };
  }
}

/** What may still be given back, in minor units; a refund that failed frees its share. */
export function refundableOf({ refunds, taken = 0 }: Ledger): number {
  const open = refunds.filter(({ status }) => ["REQUESTED", "PENDING", "SUCCEEDED"].includes(status));
  return open.reduce((left, { amount }) => left - amount, taken);
}
