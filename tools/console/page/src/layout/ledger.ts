// A payment's ledger as rows: what was held, taken, given back and disputed, and how each of them stands.

/** Of payment's record, what the ledger shows. Amounts are minor units, times ISO. */
export type Ledger = {
  charge?: { amount: number; currency: string };
  authorization: { state: string; since?: string; code?: string };
  settlement?: string;
  taken?: number;
  refunds: readonly {
    id: string;
    amount: number;
    source: string;
    status: string;
    at: string;
    code?: string;
    reason?: string;
    restock?: readonly { sku: string; quantity: number }[];
  }[];
  disputes: readonly { id: string; amount: number; status: string; reason: string; at: string }[];
};

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
      ...(authorization.since && { at: authorization.since }),
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
        sources[source] ?? source,
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
  ].map((row) => ({ ...unknownState, ...row }));
}

const unknownState = { state: "", tone: "idle" as const };

type State = Pick<LedgerRow, "state" | "tone">;

const refundStates: Readonly<Record<string, State>> = {
  REQUESTED: { state: "asked for", tone: "busy" },
  PENDING: { state: "pending", tone: "busy" },
  SUCCEEDED: { state: "made", tone: "undo" },
  FAILED: { state: "failed", tone: "bad" },
  OVERTAKEN: { state: "overtaken", tone: "warn" },
};

const disputeStates: Readonly<Record<string, State>> = {
  OPENED: { state: "open", tone: "bad" },
  WON: { state: "won", tone: "ok" },
  LOST: { state: "lost", tone: "warn" },
};

const sources: Readonly<Record<string, string>> = {
  cancellation: "the customer cancelled",
  shop: "by the shop",
  provider: "made at the provider",
  abort: "another hand had captured an aborted order",
};

function standing(
  { code = "", state }: Ledger["authorization"],
  settlement: string | undefined,
): State & { note: string } {
  if (settlement === "VOIDED") return { state: "voided", tone: "undo", note: "nothing is held any more" };
  switch (state) {
    case "NONE":
      return { state: "not asked for", tone: "idle", note: "" };
    case "PENDING":
      return { state: "asked for", tone: "busy", note: "" };
    case "ACTION_REQUIRED":
      return { state: "waits for the customer", tone: "busy", note: "the bank asks for a yes" };
    case "DECLINED":
      return { state: "declined", tone: "bad", note: code.replaceAll("_", " ") };
    default:
      return { state: settlement === undefined ? "held" : "done", tone: "ok", note: "" };
  }
}

/** What may still be given back, in minor units; a refund that failed frees its share. */
export function refundableOf({ refunds, taken = 0 }: Ledger): number {
  const open = refunds.filter(({ status }) => ["REQUESTED", "PENDING", "SUCCEEDED"].includes(status));
  return open.reduce((left, { amount }) => left - amount, taken);
}
