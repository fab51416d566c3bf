// The checker of the books can fail: one thing is broken in balanced books, and its invariant is named.

import { type Books, readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import type { Observations } from "@order-saga/invariants/witness";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Saga, startSaga } from "../src/testing/saga.ts";

let saga: Saga;
let balanced: Books;
let seen: Observations;
beforeAll(async () => {
  saga = await startSaga();
  const confirmed = await saga.place({ quantity: 2 });
  await saga.settled(confirmed);
  const cancelled = await saga.place();
  await saga.settled(cancelled);
  await saga.cancel(cancelled);
  await saga.settled(await saga.place({ paymentMethod: "pm_card_visa_chargeDeclined" }));
  await saga.idle();
  const before = await readBooks(saga.runtime);
  await saga.settled(await saga.place({ paymentMethod: "pm_card_visa_chargeDeclined" }));
  await saga.idle();
  balanced = await readBooks(saga.runtime);
  seen = saga.runtime.witness.seen(before);
});
afterAll(() => saga.stop());

test("books of confirmed, cancelled and declined orders balance", () => {
  expect(balanced.orders).toHaveLength(4);
  expect(violationsAtRest(balanced, seen)).toEqual([]);
  expect(seen.published.length).toBeGreaterThan(4 * 5);
  expect(seen.accepted).toHaveLength(4);
  expect(seen.before?.orders).toHaveLength(3);
});

/** Books are records; a test breaks them on purpose. */
// biome-ignore lint/suspicious/noExplicitAny: a broken record is not of its type.
type Breakable = Record<keyof Books, any>;

const confirmed = (books: Breakable) =>
  books.orders.find((order: { payment: string }) => order.payment === "CAPTURED");
const ofConfirmed = (books: Breakable, list: "payments" | "reservations" | "notifications") =>
  books[list].find((each: { orderId: string }) => each.orderId === confirmed(books).orderId);
const captured = (books: Breakable) =>
  books.intents.find(
    (intent: { amountReceived: number; amountRefunded: number }) =>
      intent.amountReceived > intent.amountRefunded,
  );
const tea = (books: Breakable) => books.stock.find((each: { sku: string }) => each.sku === "TEA-EARL-GREY");

const breaks: [string, string, (books: Breakable) => unknown][] = [
  ["A1", "a counter is negative", (books) => (tea(books).available = -1)],
  ["A2", "a unit vanished", (books) => tea(books).available--],
  [
    "A2",
    "units came into a bucket that left no other",
    (books) => {
      const counters = { available: 5, reserved: 0, sold: 0, restocked: 5 };
      books.stock.push({ sku: tea(books).sku, bucket: 1, ...counters });
      tea(books).buckets = 2;
    },
  ],
  [
    "A2",
    "units lie in a bucket that the head does not count",
    (books) => {
      const { sku } = tea(books);
      books.stock.push({ sku, bucket: 1, available: 0, reserved: 0, sold: 0, restocked: 0 });
    },
  ],
  [
    "A3",
    "a unit is sold that no reservation holds",
    (books) => Object.assign(tea(books), { sold: 3, available: 997 }),
  ],
  ["A4", "a card was captured twice", (books) => captured(books).captures++],
  ["A4", "another amount was captured", (books) => captured(books).amountReceived++],
  [
    "A4",
    "an order has two authorisations",
    (books) => books.intents.push({ ...captured(books), id: "pi_2" }),
  ],
  ["A5", "money is held without stock", (books) => (ofConfirmed(books, "reservations").state = "RELEASED")],
  ["A6", "more was refunded than captured", (books) => (captured(books).amountRefunded = 1e6)],
  ["A6", "captured and voided", (books) => (captured(books).status = "canceled")],
  [
    "A7",
    "captured and declined",
    (books) => {
      const { events } = ofConfirmed(books, "payments");
      events.PaymentDeclined = { ...events.PaymentCaptured, type: "PaymentDeclined" };
    },
  ],
  [
    "A7",
    "committed without a capture",
    (books) => delete ofConfirmed(books, "payments").events.PaymentCaptured,
  ],
  ["A8", "an event's id is not derived", (books) => (confirmed(books).events.OrderPlaced.id = "another")],
  [
    "A10",
    "an event's cause is recorded nowhere",
    (books) => (confirmed(books).events.OrderConfirmed.causationId = "gone"),
  ],
  ["A11", "settled against the decision", (books) => (ofConfirmed(books, "payments").decision = "ABORT")],
  ["A12", "the amount is not the sum of the lines", (books) => confirmed(books).amount++],
  ["A14", "a mail was sent twice", (books) => books.mails.push(books.mails[0])],
  [
    "A14",
    "confirmed after cancelled",
    (books) => {
      const cancelled = books.mails.find((mail: { headers: Record<string, string> }) =>
        mail.headers["x-order-mail"]?.endsWith("/cancelled"),
      );
      const name = cancelled.headers["x-order-mail"].replace("cancelled", "confirmed");
      books.mails = books.mails.filter(
        (mail: { headers: Record<string, string> }) => mail.headers["x-order-mail"] !== name,
      );
      books.mails.push({ ...cancelled, headers: { "x-order-mail": name } });
    },
  ],
  ["A16", "a charge that is not the order's", (books) => (ofConfirmed(books, "payments").charge.amount = 1)],
  [
    "A16",
    "stock released for a void that was not published",
    (books) => (ofConfirmed(books, "reservations").outcome = "aborted"),
  ],
  [
    "A16",
    "an order heard an event that was not published",
    (books) => confirmed(books).timeline.push({ type: "StockRejected", at: "" }),
  ],
  [
    "A16",
    "a contact that is not the customer's",
    (books) => (ofConfirmed(books, "notifications").placed.personal = "v1.of another"),
  ],
  ["E1", "an order is not settled", (books) => (confirmed(books).stock = "RESERVED")],
  ["E1", "no service has confirmed an order's root events", (books) => (confirmed(books).heard = {})],
  ["E1", "an end that is not allowed", (books) => (ofConfirmed(books, "payments").settlement = "VOIDED")],
  ["E3", "an authorisation is left held", (books) => (captured(books).status = "requires_capture")],
  ["E4", "stock is left reserved", (books) => (ofConfirmed(books, "reservations").state = "RESERVED")],
  ["E5", "the order is shown as another", (books) => (confirmed(books).payment = "REFUNDED")],
  ["E6", "cancelled but charged", (books) => (confirmed(books).cancelRequested = true)],
  ["E7", "money was taken that no order confirms", (books) => (captured(books).amountReceived += 5)],
  ["E8", "an outcome has no mail", (books) => delete ofConfirmed(books, "notifications").mails.confirmed],
  ["E8", "a mail is said to be sent and is not", (books) => (books.mails = [])],
  ["E9", "a queue is not empty", (books) => books.queues[0].count.ready++],
  [
    "E9",
    "a dead letter that was no poison",
    (books) => books.deadLetters.push({ queue: "q-dlq", errorName: undefined }),
  ],
  ["E9", "a delivery is being retried", (books) => books.pendingDeliveries++],
];

