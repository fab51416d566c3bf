// The mails as a customer reads them: right words, right money, and no HTML out of a name.
import type { Contact } from "@order-saga/contracts";
import { minorDigitsOf } from "@order-saga/contracts/currencies";
import { totalOf } from "@order-saga/contracts/money";
import { anEvent, testNow, testOrderId } from "@order-saga/messaging/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { blank, type Heard, hear, type MailKind, type Notification } from "../notification.ts";
import { html, oneLine } from "./html.ts";
import { render as renderTo } from "./index.ts";
import { formatMoney } from "./money.ts";

const ada = { email: "ada@example.com", name: "Ada" };
const render = (record: Notification, kind: MailKind, to: Contact = ada) => renderTo(record, kind, to);

const recordOf = (...events: Heard[]) =>
  events.reduce((record, event) => hear(record, event, testNow), blank(testOrderId));

test.each([
  [1980, "EUR", "€19.80"],
  [1980, "JPY", "¥1,980"],
  [1980, "KWD", "KWD 1.980"],
  [150_000, "HUF", "HUF 1,500.00"],
  [198_005, "COP", "COP 1,980.05"],
  [198_005, "IDR", "IDR 1,980.05"],
  [500_003, "ISK", "ISK 500,003"],
  [40_001, "UGX", "UGX 40,001"],
  [150_100, "MGA", "MGA 1,501.00"],
  [0, "USD", "$0.00"],
  [99_999_999, "GBP", "£999,999.99"],
])("%i minor units of %s are %s", (amount, currency, written) => {
  expect(formatMoney(amount, currency).replace(/\s/g, " ")).toBe(written);
});

test("every mail names the order, its lines and its total, in text and in HTML", () => {
  const confirmed = recordOf(anEvent("OrderPlaced"), anEvent("OrderConfirmed"), anEvent("OrderCancelled"));
  const rejected = recordOf(anEvent("OrderPlaced"), anEvent("OrderRejected"));
  const mails = [
    render(confirmed, "received"),
    render(confirmed, "confirmed"),
    render(confirmed, "cancelled"),
    render(rejected, "rejected"),
  ];
  expect(new Set(mails.map((mail) => mail.subject)).size).toBe(4);
  for (const mail of mails) {
    expect(mail.to).toEqual({ email: "ada@example.com", name: "Ada" });
    for (const body of [mail.text, mail.html]) {
      for (const part of [testOrderId, "Earl Grey", "€19.80", "Hello Ada,"]) expect(body).toContain(part);
    }
    expect(mail.html).not.toMatch(/<img|<script|http/);
  }
});

const words = {
  card_declined: ["bank declined", "another card"],
  insufficient_funds: ["bank declined", "not enough money"],
  authentication_failed: ["asked you to confirm"],
  out_of_stock: ["sold out"],
  expired: ["in time"],
  shop_error: ["mistake on our side", "Nothing is wrong with your card"],
};
const aRejection = (reason: keyof typeof words, held = false) =>
  render(recordOf(anEvent("OrderPlaced"), anEvent("OrderRejected", { data: { reason, held } })), "rejected");

test.each(Object.keys(words) as (keyof typeof words)[])("a rejection for %s is explained", (reason) => {
  const mail = aRejection(reason);
  for (const each of [...words[reason], "Nothing was charged"]) {
    expect(mail.text).toContain(each);
    expect(mail.html).toContain(each);
  }
  expect(mail.text).not.toContain(reason);
});

test("only a decline of the bank is told as one", () => {
  const told = Object.keys(words).filter((each) => /bank declined/i.test(aRejection(each as "expired").text));
  expect(told).toEqual(["card_declined", "insufficient_funds"]);
});

const aCancellation = (refunded: boolean, held = false) =>
  render(
    recordOf(anEvent("OrderPlaced"), anEvent("OrderCancelled", { data: { refunded, held } })),
    "cancelled",
  ).text;

test("a cancellation says whether money went back", () => {
  expect(aCancellation(true)).toContain("refunded €19.80");
  expect(aCancellation(true)).not.toContain("Nothing was charged");
  expect(aCancellation(false)).toContain("Nothing was charged");
});

test("a hold that may still be on the card is told as one that disappears, and only then", () => {
  const hold = "disappears by itself";
  expect(aRejection("out_of_stock", true).text).toContain(hold);
  expect(aCancellation(false, true)).toContain(hold);
  const others = [aRejection("expired").text, aRejection("card_declined").text];
  for (const text of [...others, aCancellation(false)]) expect(text).not.toContain(hold);
});

