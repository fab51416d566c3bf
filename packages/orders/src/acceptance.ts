// Accepts an order once: priced by the shop's catalogue, and made under its id unless it is there already.
import type { Contact, OfBulk, PlaceOrderRequest } from "@order-saga/contracts";
import { isSameAddress } from "@order-saga/messaging/principal";
import { accept, type Order } from "./order.ts";
import type { OrderStore } from "./ports.ts";
import { price, type Refusal } from "./pricing.ts";

export type Accepting = {
  request: PlaceOrderRequest;
  fingerprint: string;
  /** The first is for a new order; while the secret of ids is rotated there are others. */
  ids: readonly string[];
  principal: string;
  /** Whether the address is the verified one of who asks; absent in a bulk of an earlier release. */
  addressVerified: boolean | undefined;
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
  const { addressVerified, fingerprint, ids, now, ofBulk, principal, request } = accepting;
  const [orderId = ""] = ids;
  const products = await ports.store.products(request.lines.map((line) => line.sku));
  const priced = price(request, products);
  if ("refusal" in priced) {
    const loaded = await Promise.all(ids.map((id) => ports.store.load(id)));
    const earlier = loaded.find((order) => order !== undefined);
    return earlier ?? priced;
  }
  const { contact, currency, paymentMethod } = request;
  const { decideWithinSeconds } = ports;
  const { lines } = priced;
  const order = { orderId, principal, fingerprint, contact, currency, lines, paymentMethod, now };
  const of = { ...(addressVerified !== undefined && { addressVerified }), ...(ofBulk && { ofBulk }) };
  return create(accept({ ...order, ...of, decideWithinSeconds }));
}

/** True if the mails go to who the token's issuer knows the customer to be. */
export const isVerified = ({ email }: Contact, verifiedEmail: string | undefined): boolean =>
  verifiedEmail !== undefined && isSameAddress(email, verifiedEmail);