test.each(breaks)("%s: %s", (invariant, _, breakIt) => {
  const books = structuredClone(balanced) as Breakable;
  breakIt(books);
  expect(violationsAtRest(books as Books).map((each) => each.invariant)).toContain(invariant);
});

// biome-ignore lint/suspicious/noExplicitAny: as above.
const seenBreaks: [string, string, (seen: any, books: Breakable) => unknown][] = [
  ["A8", "an event was published with two contents", ({ published }) => (published[0].hasVariants = true)],
  [
    "A9",
    "an event was published other than recorded",
    ({ published }) => (published[0].event.occurredAt = ""),
  ],
  [
    "A9",
    "an event was published and is recorded nowhere",
    (_, books) => delete confirmed(books).events.OrderConfirmed,
  ],
  [
    "A11",
    "a captured payment is none any more",
    (_, books) => delete ofConfirmed(books, "payments").settlement,
  ],
  [
    "A11",
    "sold stock is reserved again",
    (_, books) => (ofConfirmed(books, "reservations").state = "RESERVED"),
  ],
  ["A11", "an order is shown as reserved again", (_, books) => (confirmed(books).stock = "RESERVED")],
  [
    "A11",
    "a sent mail is due again",
    (_, books) => (ofConfirmed(books, "notifications").mails.received.state = "DUE"),
  ],
  ["A11", "a record is gone", (_, books) => books.reservations.splice(0)],
  [
    "A13",
    "a key has two orders",
    ({ accepted }) => accepted.push({ ...accepted[0], orderId: accepted[1].orderId }),
  ],
  [
    "A13",
    "an order has two keys",
    ({ accepted }) => accepted.push({ ...accepted[0], idempotencyKey: "other" }),
  ],
  ["A15", "an address was logged", ({ leaks }) => leaks.push({ kind: "an e-mail address" })],
  [
    "E2",
    "an order is open long after its deadline",
    (given, books) => {
      confirmed(books).stock = "RESERVED";
      given.now += 365 * 24 * 3600_000;
    },
  ],
  ["E10", "an event is published without end", ({ published }) => (published.at(-1).times = 1e6)],
];

test.each(seenBreaks)("%s as a witness observes it: %s", (invariant, _, breakIt) => {
  const [books, given] = [structuredClone(balanced), structuredClone(seen)];
  breakIt(given, books as Breakable);
  expect(violationsAtRest(books, given).map((each) => each.invariant)).toContain(invariant);
});

test("what only a witness can tell is not checked without one", () => {
  const leaky = { ...seen, leaks: [{ kind: "an e-mail address", orderId: undefined }] };
  expect(violationsAtRest(balanced, leaky)).toHaveLength(1);
  expect(violationsAtRest(balanced)).toEqual([]);
});

test("dead letters that were poison are no violation", () => {
  const deadLetters = [{ queue: "q-dlq", errorName: "MalformedMessage" }];
  expect(violationsAtRest({ ...balanced, deadLetters })).toEqual([]);
});
