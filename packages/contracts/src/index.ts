// The contracts of the saga: what services may say to each other and what the HTTP API accepts and answers.
export * from "./card-number.ts";
export * from "./currencies.ts";
export { type Instant, ServiceName, sourceOf } from "./envelope.ts";
export * from "./events/index.ts";
export type { Shortage, StockLine } from "./events/inventory.ts";
export { BulkRow, type OfBulk } from "./events/of-bulk.ts";
export {
  type Contact,
  type OrderLine,
  Personal,
  type Recipient,
  type RejectionReason,
  type RowError,
  recipientIn,
} from "./events/orders.ts";
export type { AbortReason, DeclineReason, RefundSource } from "./events/payment.ts";
export * from "./http.ts";
export * from "./ids.ts";
export * from "./money.ts";
