// The storefront's client with a real development token, fetched when it is needed and kept until it is old.
import { createStorefront, type Storefront } from "@order-saga/client";
import type { OrderDetail } from "../../../src/console-api.ts";
import { act, ask, Problem } from "./ask.ts";

/** Of an hour's token, what is left for the request on its way. */
const TOKEN_MILLISECONDS = 30 * 60_000;
/** The storefront of the page is one customer. */
const PRINCIPAL = "console";

const kept = new Map<string, { token: string; at: number }>();

async function tokenOf(sub: string): Promise<string> {
  const known = kept.get(sub);
  if (known && Date.now() - known.at < TOKEN_MILLISECONDS) return known.token;
  const { token } = await act<{ token: string }>("/__local/token", { sub });
  kept.set(sub, { token, at: Date.now() });
  return token;
}

const storefrontOf = (sub: string) =>
  createStorefront({
    baseUrl: location.origin,
    token: () => tokenOf(sub),
    // The page says itself how long a customer waits.
    retry: { longestAsked: 2000 },
  });

export const shop: Storefront = storefrontOf(PRINCIPAL);

/** A request to the public API, for what the storefront's client does not have. Rejects with a Problem. */
export async function askShop<T>(
  method: "GET" | "POST",
  path: string,
  { body, key }: { body?: unknown; key?: string } = {},
): Promise<T> {
  const answer = await fetch(path, {
    method,
    headers: {
      authorization: `Bearer ${await tokenOf(PRINCIPAL)}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(key !== undefined && { "idempotency-key": key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Problem(0, "The laptop does not answer", "Is `pnpm start` still running?");
  });
  const said = Object(await answer.json().catch(() => ({}))) as { title?: string; detail?: string };
  if (!answer.ok) throw new Problem(answer.status, said.title ?? `Answered ${answer.status}`, said.detail);
  return said as T;
}

/** Cancels as the customer who placed it, which an operator of this laptop may. */
export async function cancelOrder(orderId: string, reason: string): Promise<void> {
  const { facts } = await ask<OrderDetail>(`orders/${orderId}`);
  const { principal } = facts.orders as { principal: string };
  await storefrontOf(principal).cancel(orderId, reason);
}
