// The routes of orders: placed once per idempotency key, read, listed, cancelled.
import { type CancelOrderRequest, OrderId, OrderStatus, type PlaceOrderRequest } from "@order-saga/contracts";
import {
  type AuthenticatedRequest,
  type HttpAnswer,
  HttpProblem,
  idempotencyKeyOf,
  problem,
} from "@order-saga/messaging/http";
import { Contended, writeOptimistically } from "@order-saga/messaging/optimistic";
import { contactText } from "@order-saga/messaging/personal-data/contact";
import { acceptOnce, isAnyThere, recipientOf } from "./acceptance.ts";
import { isCancellable, type Order, requestCancel, statusOf } from "./order.ts";
import { refuseBeyondQuota } from "./order-quota.ts";
import { cursorAfter, orderPlace, type Page, pageOf, refuseUnknown } from "./paging.ts";
import type { CancelOrderPorts, OrderPorts, OrderStore, PageOf, PlaceOrderPorts } from "./ports.ts";
import { publishUnconfirmed } from "./publish-unconfirmed.ts";
import { refused } from "./refused.ts";
import { acceptedView, summary, view } from "./views.ts";
import { type Waiting, waitSecondsOf } from "./waiting.ts";

export function placeOrderHandler(ports: PlaceOrderPorts) {
  return async (request: AuthenticatedRequest<PlaceOrderRequest>): Promise<HttpAnswer> => {
    const { body, now, principal, verifiedEmail } = request;
    const key = idempotencyKeyOf(request);
    const ids = ports.identities.map((each) => each.orderId(principal, key));
    request.about(ids[0] ?? "");
    const fingerprints = ports.identities.map((each) => each.fingerprint(body));
    const [fingerprint = ""] = fingerprints;
    const [subject = ""] = ids;
    const recipient = async () => {
      // First, so that a request that is refused makes no key.
      await refuseIfBusy(ports, request, ids);
      await refuseBeyondQuota(ports.quota, request, {
        id: subject,
        count: 1,
        isKnown: () => isAnyThere(ports.store.load, ids),
      });
      const { contact } = body;
      const personal = await ports.personalData.seal(principal, subject, contactText(contact));
      return recipientOf(personal, contact, verifiedEmail);
    };
    const accepting = { request: body, fingerprint, ids, now, principal, recipient };
    const order = await acceptOnce(ports, accepting, async (made) => {
      const order = await ports.store.create(made, ids.slice(1));
      // One that came before was counted then.
      if (order.placedAt === made.placedAt) ports.admission?.took(skusOf(made), now);
      return order;
    });
    if ("refusal" in order) throw refused(order.refusal);
    request.about(order.orderId);
    if (!fingerprints.includes(order.fingerprint)) {
      throw problem(422, "idempotency-key-reused", "This Idempotency-Key came with another order before.");
    }
    await publishUnconfirmed(publishing(ports, now), order);
    return { status: 202, headers: { location: `/orders/${order.orderId}` }, body: acceptedView(order) };
  };
}

const skusOf = ({ lines }: Pick<PlaceOrderRequest, "lines">) => lines.map(({ sku }) => sku);

/** Throws the problem `busy` if the order would wait for too long; one that was taken before never is. */
async function refuseIfBusy(
  { admission, store }: PlaceOrderPorts,
  { body, log, now }: AuthenticatedRequest<PlaceOrderRequest>,
  ids: readonly string[],
): Promise<void> {
  const [orderId = ""] = ids;
  const isKnown = () => isAnyThere(store.load, ids);
  const refusal = await admission?.refuses({ orderId, skus: skusOf(body), isKnown, now });
  if (!refusal) return;
  const seconds = Math.max(1, Math.ceil((refusal.until - now) / 1000));
  log("info", "order refused: it would wait for too long", {
    reason: `${refusal.queue} is late`,
    durationMilliseconds: seconds * 1000,
  });
  const title = "There are more orders than can be decided in time.";
  const detail = `Send the same order with the same key in ${seconds} seconds.`;
  throw new HttpProblem({ type: "busy", title, status: 429, detail }, { "retry-after": String(seconds) });
}

/** Tells admission whether the bus takes events. */
function publishing({ admission, publish }: PlaceOrderPorts, now: number): Pick<OrderPorts, "publish"> {
  if (!admission) return { publish };
  return {
    publish: async (events) => {
      try {
        await publish(events);
        admission.published();
      } catch (error) {
        admission.notPublished(now);
        throw error;
      }
    },
  };
}

