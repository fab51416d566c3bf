// The page on which a customer answers their bank, in the place of the bank's own. Only a request with the
// intent's client secret is answered, from whichever page it comes.
import { randomUUID, timingSafeEqual } from "node:crypto";
import { fromProviderAmount, moneyFormat } from "@order-saga/contracts/currencies";
import { type ChangeContext, keep, newObjectId } from "./changes.ts";
import { authenticate } from "./intents.ts";
import { missing, type PaymentIntentRecord } from "./model.ts";

export type PageAnswer = { status: number; headers: Record<string, string>; body: string };

/** `/v1/authenticate/<intent>`: GET shows the page, POST has the answer. */
export const AUTHENTICATE_PATH = /^\/v1\/authenticate\/(pi_\w+)$/;

export function answerAuthentication(
  { form, intentId, method }: { method: string; intentId: string; form: URLSearchParams },
  context: ChangeContext,
): PageAnswer {
  const intent = context.storage.intent(intentId);
  if (!intent || !isSame(form.get("client_secret"), intent.clientSecret)) {
    return page(404, "No such payment", "<p>This link belongs to no payment.</p>");
  }
  if (method === "GET") return asked(intent);
  const outcome = form.get("outcome");
  if (method !== "POST" || (outcome !== "succeeded" && outcome !== "failed")) {
    return page(400, "Not an answer", "<p>Say yes or no.</p>");
  }
  const after = intent.status === "requires_action" ? answerOf(intent, outcome, context) : intent;
  const back = returnUrlOf(after, outcome);
  if (back === undefined) return over(after);
  return { status: 303, headers: { ...headers, location: back }, body: "" };
}

/** The customer's answer; refused as StripeFailure if nothing was asked. */
export function answerOf(
  intent: PaymentIntentRecord,
  outcome: "succeeded" | "failed",
  context: ChangeContext,
): PaymentIntentRecord {
  const after = authenticate(intent, outcome === "succeeded", Math.floor(context.now() / 1000));
  // The browser's own request caused it, which carries no key of the shop's.
  const cause = { id: newObjectId("req", context.newId), idempotency_key: null };
  context.storage.atomically(() => keep(context, cause, { of: "payment_intent", before: intent, after }));
  return after;
}

/** The same for the shop's owner or a test that plays the customer. */
export function authenticateById(
  intentId: string,
  outcome: "succeeded" | "failed",
  context: ChangeContext,
): PaymentIntentRecord {
  const intent = context.storage.intent(intentId);
  if (!intent) throw missing("payment_intent", intentId);
  return answerOf(intent, outcome, context);
}

/** With what Stripe adds to it (docs.stripe.com/payments/accept-a-payment, "Handle post-payment events"). */
function returnUrlOf(intent: PaymentIntentRecord, outcome: "succeeded" | "failed"): string | undefined {
  if (intent.returnUrl === undefined) return undefined;
  const url = new URL(intent.returnUrl);
  url.searchParams.set("payment_intent", intent.id);
  url.searchParams.set("payment_intent_client_secret", intent.clientSecret ?? "");
  url.searchParams.set("redirect_status", outcome);
  return url.href;
}

function asked(intent: PaymentIntentRecord): PageAnswer {
  if (intent.status !== "requires_action") return over(intent);
  const button = (outcome: string, text: string) =>
    `<button name="outcome" value="${outcome}">${text}</button>`;
  return page(
    200,
    "Confirm this payment",
    `<p class="who">Your bank asks</p>
<h1>Is it you who pays?</h1>
<p class="amount">${escaped(amountOf(intent))}</p>
<dl><dt>Card</dt><dd>${escaped(intent.paymentMethod ?? "")}</dd><dt>Payment</dt><dd>${escaped(intent.id)}</dd></dl>
<form method="post">
<input type="hidden" name="client_secret" value="${escaped(intent.clientSecret ?? "")}">
${button("succeeded", "Yes, pay")}
${button("failed", "No, refuse")}
</form>
<p class="note">A page of the laptop, in the place of a bank's. No money moves.</p>`,
  );
}

function over(intent: PaymentIntentRecord): PageAnswer {
  const text =
    intent.status === "requires_capture" || intent.status === "succeeded"
      ? "The payment is confirmed."
      : "The payment was not made.";
  return page(200, "Answered", `<h1>${text}</h1><p>You can close this window.</p>`);
}

function amountOf({ amount, currency }: PaymentIntentRecord): string {
  const code = currency.toUpperCase();
  return moneyFormat("en", code)(fromProviderAmount(amount, code));
}

const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Nothing but its own style; a form's redirect to the shop must be let through. */
const policyOf = (nonce: string) =>
  `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors *`;

function page(status: number, title: string, body: string): PageAnswer {
  const nonce = randomUUID();
  return {
    status,
    headers: { ...headers, "content-security-policy": policyOf(nonce) },
    body: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style nonce="${nonce}">${STYLE}</style></head>
<body><main>${body}</main></body></html>`,
  };
}

const STYLE = `
:root { color-scheme: light dark; --paper: #f4f5f7; --card: #fff; --ink: #1a2233; --quiet: #5b6577; --line: #d9dde5; --yes: #1d5fd1; }
@media (prefers-color-scheme: dark) { :root { --paper: #10141d; --card: #1a2030; --ink: #eef1f7; --quiet: #a3adbf; --line: #323b4f; --yes: #7fb0ff; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 25rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--yes); border-radius: 12px; }
h1 { margin: 0; font-size: 1.35rem; line-height: 1.3; }
.who { margin: 0 0 .25rem; color: var(--quiet); font-size: .85rem; }
.amount { margin: 1rem 0; font-size: 2rem; font-weight: 650; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0 0 1.5rem; font-size: .85rem; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace; }
form { display: grid; gap: .75rem; }
button { padding: .8rem 1rem; border: 1px solid var(--line); border-radius: 8px; background: transparent; color: inherit; font: inherit; font-weight: 600; cursor: pointer; }
button[value=succeeded] { background: var(--yes); border-color: var(--yes); color: var(--card); }
button:focus-visible { outline: 3px solid var(--yes); outline-offset: 2px; }
.note { margin: 1.5rem 0 0; color: var(--quiet); font-size: .8rem; }`;

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function isSame(given: string | null, wanted: string | undefined): boolean {
  if (given === null || wanted === undefined) return false;
  const [one, two] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === two.length && timingSafeEqual(one, two);
}
