// A smoke order: one that must be confirmed and one that must be declined, through the public API alone.
import { ApiProblem, createStorefront, type OrderView, type Storefront } from "@order-saga/client";

export type SmokeOptions = {
  url: string;
  /** Of a customer who may also write the catalogue and the stock. */
  token: string;
  /** Where mails go: SES answers for this address itself (SES guide, "mailbox simulator"). */
  email?: string;
  /** Milliseconds an order may take to be settled. */
  patience: number;
  now: () => number;
  pause: (milliseconds: number) => Promise<void>;
  say: (line: string) => void;
};

const SKU = "SMOKE-TEST";
const PRICE = 100;
const CURRENCY = "EUR";

/** Stripe's test payment methods (docs.stripe.com/testing), and what becomes of an order with each. */
const orders = [
  { paymentMethod: "pm_card_visa", ends: "CONFIRMED" },
  { paymentMethod: "pm_card_visa_chargeDeclined", ends: "REJECTED" },
] as const;

/** Answers what is wrong, in sentences; empty if all is well. */
export async function smoke(options: SmokeOptions): Promise<string[]> {
  const url = options.url.replace(/\/$/, "");
  const open = await fetch(`${url}/orders`);
  await open.arrayBuffer();
  if (open.status !== 401) return [`GET /orders without a token answers ${open.status}, not 401`];
  const storefront = createStorefront({ baseUrl: url, token: () => options.token });
  try {
    await stockUp(storefront, url, options.token);
    const faults: string[] = [];
    for (const { ends, paymentMethod } of orders) {
      const fault = await follow(storefront, paymentMethod, ends, options);
      if (fault) faults.push(fault);
    }
    return faults;
  } catch (error) {
    if (error instanceof ApiProblem) return [`the API refuses: ${error.message}`];
    throw error;
  }
}

/** The product is put again each time; one piece for each order, of which the declined one is given back. */
async function stockUp(storefront: Storefront, url: string, token: string): Promise<void> {
  const known = await storefront.product(SKU).catch((error) => error);
  if (known instanceof Error) {
    const answer = await fetch(`${url}/products/${SKU}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "Smoke test, not for sale", unitPrice: PRICE, currency: CURRENCY }),
    });
    if (!answer.ok) throw new Error(`PUT /products/${SKU} answers ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  }
  await storefront.adjustStock(SKU, orders.length);
}

async function follow(
  storefront: Storefront,
  paymentMethod: string,
  ends: OrderView["status"],
  { email = "success@simulator.amazonses.com", now, patience, pause, say }: SmokeOptions,
): Promise<string | undefined> {
  const begun = now();
  const { orderId } = await storefront.placeOrder({
    contact: { email },
    currency: CURRENCY,
    lines: [{ sku: SKU, quantity: 1 }],
    paymentMethod,
  });
  for (;;) {
    const { status } = await storefront.order(orderId);
    const took = now() - begun;
    if (status === ends) {
      say(`${orderId} with ${paymentMethod}: ${status} after ${took} ms`);
      return undefined;
    }
    const isOver = status === "CONFIRMED" || status === "REJECTED" || status === "CANCELLED";
    if (isOver || took > patience)
      return `${orderId} with ${paymentMethod} is ${status} after ${took} ms, expected ${ends}`;
    await pause(500);
  }
}
