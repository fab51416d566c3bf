// Accepts an order once: priced by the shop's catalogue, and made under its id unless it is there already.
import type { Contact, OfBulk, PlaceOrderRequest, Recipient } from "@order-saga/contracts";
import { isSameAddress } from "@order-saga/messaging/principal";
import { accept, type Order } from "./order.ts";
import type { OrderStore } from "./ports.ts";
import { price, type Refusal } from "./pricing.ts";

export type Accepting = {
  request: Omit<PlaceOrderRequest, "contact">;
  fingerprint: string;
  /** The first is for a new order; while the secret of ids is rotated there are others. */
  ids: readonly string[];
  principal: string;
  /** Who is written to, sealed if there is to be an order. */
  recipient: () => Promise<Recipient>;
  /** Milliseconds. */
  now: number;
  /** Where the order comes from, if with a bulk. */
  ofBulk?: OfBulk;
};

type Ports = { store: Pick<OrderStore, "products" | "load">; decideWithinSeconds: number };

/**
 * The order under one of these ids: what `create` answers, or the one an earlier request made, whatever the
 * catalogue says today. Or why there is none.
 */
export async function acceptOnce<Created>(
  ports: Ports,
  accepting: Accepting,
  create: (order: Order) => Promise<Created>,
): Promise<Created | Order | { refusal: Refusal }> {
  const { fingerprint, ids, now, ofBulk, principal, request } = accepting;
  const [orderId = ""] = ids;
  const products = await ports.store.products(request.lines.map((line) => line.sku));
  const priced = price(request, products);
  if ("refusal" in priced) {
    const loaded = await Promise.all(ids.map((id) => ports.store.load(id)));
    const earlier = loaded.find((order) => order !== undefined);
    return earlier ?? priced;
  }
  const { currency, paymentMethod } = request;
  const recipient = await accepting.recipient();
  const { decideWithinSeconds } = ports;
  const { lines } = priced;
  const order = { orderId, principal, fingerprint, recipient, currency, lines, paymentMethod, now };
  return create(accept({ ...order, decideWithinSeconds, ...(ofBulk && { ofBulk }) }));
}

/** True if there is an order, or a bulk, under one of these ids. */
export async function isAnyThere(
  load: (id: string) => Promise<object | undefined>,
  ids: readonly string[],
): Promise<boolean> {
  return (await Promise.all(ids.map(load))).some((each) => each !== undefined);
}

/** Who is written to about the order or the bulk: their contact as it was sealed. */
export function recipientOf(
  personal: string,
  { email }: Contact,
  verifiedEmail: string | undefined,
): Recipient {
  return { personal, addressVerified: verifiedEmail !== undefined && isSameAddress(email, verifiedEmail) };
}
