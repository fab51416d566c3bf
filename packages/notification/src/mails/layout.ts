// What all mails share: greeting, message, the order's lines and total, as text and as HTML.
import { billOf } from "@order-saga/contracts/money";
import type { Placed } from "../notification.ts";
import { type Html, html, oneLine } from "./html.ts";
import { formatMoney } from "./money.ts";

/** What is shown of the order or the bulk, and the name of its customer, if they gave one. */
export type Shown = Pick<Placed, "lines" | "amount" | "currency" | "bulkOf"> & { name: string | undefined };

/** What a mail says, in the customer's words. */
export type Message = { subject: string; heading: string; paragraphs: readonly string[] };

export function toText(orderId: string, placed: Shown, message: Message): string {
  return [
    oneLine(greeting(placed)),
    "",
    ...message.paragraphs.flatMap((paragraph) => [paragraph, ""]),
    `${titleOf(placed)} ${orderId}`,
    ...rowsOf(placed, "x").map(([words, price]) => `  ${words}  ${price}`),
    `  Total  ${formatMoney(placed.amount, placed.currency)}`,
    "",
  ].join("\n");
}

const font = "font-family:Helvetica,Arial,sans-serif;color:#22301f";
const cell = "padding:8px 0;border-bottom:1px solid #e4e8e0;font-size:15px";

export function toHtml(orderId: string, placed: Shown, message: Message): string {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${message.subject}</title></head>
<body style="margin:0;background:#f3f5f0;${font}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;border-radius:8px"><tr><td style="padding:32px">
<h1 style="margin:0 0 16px;font-size:22px;${font}">${message.heading}</h1>
<p style="margin:0 0 12px;font-size:15px;line-height:22px">${greeting(placed)}</p>
${message.paragraphs.map((text) => html`<p style="margin:0 0 12px;font-size:15px;line-height:22px">${text}</p>`)}
<table width="100%" cellpadding="0" cellspacing="0" style="margin-top:12px">
${rowsOf(placed, "×").map(toRow)}
<tr><td style="padding:12px 0;font-size:15px"><strong>Total</strong></td><td align="right" style="padding:12px 0;font-size:15px"><strong>${formatMoney(placed.amount, placed.currency)}</strong></td></tr>
</table>
<p style="margin:12px 0 0;font-size:12px;color:#5b6657">${titleOf(placed)} ${orderId}</p>
</td></tr></table>
</td></tr></table>
</body>
</html>
`.text;
}

const toRow = ([words, price]: Row): Html =>
  html`<tr><td style="${cell}">${words}</td><td align="right" style="${cell}">${price}</td></tr>
`;

type Row = readonly [words: string, price: string];

/** They sum to the total. Of a bulk only the total is known. */
function rowsOf({ amount, currency, lines }: Shown, times: string): Row[] {
  const { beside, rows } = billOf(lines, amount);
  const all: [string, number][] = rows.map(({ amount: each, line }) => [
    `${line.quantity} ${times} ${oneLine(line.name)}`,
    each,
  ]);
  if (rows.length > 0 && beside !== 0) all.push(["Fees and discounts", beside]);
  return all.map(([words, each]) => [words, formatMoney(each, currency)]);
}

const titleOf = ({ bulkOf }: Shown) => (bulkOf === undefined ? "Order" : "Bulk order");

function greeting({ name }: Shown): string {
  return name ? `Hello ${name},` : "Hello,";
}
