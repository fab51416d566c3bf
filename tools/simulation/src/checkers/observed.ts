// What a checker may look at: everything that happened in a simulated world so far, and everything it stores.
import type { DomainEvent, EventType, ServiceName } from "@order-saga/contracts";
import type { MailReturn } from "@order-saga/messaging/returned-mail";

/** A table item as its service reads it. */
export type Item = Readonly<Record<string, unknown>>;

/** One entry of a PutEvents request. */
export type PublishedEntry = {
  readonly at: number;
  /** `<service>-<function>`, or `world` for events that a fault made up. */
  readonly by: string;
  readonly source: string;
  readonly detailType: string;
  /** The bytes of the detail as they were sent. */
  readonly detail: string;
  /** The customer's group and the subject. */
  readonly resources: readonly string[];
  /** Undefined where the detail breaks its contract: a forged event. */
  readonly event: DomainEvent | undefined;
  /** False if the bus refused the entry. */
  readonly accepted: boolean;
};

/** A payment intent at the provider; amounts in minor units. */
export type Intent = {
  readonly intentId: string;
  readonly orderId: string;
  readonly state: "requires_action" | "held" | "captured" | "voided" | "declined";
  readonly amount: number;
  readonly currency: string;
  readonly captured: number;
  /** By the shop's calls and by other hands. */
  readonly captures: number;
  /** Those that payment itself asked for. */
  readonly ownCaptures: number;
  /** In refunds that are pending or made. */
  readonly refunded: number;
  readonly refunds: readonly ProvidersRefund[];
  readonly disputes: readonly { readonly id: string; readonly amount: number; readonly status: string }[];
};

export type ProvidersRefund = {
  readonly id: string;
  /** Of the entry in payment's ledger, where payment asked for it. */
  readonly refundId: string | undefined;
  readonly amount: number;
  readonly status: "pending" | "succeeded" | "failed";
  /** True if it has ever been said to have succeeded, though it may have failed since. */
  readonly wasMade: boolean;
};

/** A delivery of a webhook, and the status of its answer. */
export type ObservedWebhook = {
  readonly at: number;
  readonly orderId: string;
  /** What is wrong with its signature or its sender; undefined for the provider's own. */
  readonly forgery: string | undefined;
  readonly status: number;
};

export type SentMail = {
  readonly at: number;
  readonly orderId: string;
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly messageId: string;
};

/** A request of a simulated customer; without an answer if the customer hung up or the function died. */
export type ApiCall = {
  readonly at: number;
  readonly principal: string;
  /** The function behind the route, such as `orders-place-order`. */
  readonly route: string;
  /** What stands for the names in the route's path. */
  readonly path?: Readonly<Record<string, string>>;
  readonly orderId: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly body: unknown;
  readonly answer:
    | { readonly status: number; readonly body: unknown; readonly retryAfterSeconds?: number }
    | undefined;
};

export type QueuedMessage = {
  readonly body: string;
  readonly receiveCount: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** True if the world made it poison on purpose, so that nothing but a dead-letter queue may hold it. */
  readonly poison: boolean;
};

/** A message handed to a function, each time it is. */
export type Delivery = {
  readonly at: number;
  /** `<service>-<reaction>`. */
  readonly to: string;
  readonly orderId: string | undefined;
  /** Undefined for poison, uploads and tasks. */
  readonly eventType: EventType | undefined;
  readonly poison: boolean;
};

/** A message that the world lost for good, such as a dead letter that was purged by mistake. */
export type LostMessage = Omit<Delivery, "at" | "poison">;

/** A version of an object in a bucket. */
export type UploadedVersion = {
  readonly at: number;
  readonly key: string;
  readonly versionId: string;
  /** Of two versions of a key the later has the greater one. */
  readonly sequencer: string;
  readonly bytes: Uint8Array;
  /** The feed that it becomes. */
  readonly about: string | undefined;
};

export type ObservedQueue = {
  readonly name: string;
  readonly kind: "reaction" | "dead-letter" | "undelivered";
  readonly messages: Iterable<QueuedMessage>;
};

export type Observed = {
  readonly now: number;
  /** Epoch milliseconds since when no fault acts; undefined while faults may act. */
  readonly faultsStoppedAt: number | undefined;
  /** The most by which the plan puts a service's clock ahead; its timestamps may lie as far in the future. */
  readonly clocksAheadMilliseconds: number;
  /** The most by which the plan puts a service's clock behind. */
  readonly clocksBehindMilliseconds: number;
  /** True if the plan has no fault, no cancellation and calm tables, and no function has timed out. */
  readonly faultFree: boolean;
  /** True if the plan has faults, all of them the provider's, calm tables, and no function has timed out. */
  readonly onlyProvider: boolean;
  /** True if the plan has faults, all of them limits, calm tables, and no function has timed out. */
  readonly onlyLimited: boolean;
  items(service: ServiceName): Iterable<Item>;
  item(service: ServiceName, pk: string, sk: string): Item | undefined;
  readonly published: readonly PublishedEntry[];
  readonly intents: ReadonlyMap<string, readonly Intent[]>;
  readonly mails: readonly SentMail[];
  /** The mails that came back, as SES told of it. */
  readonly returns: readonly { readonly mail: SentMail; readonly how: MailReturn }[];
  readonly webhooks: readonly ObservedWebhook[];
  /** What receivers of the shop's own webhooks were sent; empty in a stage without endpoints. */
  readonly told: readonly ToldWebhook[];
  readonly calls: readonly ApiCall[];
  /** Every log line, metric and error text that left a function. */
  readonly lines: readonly string[];
  readonly deliveries: readonly Delivery[];
  readonly lost: readonly LostMessage[];
  /** Everything that was put into a bucket. */
  readonly uploads: readonly UploadedVersion[];
  queues(): Iterable<ObservedQueue>;
  /** Schedule runs that acted on something, as `<service>-<function>`. */
  readonly timersActed: readonly string[];
  /** What was in stock before the first order, and every accepted restock and applied row since, by SKU. */
  readonly stocked: ReadonlyMap<string, number>;
  /** Catalogue prices by SKU, newest last. */
  readonly prices: ReadonlyMap<string, readonly { readonly from: number; readonly unitPrice: number }[]>;
};

/** A webhook of the shop at its receiver, which took it or did not. */
export type ToldWebhook = {
  readonly at: number;
  readonly id: string;
  readonly body: string;
  readonly taken: boolean;
};

/** What one step of the world touched; a checker that runs after every step looks at this and no more. */
export type Step = {
  readonly orderIds: ReadonlySet<string>;
  readonly skus: ReadonlySet<string>;
  /** The items that were written, in order, each as it was written. */
  readonly written: readonly Item[];
  /** The index of the first new element of each list. */
  readonly from: {
    readonly published: number;
    readonly mails: number;
    readonly calls: number;
    readonly lines: number;
    readonly deliveries: number;
    readonly webhooks: number;
  };
};

export type Violation = { readonly invariant: string; readonly orderId?: string; readonly detail: string };

/** Judges one invariant of docs/protocol.md. Every run gets a new one, so a checker may keep state. */
export type Checker = {
  /** `A1` … `A22`, `E1` … `E14`. */
  readonly invariant: string;
  /** The invariant in one sentence. */
  readonly says: string;
  afterStep?(observed: Observed, step: Step): readonly Violation[];
  /** Once faults have stopped, dead letters are redriven and no timer has anything left to do. */
  atRest?(observed: Observed): readonly Violation[];
};
