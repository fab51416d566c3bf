// What the tests of orders share: an order, and a shop over one store, behind its edges and a fallible bus.
import {
  type AbortReason,
  CancelOrderRequest,
  type DomainEvent,
  type PlaceOrderRequest,
  PlaceOrderRequest as PlaceOrderRequestSchema,
  type Product,
  PutProductRequest,
  type RefundSource,
} from "@order-saga/contracts";
import type { FunctionManifest } from "@order-saga/messaging";
import { PublishError } from "@order-saga/messaging/errors";
import { grantedPorts, type OperationsOf } from "@order-saga/messaging/granted-ports";
import { type RouteHandler, route } from "@order-saga/messaging/http";
import { createLog, type Log } from "@order-saga/messaging/log";
import { memoryPersonalData } from "@order-saga/messaging/personal-data/memory";
import { assertPublishable } from "@order-saga/messaging/publisher";
import { createMemoryQuotaStore } from "@order-saga/messaging/quota/memory";
import { createQuota } from "@order-saga/messaging/quota/places";
import type { QuotaStore } from "@order-saga/messaging/quota/ports";
import { reaction } from "@order-saga/messaging/reaction";
import { schedule } from "@order-saga/messaging/schedule";
import { aBatch, anEvent, testContext, testNow } from "@order-saga/messaging/testing";
import {
  bulkRecord,
  catalogueList,
  gaugesRecord,
  orderQuotaRecord,
  orderRecord,
  principalList,
  productRecord,
  turnRecord,
  waitRecord,
} from "@order-saga/protocol/records";
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import { createAdmission } from "./admission/admission.ts";
import { termsOf } from "./admission/gauge.ts";
import { createLateness } from "./admission/lateness.ts";
import type { GaugeStore, TurnStore } from "./admission/ports.ts";
import { createIdentities } from "./identity/hmac.ts";
import { type Acceptance, accept, type Order } from "./order.ts";
import type { CancelOrderPorts, OrderStore, PlaceOrderPorts } from "./ports.ts";
import { getProductHandler, listProductsHandler, putProductHandler } from "./product-routes.ts";
import { trackOrderHandler } from "./reactions.ts";
import { cancelOrderHandler, getOrderHandler, listOrdersHandler, placeOrderHandler } from "./routes.ts";
import * as shipped from "./service.ts";
import { createMemoryGauges, createMemoryTurns } from "./store/admission-memory.ts";
import { createMemoryStore, type MemoryStore } from "./store/memory.ts";
import { createMemoryWaitPlaces } from "./store/wait-places-memory.ts";
import { sweepOrdersHandler } from "./sweeps.ts";
import { createWaiting, type Waiting, type WaitPlaces } from "./waiting.ts";

export const seconds = 1000;
export const minutes = 60 * seconds;
export const hours = 60 * minutes;

/** An order id that no other number has. */
export const orderIdOf = (n: number): string => `ord_${n.toString(16).padStart(32, "0")}`;

export const tea: Product = { sku: "TEA-EARL-GREY", name: "Earl Grey", unitPrice: 990, currency: "EUR" };
export const mug: Product = { sku: "MUG", name: "Mug", unitPrice: 1500, currency: "EUR" };

export const aRequest: PlaceOrderRequest = {
  contact: { email: "ada@example.com", name: "Ada" },
  currency: "EUR",
  lines: [{ sku: tea.sku, quantity: 2 }],
  paymentMethod: "pm_card_visa",
};

/** An order as it stands after `POST /orders` wrote it. */
export function anOrder(given: Partial<Acceptance> = {}): Order {
  return accept({
    orderId: orderIdOf(1),
    principal: "ada",
    fingerprint: "fingerprint",
    recipient: { contact: aRequest.contact },
    currency: "EUR",
    lines: [{ sku: tea.sku, name: tea.name, quantity: 2, unitPrice: tea.unitPrice }],
    paymentMethod: aRequest.paymentMethod,
    decideWithinSeconds: 900,
    now: testNow,
    ...given,
  });
}

type Sent = {
  principal?: string | undefined;
  /** The token's verified address; the one of `aRequest` unless it is null. */
  email?: string | null | undefined;
  path?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
};

