// What is recorded of a payment, what the provider is asked for, and what it answers.
import type {
  DeclineReason,
  DomainEvent,
  EventOf,
  EventType,
  OfBulk,
  RefundSource,
  StockLine,
} from "@order-saga/contracts";

export type Charge = {
  /** Minor units. */
  amount: number;
  currency: string;
  paymentMethod: string;
  /** ISO time after which nothing is captured. */
  decideBy: string;
  /** What is refunded by line; prices in minor units. */
  lines: { sku: string; quantity: number; unitPrice: number }[];
  /** Whose order it is; absent where an earlier release accepted it. */
  principal?: string;
  ofBulk?: OfBulk;
};

export type Authorization =
  | { state: "NONE" }
  /** Stored before the provider is asked, so that a crash cannot lose an authorisation. ISO time. */
  | { state: "PENDING"; since: string }
  /** The customer's bank asks for the customer. The secret is dropped with the decision. */
  | { state: "ACTION_REQUIRED"; since: string; intentId: string; clientSecret?: string }
  | { state: "AUTHORIZED"; intentId: string }
  /** `intentId` while a customer may still confirm the intent with another card: it is to be closed. */
  | { state: "DECLINED"; code: string; reason: DeclineReason; intentId?: string };

export type Payment = {
  orderId: string;
  /** Known once OrderPlaced was heard. */
  charge?: Charge;
  stock: "NONE" | "RESERVED" | "REJECTED";
  cancelled: boolean;
  expired: boolean;
  authorization: Authorization;
  /** Written once; nothing else takes money or frees stock. */
  decision?: "CAPTURE" | "ABORT";
  settlement?: "CAPTURED" | "VOIDED" | "DECLINED" | "CAPTURE_FAILED" | "REFUNDED" | "REFUND_FAILED";
  /** What the provider took, asked by us or by another hand, in minor units; refunds are not subtracted. */
  taken?: number;
  refunds: Refund[];
  disputes: Dispute[];
  events: { [T in EventType]?: EventOf<T> };
  /** What was said of each refund and dispute, in the order in which it came about. */
  ledgerEvents: LedgerEvent[];
  /** When an undecided payment is given up (ISO). */
  deadline: string;
  /** Ids of events that no queue's message will publish again: a timer or the doorbell led to them. */
  unpublished: string[];
  /** How often the schedule has found the provider without an outcome since the last one. */
  tries: number;
  /**
   * When the schedule looks at it (ISO), at the latest when something may have to be done; absent at rest.
   */
  dueAt?: string;
  version: number;
};

export type Heard = EventOf<
  "OrderPlaced" | "StockReserved" | "StockRejected" | "OrderCancelRequested" | "ReservationExpired"
>;

/** What the provider must be asked next. */
export type ProviderCall =
  | { kind: "authorize"; charge: Charge; since: string; abortedAt?: string }
  | { kind: "capture"; intentId: string; charge: Charge }
  | { kind: "void"; intentId: string }
  | { kind: "refund"; intentId: string; charge: Charge; refund: Refund };

export type ProviderAnswer =
  | { kind: "authorized"; intentId: string }
  | { kind: "action-required"; intentId: string; clientSecret: string }
  /** `intentId` if a customer who has its secret could confirm it once more. */
  | { kind: "declined"; code: string; reason: DeclineReason; intentId?: string }
  /** What was taken, in minor units. */
  | { kind: "captured"; amount: number }
  | { kind: "capture-failed"; code: string; reason: DeclineReason }
  | { kind: "voided" }
  /** Another hand has captured what was to be voided. */
  | { kind: "taken"; amount: number }
  /** `seen` are all refunds of the intent where this one was refused. */
  | {
      kind: "refund";
      refundId: string;
      status: "PENDING" | "SUCCEEDED" | "FAILED";
      providerId?: string;
      code?: string;
      seen?: readonly SeenRefund[];
    };

export type AuthorizationAnswer = Extract<
  ProviderAnswer,
  { kind: "authorized" | "action-required" | "declined" }
>;

export type Terms = {
  /** A setting of the stage: for how long at most a customer is waited for, in seconds. */
  actionWithinSeconds: number;
  /** Orders are heard late: then no card is asked for before there is stock. */
  isBehind?: boolean;
};

export type Refund = {
  /** `cancellation-1`, `abort-1`, `rf_…` of a clerk's request, or the provider's own id. */
  id: string;
  /** Minor units. */
  amount: number;
  source: RefundSource;
  /** REQUESTED until the provider has answered; OVERTAKEN if a refund by another hand left too little. */
  status: "REQUESTED" | "PENDING" | "SUCCEEDED" | "FAILED" | "OVERTAKEN";
  /** ISO time at which it was requested, or seen first. */
  at: string;
  providerId?: string;
  /** Why it failed. */
  code?: string;
  /** The clerk's words, under the customer's key; earlier releases kept them in `reason`. */
  sealedReason?: string;
  reason?: string;
  /** What was refunded by line. */
  lines?: StockLine[];
  /** What goes back on the shelf. */
  restock?: StockLine[];
  /** Tells a repeated request from a reused key. */
  fingerprint?: string;
};

export type SeenRefund = {
  providerId: string;
  /** Ours, if it was we who asked for it. */
  refundId?: string;
  amount: number;
  status: "PENDING" | "SUCCEEDED" | "FAILED";
  code?: string;
  at: string;
};

export type Dispute = {
  id: string;
  /** Minor units. */
  amount: number;
  status: "OPENED" | "WON" | "LOST";
  reason: string;
  at: string;
};

export type LedgerEvent = EventOf<"RefundMade" | "RefundFailed" | "DisputeOpened" | "DisputeClosed">;

/** ISO 4217. What is said of money is said after the order is known. */
export const currencyOf = ({ charge }: Payment): string => charge?.currency ?? "";

/** Each event is said once: the first body is the body. */
export function say(payment: Payment, event: DomainEvent): Payment {
  return { ...payment, events: { [event.type]: event, ...payment.events } };
}

/** What a stored payment leaves out: most have none of these, and each byte is written several times. */
export const emptyParts: Pick<Payment, "refunds" | "disputes" | "ledgerEvents" | "unpublished" | "tries"> = {
  refunds: [],
  disputes: [],
  ledgerEvents: [],
  unpublished: [],
  tries: 0,
};
