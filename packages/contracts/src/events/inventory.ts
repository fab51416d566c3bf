// What inventory says about an order's stock.
import * as z from "zod/mini";
import { eventSchema, Instant } from "../envelope.ts";
import { Sku } from "../ids.ts";

/** A reserved quantity of one SKU; equal SKUs of an order are merged, so it may exceed one line's limit. */
export const StockLine = z.object({
  sku: Sku,
  quantity: z.int().check(z.gte(1), z.lte(50 * 999)),
});
export type StockLine = z.infer<typeof StockLine>;

export const Shortage = z.object({
  sku: Sku,
  requested: StockLine.shape.quantity,
  available: z.int().check(z.gte(0)),
});
export type Shortage = z.infer<typeof Shortage>;

export const StockReserved = eventSchema(
  "StockReserved",
  "inventory",
  z.object({
    lines: z.array(StockLine).check(z.minLength(1), z.maxLength(50)),
    reservedUntil: Instant.check(z.describe("After this moment payment is asked to give the stock up.")),
  }),
).check(z.describe("The stock of every line is held for the order."));

export const StockRejected = eventSchema(
  "StockRejected",
  "inventory",
  z.object({ shortages: z.array(Shortage).check(z.minLength(1), z.maxLength(50)) }),
).check(z.describe("A line could not be reserved, so nothing was."));

export const ReservationExpired = eventSchema(
  "ReservationExpired",
  "inventory",
  z.object({ reservedUntil: Instant }),
).check(z.describe("A request to payment, not a fact: the stock stays reserved until payment has aborted."));

export const StockCommitted = eventSchema(
  "StockCommitted",
  "inventory",
  z.object({ lines: z.array(StockLine).check(z.minLength(1), z.maxLength(50)) }),
).check(z.describe("The reserved stock is sold."));

export const StockReleased = eventSchema(
  "StockReleased",
  "inventory",
  z.object({
    held: z
      .boolean()
      .check(
        z.describe("False when nothing had been reserved: the order ended before its OrderPlaced arrived."),
      ),
    lines: z.array(StockLine).check(z.maxLength(50)),
    reason: z.enum(["declined", "voided", "refunded"]),
  }),
).check(z.describe("The order holds no stock any more."));