/** What API Gateway hands over for a request. */
export function anHttpRequest(sent: Sent): APIGatewayProxyEventV2WithJWTAuthorizer {
  const { body, email = aRequest.contact.email, headers = {}, path, principal = "ada", query } = sent;
  const claims = { sub: principal, ...(email !== null && { email, email_verified: "true" }) };
  return {
    headers: { "content-type": "application/json", ...headers },
    requestContext: { authorizer: { jwt: { claims, scopes: [] } } },
    pathParameters: path,
    queryStringParameters: query,
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
  } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
}

type Placing = Pick<Sent, "body" | "principal" | "email"> & { key?: string };

async function send(handler: RouteHandler, sent: Sent) {
  const answer = await handler(anHttpRequest(sent));
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body ?? "null") };
}

export const aKey = "key-0123456789-abc";

/**
 * Orders over one store; the test moves the clock, takes the bus down, and reads what was said, parked and
 * logged. It may plant a manifest in place of the shipped one.
 */
export function aShop<S extends OrderStore>(
  store: S,
  planted: Partial<typeof shipped> = {},
  { ordersPerHour, secrets = "a secret of the tests" }: { ordersPerHour?: number; secrets?: string } = {},
) {
  const service = { ...shipped, ...planted };
  const said: DomainEvent[] = [];
  const parked: string[] = [];
  const lines: string[] = [];
  const clock = { now: testNow };
  const bus = { down: false };
  const now = () => clock.now;
  const log = createLog({ service: "orders", level: "debug", now, write: (line) => lines.push(line) });
  const publish = async (events: readonly DomainEvent[]) => {
    if (bus.down) throw new PublishError(events.map(() => "InternalFailure"));
    assertPublishable(events);
    said.push(...events);
  };
  const park = async ({ error }: { error: Error }) => void parked.push(error.name);
  const ports = { store, publish };
  const gauges = createMemoryGauges();
  const turns = createMemoryTurns();
  const quotas = createMemoryQuotaStore();
  const { wait, ...waited } = passingTime(clock);
  const waitPlaces = createMemoryWaitPlaces();
  const personalData = memoryPersonalData();
  const failures: unknown[] = [];
  const edge = { log, now };
  /** The ports as a function of this manifest has them. */
  const portsOf = (manifest: FunctionManifest) => {
    const granted = grantedPorts(service.orders, manifest);
    const shared = { terms: termsOf(450), failed: (error: unknown) => void failures.push(error) };
    const own = { ...shared, gauges: granted.store(gauges, gaugeOperations) };
    return {
      store: granted.store<OrderStore>(store, operations),
      publish: granted.publish(publish),
      admission: createAdmission({ ...own, turns: granted.store(turns, turnOperations) }),
      lateness: createLateness(own),
      ...quotaOf(granted.store(quotas, quotaOperations), ordersPerHour),
      waiting: createWaiting({ places: granted.store(waitPlaces, placeOperations), count: 100, now, wait }),
    };
  };
  const identities = createIdentities(secrets);
  const routes = routesOf(service, portsOf, edge, { identities, personalData });
  const tracking = portsOf(service.trackOrder);
  const trackPorts = { ...edge, publish: tracking.publish, park };
  const track = reaction(service.trackOrder, trackOrderHandler(tracking), trackPorts);
  const sweeping = portsOf(service.sweepOrders);
  const sweep = schedule(service.sweepOrders, sweepOrdersHandler(sweeping), edge);
  return {
    store,
    said,
    parked,
    lines,
    clock,
    bus,
    ports,
    personalData,
    sweep,
    gauges,
    ...waited,
    /** What went wrong at the gauges. */
    failures,
    /** Tells what the sweeps have seen undecided. */
    tellUndecided: () => sweeping.lateness.flush(clock.now),
    types: () => said.map(({ type }) => type),
    forget: () => said.splice(0),
    place: ({ body = aRequest, key = aKey, principal, email }: Placing = {}) =>
      send(routes.place, { body, principal, email, headers: key === "" ? {} : { "idempotency-key": key } }),
    get: (orderId: string, given: Sent = {}) => send(routes.get, { ...given, path: { orderId } }),
    list: (query: Record<string, string> = {}, principal?: string) => send(routes.list, { query, principal }),
    cancel: (orderId: string, given: Sent = {}) => send(routes.cancel, { ...given, path: { orderId } }),
    products: (query: Record<string, string> = {}) => send(routes.products, { query }),
    product: (sku: string) => send(routes.product, { path: { sku } }),
    putProduct: (sku: string, body: unknown) => send(routes.putProduct, { path: { sku }, body }),
    /** Delivers a batch to track-order; returns how many of its messages come again. */
    async hear(...events: DomainEvent[]): Promise<number> {
      return (await track(aBatch(events), testContext)).batchItemFailures.length;
    },
  };
}

