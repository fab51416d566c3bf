// What inventory says about an order's stock.
import * as z from "zod/mini";
import { Instant } from "../envelope.ts";
import { Sku } from "../ids.ts";
import { defineEvents, type Examples } from "./define.ts";

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

const Count = z.int().check(z.gte(0));

export const events = defineEvents("inventory", {
  StockReserved: {
    layer: 1,
    description: "The stock of every line is held for the order.",
    data: z.object({
      lines: z.array(StockLine).check(z.minLength(1), z.maxLength(50)),
      reservedUntil: Instant.check(z.describe("After this moment payment is asked to give the stock up.")),
    }),
  },
  StockRejected: {
    layer: 1,
    description: "A line could not be reserved, so nothing was.",
    data: z.object({ shortages: z.array(Shortage).check(z.minLength(1), z.maxLength(50)) }),
  },
  ReservationExpired: {
    layer: 0,
    description: "A request to payment, not a fact: the stock stays reserved until payment has aborted.",
    data: z.object({ reservedUntil: Instant }),
  },
  StockCommitted: {
    layer: 3,
    description: "The reserved stock is sold.",
    data: z.object({ lines: z.array(StockLine).check(z.minLength(1), z.maxLength(50)) }),
  },
  StockReleased: {
    layer: 3,
    description: "The order holds no stock any more.",
    data: z.object({
      held: z
        .boolean()
        .check(
          z.describe("False when nothing had been reserved: the order ended before its OrderPlaced arrived."),
        ),
      lines: z.array(StockLine).check(z.maxLength(50)),
      reason: z.enum(["declined", "aborted", "refunded"]),
    }),
  },
});

export const feedEvents = defineEvents(
  "inventory",
  {
    StockFeedImported: {
      layer: 0,
      description: "Every row of a stock feed was applied or refused.",
      data: z.object({
        rows: Count,
        applied: Count,
        refused: Count.check(z.describe("Rows that changed nothing; the feed's errors say why.")),
        sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/), z.describe("Of the file as it was read.")),
      }),
    },
    StockFeedRefused: {
      layer: 0,
      description: "A stock feed was refused before its first row, or overtaken by a newer file.",
      data: z.object({
        reason: z.enum(["older", "form-used", "too-many-errors", "too-large", "not-a-feed", "unreadable"]),
        rows: z.optional(Count),
        refused: z.optional(Count),
      }),
    },
  },
  "feedId",
);

const lines = [{ sku: "TEA-EARL-GREY", quantity: 2 }];
const reservedUntil = "2026-01-05T12:15:00.000Z";

export const examples: Examples<typeof events> = {
  StockReserved: { answers: "OrderPlaced", data: { lines, reservedUntil } },
  StockRejected: {
    answers: "OrderPlaced",
    data: { shortages: [{ sku: "TEA-EARL-GREY", requested: 2, available: 1 }] },
  },
  ReservationExpired: { answers: null, data: { reservedUntil } },
  StockCommitted: { answers: "PaymentCaptured", data: { lines } },
  StockReleased: { answers: "PaymentAborted", data: { held: true, lines, reason: "aborted" } },
};

export const feedExamples: Examples<typeof feedEvents> = {
  StockFeedImported: {
    answers: null,
    data: {
      rows: 3,
      applied: 2,
      refused: 1,
      sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
  },
  StockFeedRefused: { answers: null, data: { reason: "too-many-errors", rows: 3, refused: 2 } },
};
