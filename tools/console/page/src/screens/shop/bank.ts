// The way to the customer's bank and back. A storefront on the web gives the client secret to Stripe.js.
import { session } from "../../state/store.ts";

/** The provider's page for the intent that the secret opens; it returns to the shop. */
export function bankPageOf(clientSecret: string, providerUrl: string): string {
  const [intentId = ""] = clientSecret.split("_secret_");
  return `${providerUrl}/v1/authenticate/${intentId}?client_secret=${encodeURIComponent(clientSecret)}`;
}

export const goToBank = (clientSecret: string): void =>
  location.assign(bankPageOf(clientSecret, session.providerUrl.peek()));

/** What the customer is told who comes back; the order moves on by what the provider tells the shop. */
export function wordsOnReturn(query: Readonly<Record<string, string>>): string | undefined {
  if (query.payment_intent === undefined) return undefined;
  return query.redirect_status === "succeeded"
    ? "Thank you: your bank has said yes. The order moves on by itself."
    : "Your bank did not say yes, so nothing is charged.";
}