/** None, unless the test says how many orders an hour a customer has. */
const quotaOf = (store: QuotaStore, limit: number | undefined) =>
  limit === undefined ? {} : { quota: createQuota(store, { limit, windowMilliseconds: 1 * hours }) };

/** A wait that ends at once, with the clock moved on. */
function passingTime(clock: { now: number }) {
  /** What happens while a request waits, before each of its looks. */
  const meanwhile: (() => unknown)[] = [];
  const waits: number[] = [];
  const wait = async (milliseconds: number) => {
    clock.now += milliseconds;
    waits.push(milliseconds);
    await meanwhile.shift()?.();
  };
  return { meanwhile, wait, waits };
}

/** What the table is asked for by each method of the store that is not a versioned store's own. */
const operations: OperationsOf<OrderStore> = {
  create: ({ orderId }, otherIds = []) => [
    ["PutItem", orderRecord.key(orderId).pk],
    ...otherIds.map((id) => ["ConditionCheckItem", orderRecord.key(id).pk] as const),
  ],
  createOfRow: ({ orderId }, ofBulk) => [
    ["PutItem", orderRecord.key(orderId).pk],
    ["ConditionCheckItem", bulkRecord.key(ofBulk.bulkId).pk],
  ],
  loadAll: () => [["BatchGetItem", orderRecord.key("any").pk]],
  writeBlind: ({ orderId }) => [["UpdateItem", orderRecord.key(orderId).pk]],
  orders: (principal) => [
    ["Query", principalList(principal), "list"],
    ["BatchGetItem", orderRecord.key("any").pk],
  ],
  products: (skus) => skus.map((sku) => ["BatchGetItem", productRecord.key(sku).pk]),
  putProduct: ({ sku }) => [["PutItem", productRecord.key(sku).pk]],
  catalogue: () => [
    ["Query", catalogueList, "list"],
    ["BatchGetItem", productRecord.key("any").pk],
  ],
};

const gaugesKey = gaugesRecord.key("ORDERS").pk;
const gaugeOperations: OperationsOf<GaugeStore> = {
  load: () => [["GetItem", gaugesKey]],
  save: () => [["PutItem", gaugesKey]],
};
const turnOperations: OperationsOf<TurnStore> = {
  load: (orderId) => [["GetItem", turnRecord.key(orderId).pk]],
  save: (orderId) => [["PutItem", turnRecord.key(orderId).pk]],
};

const quotaKey = (customer: string) => orderQuotaRecord.key(customer).pk;
const quotaOperations: OperationsOf<QuotaStore> = {
  load: (customer) => [["GetItem", quotaKey(customer)]],
  begin: (customer) => [["PutItem", quotaKey(customer)]],
  add: (customer) => [["UpdateItem", quotaKey(customer)]],
  giveBack: (customer) => [["UpdateItem", quotaKey(customer)]],
};

const placeOperations: OperationsOf<WaitPlaces> = {
  take: (place) => [["PutItem", waitRecord.key(String(place)).pk]],
  free: (place) => [["PutItem", waitRecord.key(String(place)).pk]],
};

type ShopPorts = Pick<PlaceOrderPorts, "store" | "publish" | "admission" | "quota"> & { waiting: Waiting };

