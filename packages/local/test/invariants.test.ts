// The checker of the books can fail: one thing is broken in balanced books, and its invariant is named.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Books, readBooks } from "../src/books/books.ts";
import { violationsAtRest } from "../src/books/invariants.ts";
import { type Saga, startSaga } from "./saga.ts";

let saga: Saga;
let balanced: Books;
beforeAll(async () => {
  saga = await startSaga();
  const confirmed = await saga.place({ quantity: 2 });
  await saga.settled(confirmed);
  const cancelled = await saga.place();
  await saga.settled(cancelled);
  await saga.cancel(cancelled);
  await saga.settled(await saga.place({ paymentMethod: "pm_card_visa_chargeDeclined" }));
  await saga.idle();
  balanced = await readBooks(saga.runtime);
});
afterAll(() => saga.stop());

test("books of a confirmed, a cancelled and a declined order balance", () => {
  expect(balanced.orders).toHaveLength(3);
  expect(violationsAtRest(balanced)).toEqual([]);
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
  ["E1", "an order is not settled", (books) => (confirmed(books).stock = "RESERVED")],
  ["E1", "an event is not published", (books) => confirmed(books).unpublished.push("OrderPlaced")],
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

test("dead letters that were poison are no violation", () => {
  const deadLetters = [{ queue: "q-dlq", errorName: "MalformedMessage" }];
  expect(violationsAtRest({ ...balanced, deadLetters })).toEqual([]);
});