const aBulkMail = (confirmed: number) => {
  const data = {
    count: 7,
    confirmed,
    rejected: 5 - confirmed,
    cancelled: 2,
    currency: "HUF",
    amount: 150_003,
  };
  const placed = anEvent("BulkPlaced", { data: { count: 7, currency: "HUF" } });
  return render(recordOf(placed, anEvent("BulkCompleted", { data })), "completed");
};

test("the mail of a bulk tells how its orders ended, and the sum of those that were charged", () => {
  const mail = aBulkMail(3);
  expect(mail.subject).toBe("Your 7 orders are complete");
  for (const body of [mail.text, mail.html]) {
    for (const part of ["3 confirmed, 2 rejected, 2 cancelled", "the confirmed orders were charged", "why"])
      expect(body).toContain(part);
    expect(body).toMatch(/Bulk order ord_[0-9a-f]+/);
    expect(body.replace(/\s/g, " ")).toContain("HUF 1,500.03");
  }
  expect(mail.html).toContain("3 of 7 orders confirmed");
});

test("where every order of a bulk was confirmed, no reasons are promised", () => {
  const data = { count: 7, confirmed: 7, rejected: 0, cancelled: 0, currency: "EUR", amount: 13_881 };
  const events = [anEvent("BulkPlaced", { data: { count: 7 } }), anEvent("BulkCompleted", { data })];
  expect(render(recordOf(...events), "completed").text).toMatch(/orders were charged\.\n\nBulk order/);
});

test("the mail of a bulk without its result is a mistake that is noticed", () => {
  expect(() => render(recordOf(anEvent("BulkPlaced")), "completed")).toThrow("not known yet");
});

test("a confirmed order's mail says what was charged, and the others exactly that nothing was", () => {
  const confirmed = recordOf(
    anEvent("OrderPlaced", { data: { amount: 1983 } }),
    anEvent("OrderConfirmed", { data: { amount: 1983 } }),
  );
  expect(render(confirmed, "confirmed").text).toContain("charged €19.83 to your card");
  expect(aCancellation(false)).toContain("\n\nNothing was charged to your card.\n\n");
  const held = "\n\nNothing was charged to your card. Your bank may";
  for (const text of [aCancellation(false, true), aRejection("expired", true).text])
    expect(text).toContain(held);
});

test("a customer without a name is greeted all the same, and the total of a line is said with it", () => {
  const lines = [{ sku: "TEA", name: "Earl Grey", quantity: 3, unitPrice: 331 }];
  const data = { lines, amount: 993 };
  const mail = render(recordOf(anEvent("OrderPlaced", { data })), "received", { email: ada.email });
  expect(mail.text).toMatch(
    /^Hello,\n\n.*\n\nOrder ord_[0-9a-f]{32}\n {2}3 x Earl Grey {2}€9\.93\n {2}Total {2}€9\.93\n$/,
  );
  expect(mail.html).toContain(">Hello,<");
  expect(mail.html).toMatch(/3 × Earl Grey<\/td><td[^>]*>€9\.93<\/td>/);
});

test("a customer who is asked reads until when, and that nothing is charged otherwise", () => {
  const asked = anEvent("PaymentActionRequired", { data: { actionBy: "2026-01-05T12:10:37.000Z" } });
  const { html: body, subject, text } = render(recordOf(anEvent("OrderPlaced"), asked), "action");
  expect(subject).toBe("Please confirm your payment");
  for (const part of ["€19.80", "12:10 UTC", "nothing is charged"]) {
    expect(text).toContain(part);
    expect(body).toContain(part);
  }
});

test("a refund's mail says how much of this refund went back, not how much there ever was", () => {
  const refund = (refundId: string, amount: number) =>
    anEvent("RefundMade", { data: { refundId, amount, reason: "not for customers" } });
  const record = recordOf(anEvent("OrderPlaced"), refund("rf_1", 333), refund("rf_2", 1047));
  const mail = render(record, "refund:rf_2");
  expect(mail.subject).toBe("We have refunded €10.47");
  expect(mail.text).toContain("We have refunded €10.47 of your order");
  expect(mail.text).not.toContain("3.33");
  expect(mail.text).not.toContain("not for customers");
});