function routesOf(
  service: typeof shipped,
  portsOf: (manifest: FunctionManifest) => ShopPorts,
  edge: { log: Log; now: () => number },
  { identities, personalData }: Pick<PlaceOrderPorts & CancelOrderPorts, "identities" | "personalData">,
) {
  const placingPorts = {
    ...portsOf(service.placeOrder),
    identities,
    personalData,
    decideWithinSeconds: 900,
  };
  return {
    place: route(service.placeOrder, PlaceOrderRequestSchema, placeOrderHandler(placingPorts), edge),
    get: route(service.getOrder, undefined, getOrderHandler(portsOf(service.getOrder)), edge),
    list: route(service.listOrders, undefined, listOrdersHandler(portsOf(service.listOrders)), edge),
    cancel: route(
      service.cancelOrder,
      CancelOrderRequest,
      cancelOrderHandler({ ...portsOf(service.cancelOrder), personalData }),
      edge,
    ),
    products: route(
      service.listProducts,
      undefined,
      listProductsHandler(portsOf(service.listProducts)),
      edge,
    ),
    product: route(service.getProduct, undefined, getProductHandler(portsOf(service.getProduct)), edge),
    putProduct: route(
      service.putProduct,
      PutProductRequest,
      putProductHandler(portsOf(service.putProduct)),
      edge,
    ),
  };
}

/** A shop in memory that sells tea and mugs. */
export async function aMemoryShop(
  store: MemoryStore = createMemoryStore(),
  planted: Partial<typeof shipped> = {},
  more: Parameters<typeof aShop>[2] = {},
) {
  await store.putProduct(tea);
  await store.putProduct(mug);
  return aShop(store, planted, more);
}

/**
 * What inventory and payment say of orders that end in each way the protocol allows, in some order of
 * arrival.
 */
export function histories(orderId: string): Record<string, DomainEvent[]> {
  const reserved = anEvent("StockReserved", { orderId });
  const rejected = anEvent("StockRejected", { orderId });
  const committed = anEvent("StockCommitted", { orderId });
  const released = (reason: "declined" | "aborted" | "refunded") =>
    anEvent("StockReleased", { orderId, data: { reason } });
  const asked = anEvent("PaymentActionRequired", { orderId });
  const authorized = anEvent("PaymentAuthorized", { orderId });
  const captured = anEvent("PaymentCaptured", { orderId });
  const refunded = anEvent("PaymentRefunded", { orderId });
  const declined = anEvent("PaymentDeclined", { orderId });
  const failed = anEvent("PaymentDeclined", { orderId, data: { stage: "capture", code: "expired_card" } });
  const aborted = (reason: AbortReason, held: boolean) =>
    anEvent("PaymentAborted", { orderId, data: { reason, held } });
  const voided = anEvent("PaymentVoided", { orderId });
  const made = (refundId: string, amount: number) =>
    anEvent("RefundMade", { orderId, data: { refundId, amount } });
  const refundFailed = (refundId: string, source: RefundSource) =>
    anEvent("RefundFailed", { orderId, data: { refundId, amount: 333, source } });
  const sold = [reserved, authorized, captured, committed];
  return {
    "captured and committed": sold,
    "asked, captured and committed": [reserved, asked, authorized, captured, committed],
    "asked and declined": [reserved, asked, declined, released("declined")],
    "asked and expired": [reserved, asked, aborted("expired", false), released("aborted")],
    "declined and released": [reserved, declined, released("declined")],
    "declined and rejected": [rejected, declined],
    "capture failed and released": [reserved, authorized, failed, released("declined")],
    "cancelled and released": [reserved, authorized, aborted("cancelled", true), released("aborted"), voided],
    "cancelled before it was placed elsewhere": [aborted("cancelled", false), released("aborted")],
    "expired and released": [reserved, authorized, aborted("expired", true), released("aborted"), voided],
    "expired, taken by another hand and given back in vain": [
      reserved,
      aborted("expired", true),
      released("aborted"),
      refundFailed("abort-1", "abort"),
    ],
    "out of stock": [rejected, authorized, aborted("out_of_stock", true), voided],
    "cancelled and rejected": [rejected, aborted("cancelled", false)],
    "refunded after the sale": [...sold, refunded, released("refunded")],
    "refund overtook the capture": [reserved, authorized, refunded, captured, released("refunded")],
    "a part refunded": [...sold, made("rf_1", 333), made("rf_2", 7), refundFailed("rf_3", "shop")],
    "a refund that was made and came back": [...sold, made("rf_1", 333), refundFailed("rf_1", "shop")],
    "disputed and lost": [
      ...sold,
      anEvent("DisputeOpened", { orderId }),
      anEvent("DisputeClosed", { orderId }),
    ],
    "the refund of a cancellation failed": [...sold, refundFailed("cancellation-1", "cancellation")],
  };
}