export function getOrderHandler({ store, waiting }: { store: OrderStore; waiting: Waiting }) {
  return async (request: AuthenticatedRequest<undefined>): Promise<HttpAnswer> => {
    const { path, principal, query } = request;
    refuseUnknown(query, ["wait"]);
    const seconds = waitSecondsOf(query);
    const order = await ownOrder(store, path.orderId, principal);
    if (!isKnownTo(request, order)) return { status: 200, headers: headersOf(order), body: view(order) };
    const unchanged: HttpAnswer = { status: 304, headers: headersOf(order) };
    if (seconds === 0) return unchanged;
    const waited = await waiting(principal, seconds, async () => {
      const now = await store.load(order.orderId);
      return now && now.version !== order.version ? now : undefined;
    });
    if (waited === "time-over") return unchanged;
    if (waited === "no-place") return { ...unchanged, headers: { ...unchanged.headers, "retry-after": "2" } };
    const { changed } = waited;
    return { status: 200, headers: headersOf(changed), body: view(changed) };
  };
}

const etagOf = ({ version }: Order) => `"${version}"`;
const headersOf = (order: Order) => ({ etag: etagOf(order), "cache-control": "private, no-cache" });

function isKnownTo({ header }: Pick<AuthenticatedRequest<undefined>, "header">, order: Order): boolean {
  const known = header("if-none-match")
    ?.split(",")
    .map((each) => each.trim().replace(/^W\//, ""));
  return known !== undefined && (known.includes(etagOf(order)) || known.includes("*"));
}

export function listOrdersHandler({ store }: { store: OrderStore }) {
  return async ({ principal, query }: AuthenticatedRequest<undefined>): Promise<HttpAnswer> => {
    const page = pageOf(query, ["status"]);
    const status = OrderStatus.safeParse(query.status);
    if (query.status !== undefined && !status.success)
      throw problem(400, "invalid-status", "status must be one that an order can have.");
    const { items, next } = status.success
      ? await ordersOf(store, principal, page, status.data)
      : await store.orders(principal, page);
    return { status: 200, body: { items: items.map(summary), ...(next !== undefined && { next }) } };
  };
}

/** A page that needs more reads than this is given out short, and goes on at its cursor. */
const READS_PER_PAGE = 5;

/** No index has the status: the customer's orders are read until a page is full. */
async function ordersOf(
  store: OrderStore,
  principal: string,
  page: Page,
  status: OrderStatus,
): Promise<PageOf<Order>> {
  const items: Order[] = [];
  let { cursor } = page;
  for (let read = 0; read < READS_PER_PAGE; read++) {
    const found = await store.orders(principal, { limit: 100, cursor });
    for (const order of found.items) {
      if (statusOf(order) !== status) continue;
      // There is one more than asked for, so that a full page is known not to be the last.
      const last = items.length === page.limit ? items.at(-1) : undefined;
      if (last) return { items, next: cursorAfter(orderPlace(last)) };
      items.push(order);
    }
    cursor = found.next;
    if (cursor === undefined) return { items };
  }
  return { items, ...(cursor !== undefined && { next: cursor }) };
}

/** Fewer than a reaction has: the customer waits for the answer. */
const ATTEMPTS = 5;

export function cancelOrderHandler(ports: CancelOrderPorts) {
  return async ({
    body,
    now,
    path,
    principal,
  }: AuthenticatedRequest<CancelOrderRequest>): Promise<HttpAnswer> => {
    /** Not for a customer who gave none, nor for a request that was recorded before. */
    const sealedReason = async ({ cancelRequested, orderId }: Order) =>
      body.reason && !cancelRequested
        ? ports.personalData.sealForKnown(principal, orderId, body.reason)
        : undefined;
    const { cancelled, isNew } = await writeOptimistically<
      Order,
      Order,
      { cancelled: Order; isNew: boolean }
    >({
      what: `order ${path.orderId}`,
      attempts: ATTEMPTS,
      load: () => ownOrder(ports.store, path.orderId, principal),
      save: ports.store.save,
      async decide(order) {
        if (!isCancellable(order)) throw problem(409, "not-cancellable", "The order has ended already.");
        // OrderPlaced must be on the bus before its cancellation is recorded.
        await publishUnconfirmed(ports, order);
        const next = requestCancel(order, await sealedReason(order), now);
        if (next === order) return { answer: { cancelled: order, isNew: false } };
        return { write: next, answer: { cancelled: next, isNew: true } };
      },
    }).catch(unavailable);
    if (isNew) await publishUnconfirmed(ports, cancelled);
    return { status: 202, body: view(cancelled) };
  };
}

function unavailable(error: unknown): never {
  if (!(error instanceof Contended)) throw error;
  const title = "The order is being written by others. Retry.";
  throw new HttpProblem({ type: "unavailable", title, status: 503 }, { "retry-after": "1" });
}

/** Another customer's order is answered like one that is not there. */
async function ownOrder(store: OrderStore, id: string | undefined, principal: string): Promise<Order> {
  const orderId = OrderId.safeParse(id);
  const order = orderId.success ? await store.load(orderId.data) : undefined;
  if (order?.principal !== principal) throw problem(404, "unknown-order", "There is no such order.");
  return order as Order;
}
