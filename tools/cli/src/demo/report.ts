// What the demo prints: a timeline per ending, and the closing table of stock, money and mail.
import { type DomainEvent, withCurrency } from "@order-saga/contracts";
import type { Books } from "@order-saga/invariants/books";
import type { Violation } from "@order-saga/invariants/invariants";
import { products } from "@order-saga/local/seed";
import { refundedOf } from "@order-saga/payment/ledger";

/** The events of one order, one line each, with the milliseconds since it was placed and who said it. */
export function timeline(events: readonly DomainEvent[]): string {
  const sorted = [...events].sort((a, b) => a.occurredAt.localeCompare(b.occurredAt));
  const start = Date.parse(sorted[0]?.occurredAt ?? "");
  return sorted
    .map((event) => {
      const after = duration(Date.parse(event.occurredAt) - start).padStart(9);
      return `  ${after}  ${event.producer.padEnd(10)} ${event.type.padEnd(21)} ${detailOf(event)}`.trimEnd();
    })
    .join("\n");
}

function detailOf(event: DomainEvent): string {
  switch (event.type) {
    case "PaymentDeclined":
      return `${event.data.stage}: ${event.data.code}`;
    case "PaymentActionRequired":
      return `the bank asks the customer, until ${event.data.actionBy.slice(11, 19)}`;
    case "PaymentAborted":
      return `${event.data.reason.replaceAll("_", " ")}, ${event.data.held ? "to be voided" : "nothing is held"}`;
    case "PaymentVoided":
      return event.data.authorized ? "the hold is gone" : "nothing had been held";
    case "RefundMade":
      return `${withCurrency(event.data.amount, event.data.currency)}, ${event.data.source}${event.data.restock ? ", back in stock" : ""}`;
    case "RefundFailed":
      return `${withCurrency(event.data.amount, event.data.currency)}, ${event.data.source}: ${event.data.code}`;
    case "DisputeOpened":
      return `${withCurrency(event.data.amount, event.data.currency)}: ${event.data.reason}`;
    case "DisputeClosed":
      return event.data.outcome;
    case "PaymentAuthorized":
    case "PaymentCaptured":
    case "PaymentRefunded":
      return withCurrency(event.data.amount, event.data.currency);
    case "StockRejected":
      return event.data.shortages.map((each) => `${each.sku} ${each.available}/${each.requested}`).join(", ");
    case "StockReserved":
    case "StockCommitted":
      return event.data.lines.map((line) => `${line.quantity} × ${line.sku}`).join(", ");
    case "StockReleased":
      return event.data.held ? "given back" : "nothing was held";
    case "OrderRejected":
      return event.data.reason.replaceAll("_", " ");
    case "OrderCancelled":
      return event.data.refunded ? "refunded" : "not charged";
    default:
      return "";
  }
}

function duration(milliseconds: number): string {
  return milliseconds < 10_000 ? `${milliseconds} ms` : `${Math.round(milliseconds / 1000)} s`;
}

/** Stock, money and mail of the whole run; every row says the sum it must agree with. */
export function closingTable(books: Books): string {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const money = (amount: number) => withCurrency(amount, "EUR");
  const paid = books.payments.filter(({ settlement }) => settlement === "CAPTURED");
  const kept = paid.map((payment) => (payment.taken ?? 0) - refundedOf(payment));
  const captured = sum(books.intents.map((intent) => intent.amountReceived));
  const refunded = sum(books.intents.map((intent) => intent.amountRefunded));
  const held = books.intents.filter((intent) => intent.status === "requires_capture").length;
  const seeded = sum(products.map((product) => product.stock));
  const total = (of: "available" | "reserved" | "sold") => sum(books.stock.map((each) => each[of]));
  const kinds = books.mails.map((mail) => mail.headers["x-order-mail"]?.split(/[/:]/)[1] ?? "");
  const mailed = (kind: string) => `${kinds.filter((each) => each === kind).length} ${kind}`;
  const rows: [string, string][] = [
    [
      "Stock",
      `${total("available")} available + ${total("reserved")} reserved + ${total("sold")} sold = ${seeded} put in`,
    ],
    [
      "Money",
      `${money(captured)} captured − ${money(refunded)} refunded = ${money(sum(kept))} of ${paid.length} confirmed orders`,
    ],
    ["Held", `${held} authorisations left, ${total("reserved")} units left reserved`],
    [
      "Mail",
      `${["received", "confirmed", "rejected", "cancelled", "refund"].map(mailed).join(", ")}: ${books.mails.length} for ${books.orders.length} orders`,
    ],
    [
      "Parked",
      books.deadLetters.map((letter) => `1 in ${letter.queue} (${letter.errorName})`).join(", ") || "nothing",
    ],
  ];
  return rows.map(([name, text]) => `  ${name.padEnd(7)} ${text}`).join("\n");
}

export function verdict(violations: readonly Violation[]): string {
  if (violations.length === 0) return "All invariants hold.";
  const lines = violations.map((each) => `  ${each.invariant} ${each.orderId ?? ""} ${each.detail}`);
  return `${violations.length} invariant violation(s):\n${lines.join("\n")}`;
}