test("a short capture is told as what was taken", () => {
  const data = { amount: 1499, currency: "EUR" };
  const record = recordOf(anEvent("OrderPlaced"), anEvent("OrderConfirmed", { data }));
  expect(render(record, "confirmed").text).toContain("We have charged €14.99");
  const cancelled = recordOf(
    anEvent("OrderPlaced"),
    anEvent("OrderConfirmed", { data }),
    anEvent("OrderCancelled", { data: { refunded: true } }),
  );
  expect(render(cancelled, "cancelled").text).toContain("refunded €14.99");
});

/** Every amount of a mail's rows in minor units, the total last. */
const amountsIn = (text: string, currency: string) => {
  const digits = minorDigitsOf(currency);
  const rows = text.split("\n").filter((row) => / {2}.+ {2}\S/.test(row));
  return rows.map((row) => {
    const written = /(-?)[^\d-]*([\d,.]+)$/.exec(row.slice(row.lastIndexOf("  ")));
    expect(written?.[2]?.split(".")[1]?.length ?? 0).toBe(digits);
    return Number(`${written?.[1]}${written?.[2]?.replaceAll(/[,.]/g, "")}`);
  });
};

test.each(["EUR", "JPY", "KWD", "ISK", "HUF"])(
  "in %s the rows of every mail sum to its total, whatever an order costs beside its lines",
  (currency) => {
    const line = fc.record({
      sku: fc.constant("TEA"),
      name: fc.constant("Earl Grey"),
      quantity: fc.integer({ min: 1, max: 99 }),
      unitPrice: fc.integer({ min: 1, max: 9999 }),
    });
    const lines = fc.array(line, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(lines, fc.constantFrom(0, 495, 1, -1), (bought, beside) => {
        const amount = totalOf(bought) + beside;
        const placed = anEvent("OrderPlaced", { data: { lines: bought, amount, currency } });
        const { html: body, text } = render(recordOf(placed), "received");
        const amounts = amountsIn(text, currency);
        expect(amounts.slice(0, -1).reduce((sum, each) => sum + each, 0)).toBe(amounts.at(-1));
        expect(amounts.at(-1)).toBe(amount);
        for (const row of text.matchAll(/ {2}(\S*\d[\d,.]*)$/gm)) expect(body).toContain(`>${row[1]}<`);
      }),
      { numRuns: 40 },
    );
  },
);

test("no name becomes HTML, whatever is in it", () => {
  const anyName = fc.oneof(
    fc.string({ minLength: 1, maxLength: 200 }),
    fc.constantFrom("<script>alert(1)</script>", '"><img src=x onerror=y>', "&lt;b&gt;", "Tom & Jerry's"),
  );
  const tagsOf = (body: string) => body.match(/<[^>]*>/g);
  const plain = tagsOf(render(recordOf(anEvent("OrderPlaced")), "received").html);
  fc.assert(
    fc.property(anyName, anyName, (customer, product) => {
      const line = { sku: "TEA", name: product, quantity: 2, unitPrice: 990 };
      const to = { email: ada.email, name: customer };
      const mail = render(recordOf(anEvent("OrderPlaced", { data: { lines: [line] } })), "received", to);
      expect(tagsOf(mail.html)).toEqual(plain);
    }),
  );
});

test("a name stays on its line of the text, and turns no other text around", () => {
  const name = "Earl\r\n\r\nYour card was charged twice\u202e";
  const line = { sku: "TEA", name, quantity: 1, unitPrice: 1980 };
  const mail = render(recordOf(anEvent("OrderPlaced", { data: { lines: [line] } })), "received");
  expect(mail.text).toContain("  1 x Earl Your card was charged twice  €19.80\n");
  expect(oneLine("a\u2028b\u0000")).toBe("a b");
});

test("the tag escapes values and keeps HTML that is already safe", () => {
  expect(html`${"Tom & Jerry's"}`.text).toBe("Tom &amp; Jerry&#39;s");
  expect(html`<p title="${'"'}">${html`<b>${"<i>"}</b>`}${[html`<br>`, html`<hr>`]}</p>`.text).toBe(
    '<p title="&quot;"><b>&lt;i&gt;</b><br><hr></p>',
  );
});

test("a mail without a contact is a mistake that is noticed", () => {
  expect(() => render(recordOf(anEvent("OrderConfirmed")), "confirmed")).toThrow("before OrderPlaced");
});
