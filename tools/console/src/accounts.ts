// The shop's accounts: money by currency, mails by kind, orders by status, and the invariants over them.
import type { Books } from "@order-saga/invariants/books";
import { type Mail, mailKinds } from "@order-saga/notification/notification";
import { statusOf } from "@order-saga/orders/order";
import type { Accounts, InvariantRow } from "./console-api.ts";

export function accountsOf(books: Books, invariants: InvariantRow[], checkedAt: string): Accounts {
  return {
    money: moneyOf(books),
    mails: mailsOf(books),
    orders: [...Map.groupBy(books.orders, statusOf)]
      .map(([status, orders]) => ({ status, count: orders.length }))
      .sort((a, b) => a.status.localeCompare(b.status)),
    invariants,
    checkedAt,
  };
}

/** Those about refunds, of which an order may have several, are one kind. */
function mailsOf({ notifications }: Books): Accounts["mails"] {
  const all = notifications.flatMap(({ mails }) => Object.entries(mails));
  return [...mailKinds, "refund"].map((kind) => {
    const own = all.filter(([each]) => each === kind || each.startsWith(`${kind}:`));
    const count = (state: Mail["state"]) => own.filter(([, mail]) => mail?.state === state).length;
    return { kind, sent: count("SENT"), unknown: count("UNKNOWN"), refused: count("REFUSED") };
  });
}

/** `authorized` is what is held: neither captured nor voided. */
function moneyOf({ intents }: Books): Accounts["money"] {
  return [...Map.groupBy(intents, ({ currency }) => currency.toUpperCase())].map(([currency, own]) => {
    const sum = (amounts: number[]) => amounts.reduce((total, each) => total + each, 0);
    const inStatus = (status: string) =>
      own.filter((each) => each.status === status).map(({ amount }) => amount);
    return {
      currency,
      authorized: sum(inStatus("requires_capture")),
      captured: sum(own.map(({ amountReceived }) => amountReceived)),
      voided: sum(inStatus("canceled")),
      refunded: sum(own.map(({ amountRefunded }) => amountRefunded)),
    };
  });
}
