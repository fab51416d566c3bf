// The payment intents of a window at Stripe: listed, for a search lags behind and has a lower limit.
import { STRIPE_VERSION } from "@order-saga/payment/gateway/stripe-client";
import { ReplayError } from "./place.ts";
import type { Intent } from "./rebuild/payment.ts";

type Listed = {
  readonly id: string;
  readonly status: string;
  readonly amount_received: number;
  readonly created: number;
  readonly metadata: { readonly orderId?: string };
};

/** As many as a page may have (Stripe API reference, "Pagination"). */
const PAGE = 100;
/** An intent of any other status holds no money, has taken none, and waits for no customer. */
const counts: readonly string[] = ["requires_action", "requires_capture", "succeeded", "canceled"];

/** By order, of intents that were made since a moment (milliseconds). `apiKey` needs to read intents only. */
export async function intentsSince(
  from: number,
  { apiKey, apiUrl }: { apiKey: string; apiUrl: string },
): Promise<Map<string, Intent>> {
  const found = new Map<string, Intent>();
  const since = Math.floor(from / 1000);
  for (let after: string | undefined; ; ) {
    const page = await list(apiUrl, apiKey, {
      limit: String(PAGE),
      "created[gte]": String(since),
      ...(after && { starting_after: after }),
    });
    for (const { amount_received: received, id, metadata, status } of page.data)
      if (metadata.orderId && counts.includes(status) && !holds(found.get(metadata.orderId)))
        found.set(metadata.orderId, { id, status, received });
    const last = page.data.at(-1);
    if (!page.has_more || !last || last.created < since) return found;
    after = last.id;
  }
}

/** A canceled intent gives way to one that holds or took money. */
const holds = (intent: Intent | undefined) => intent !== undefined && intent.status !== "canceled";

async function list(apiUrl: string, apiKey: string, query: Record<string, string>) {
  const answer = await fetch(`${apiUrl}/v1/payment_intents?${new URLSearchParams(query)}`, {
    headers: { authorization: `Bearer ${apiKey}`, "stripe-version": STRIPE_VERSION },
    signal: AbortSignal.timeout(30_000),
  });
  if (!answer.ok)
    throw new ReplayError(
      `Stripe answered ${answer.status}: may the key in STRIPE_API_KEY read payment intents?`,
    );
  return (await answer.json()) as { data: Listed[]; has_more: boolean };
}
