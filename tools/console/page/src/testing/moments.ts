// Recorded orders for tests; times are milliseconds after the order was placed.
import type { Moment, ServiceName } from "../../../src/console-api.ts";

const BEGUN = Date.parse("2026-11-23T09:00:00.000Z");
export const at = (milliseconds: number): string => new Date(BEGUN + milliseconds).toISOString();

let number = 0;
export function event(milliseconds: number, type: string, producer: ServiceName, causedBy?: string): Moment {
  number += 1;
  return {
    kind: "event",
    at: at(milliseconds),
    number,
    id: `id-${type}`,
    type,
    producer,
    causationId: causedBy ? `id-${causedBy}` : null,
    isRepeat: false,
    isReplay: false,
  };
}

export const delivered = (milliseconds: number, reaction: string, type: string): Moment => ({
  kind: "delivered",
  at: at(milliseconds),
  reaction,
  eventId: `id-${type}`,
});

type AttemptOptions = {
  service: ServiceName;
  attempt?: number;
  says?: string[];
  outcome?: "settled" | "failed";
};

/** `to` is absent while it runs. */
export function attempt(
  [from, to]: readonly [number, number?],
  reaction: string,
  type: string,
  { service, attempt: nth = 1, says = [], outcome = "settled" }: AttemptOptions,
): Moment {
  return {
    kind: "attempt",
    at: at(from),
    ...(to !== undefined && { endedAt: at(to), outcome }),
    reaction,
    service,
    eventId: `id-${type}`,
    eventType: type,
    attempt: nth,
    says,
  };
}

/** A card that is declined after the stock was reserved: what was reserved is released. */
export function declined(): Moment[] {
  return [
    { kind: "request", at: at(0), endedAt: at(8), route: "place-order", status: 202 },
    event(5, "OrderPlaced", "orders"),
    delivered(6, "reserve-stock", "OrderPlaced"),
    delivered(6, "authorize-payment", "OrderPlaced"),
    attempt([12, 60], "reserve-stock", "OrderPlaced", { service: "inventory", says: ["StockReserved"] }),
    attempt([12, 90], "authorize-payment", "OrderPlaced", { service: "payment", says: ["PaymentDeclined"] }),
    event(40, "StockReserved", "inventory", "OrderPlaced"),
    {
      kind: "provider",
      at: at(50),
      endedAt: at(70),
      operation: "authorize",
      outcome: "declined (card_declined)",
      amount: 990,
      currency: "EUR",
    },
    event(80, "PaymentDeclined", "payment", "OrderPlaced"),
    delivered(81, "release-stock", "PaymentDeclined"),
    attempt([95, 130], "release-stock", "PaymentDeclined", { service: "inventory", says: ["StockReleased"] }),
    event(120, "StockReleased", "inventory", "PaymentDeclined"),
    { kind: "mail", at: at(140), mailKind: "rejected", outcome: "sent" },
  ];
}

/** Stock that is committed at the third attempt, each three minutes after the one before. */
export function retried(): Moment[] {
  const inventory = { service: "inventory" } as const;
  return [
    event(0, "PaymentCaptured", "payment"),
    delivered(2, "commit-stock", "PaymentCaptured"),
    attempt([10, 14], "commit-stock", "PaymentCaptured", { ...inventory, outcome: "failed" }),
    attempt([180_010, 180_014], "commit-stock", "PaymentCaptured", {
      ...inventory,
      attempt: 2,
      outcome: "failed",
    }),
    attempt([360_010, 360_030], "commit-stock", "PaymentCaptured", { ...inventory, attempt: 3 }),
    event(360_025, "StockCommitted", "inventory", "PaymentCaptured"),
  ];
}
