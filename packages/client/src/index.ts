// A storefront's client: the API's own types, an idempotency key for what must happen once, and safe retries.
import createClient from "openapi-fetch";
import { ApiProblem } from "./problem.ts";
import { defaultRetry, type RetryOptions, retryAfterOf, retryingFetch } from "./retry.ts";
import type { components, paths } from "./schema.ts";

export { ApiProblem, type FieldError } from "./problem.ts";
export type { RetryOptions } from "./retry.ts";

type Schemas = components["schemas"];
export type OrderView = Schemas["OrderView"];
export type OrderAccepted = Schemas["OrderAccepted"];
export type OrderStatus = OrderView["status"];
/** Why an order was rejected or cancelled, as far as its customer can act on it. */
export type EndReason = NonNullable<OrderView["reason"]>;
export type PaymentView = Schemas["PaymentView"];
export type RefundView = Schemas["RefundView"];
/** By an amount in minor units, or by the lines that came back. */
export type RefundRequest =
  paths["/orders/{orderId}/refunds"]["post"]["requestBody"]["content"]["application/json"];
export type Product = Schemas["Product"];
export type StockLevel = Schemas["StockLevel"];
/** What comes in or goes out; `buckets` spreads a hot SKU, and only rises. */
export type AdjustStockRequest = Schemas["AdjustStockRequest"];
export type StockFeedCreated = Schemas["StockFeedCreated"];
export type StockFeedView = Schemas["StockFeedView"];
export type BulkAccepted = Schemas["BulkAccepted"];
export type BulkView = Schemas["BulkView"];
export type PlaceBulkRequest = Schemas["PlaceBulkRequest"];
export type PlaceOrderRequest = Schemas["PlaceOrderRequest"];
export type Page<T> = { items: T[]; next?: string };

export type StorefrontOptions = {
  /** Without a slash at its end; the page's own origin in a browser. */
  baseUrl: string;
  /** A token for each request; may be fetched and renewed. */
  token?: () => string | Promise<string>;
  fetch?: (request: Request) => Promise<Response>;
  retry?: Partial<RetryOptions>;
};

/** Every method rejects with ApiProblem if the API refuses, and with fetch's own error if no answer comes. */
export type Storefront = {
  /**
   * Sent again with the same key it is the same order; without a key it gets one of its own, kept over
   * retries.
   */
  placeOrder(order: PlaceOrderRequest, idempotencyKey?: string): Promise<OrderAccepted>;
  order(orderId: string): Promise<OrderView>;
  /** One's own, newest first; of one status if it is given. */
  orders(page?: { limit?: number; cursor?: string; status?: OrderStatus }): Promise<Page<OrderAccepted>>;
  /** The money of one's own order; while ACTION_REQUIRED with what Stripe.js needs to ask the customer. */
  payment(orderId: string): Promise<PaymentView>;
  /**
   * Gives money back, for a clerk whose token has `refunds:write`; with the same key it is the same refund.
   * Poll `payment` until it is `succeeded` or `failed`.
   */
  refund(orderId: string, refund: RefundRequest, idempotencyKey?: string): Promise<RefundView>;
  /** Harmless when repeated. */
  cancel(orderId: string, reason?: string): Promise<void>;
  /** Up to 500 orders; with the same key it is the same bulk. Poll `bulk` until its status is COMPLETED. */
  placeBulk(bulk: PlaceBulkRequest, idempotencyKey?: string): Promise<BulkAccepted>;
  /** How the bulk stands, with a page of its rows. */
  bulk(bulkId: string, page?: { limit?: number; cursor?: string }): Promise<BulkView>;
  products(page?: { limit?: number; cursor?: string }): Promise<Page<Product>>;
  product(sku: string): Promise<Product>;
  stock(sku: string): Promise<StockLevel>;
  /** Adds to the stock or takes from it, or spreads it over more buckets; the same key does it once. */
  adjustStock(sku: string, change: number | AdjustStockRequest, idempotencyKey?: string): Promise<StockLevel>;
  /** A form to upload a CSV of `sku,delta` or `sku,level` with; a feed without a file changes nothing. */
  createStockFeed(): Promise<StockFeedCreated>;
  /** Uploads the file of a stock feed; poll `stockFeed` until its status is IMPORTED or REFUSED. */
  uploadStockFeed(feed: StockFeedCreated, file: Blob): Promise<void>;
  stockFeed(feedId: string): Promise<StockFeedView>;
};

export const newIdempotencyKey = (): string => crypto.randomUUID();

export function createStorefront(options: StorefrontOptions): Storefront {
  const send = options.fetch ?? ((request: Request) => fetch(request));
  const client = createClient<paths>({
    baseUrl: options.baseUrl,
    fetch: retryingFetch(send, { ...defaultRetry, ...options.retry }),
  });
  client.use({
    async onRequest({ request }) {
      const token = await options.token?.();
      if (token) request.headers.set("authorization", `Bearer ${token}`);
      return request;
    },
  });

  return {
    async placeOrder(body, idempotencyKey = newIdempotencyKey()) {
      const header = { "Idempotency-Key": idempotencyKey };
      return bodyOf(await client.POST("/orders", { params: { header }, body }));
    },
    order: async (orderId) =>
      bodyOf(await client.GET("/orders/{orderId}", { params: { path: { orderId } } })) as OrderView,
    orders: async (query = {}) => bodyOf(await client.GET("/orders", { params: { query } })),
    payment: async (orderId) =>
      bodyOf(await client.GET("/orders/{orderId}/payment", { params: { path: { orderId } } })) as PaymentView,
    async refund(orderId, body, idempotencyKey = newIdempotencyKey()) {
      const params = { path: { orderId }, header: { "Idempotency-Key": idempotencyKey } };
      return bodyOf(await client.POST("/orders/{orderId}/refunds", { params, body }));
    },
    async cancel(orderId, reason) {
      const body = reason === undefined ? {} : { reason };
      bodyOf(await client.POST("/orders/{orderId}/cancel", { params: { path: { orderId } }, body }));
    },
    async placeBulk(body, idempotencyKey = newIdempotencyKey()) {
      const header = { "Idempotency-Key": idempotencyKey };
      return bodyOf(await client.POST("/bulk-orders", { params: { header }, body }));
    },
    bulk: async (bulkId, query = {}) =>
      bodyOf(await client.GET("/bulk-orders/{bulkId}", { params: { path: { bulkId }, query } })),
    products: async (query = {}) => bodyOf(await client.GET("/products", { params: { query } })),
    product: async (sku) => bodyOf(await client.GET("/products/{sku}", { params: { path: { sku } } })),
    stock: async (sku) => bodyOf(await client.GET("/stock/{sku}", { params: { path: { sku } } })),
    async adjustStock(sku, change, idempotencyKey = newIdempotencyKey()) {
      const params = { path: { sku }, header: { "Idempotency-Key": idempotencyKey } };
      const body = typeof change === "number" ? { delta: change } : change;
      return bodyOf(await client.PUT("/stock/{sku}", { params, body }));
    },
    createStockFeed: async () => bodyOf(await client.POST("/stock-feeds")),
    uploadStockFeed: (feed, file) => uploadStockFeed(feed, file, send),
    stockFeed: async (feedId) =>
      bodyOf(await client.GET("/stock-feeds/{feedId}", { params: { path: { feedId } } })),
  };
}

/** What `Storefront.uploadStockFeed` does; the form alone allows it, so that no token is needed. */
export async function uploadStockFeed(
  { upload }: Pick<StockFeedCreated, "upload">,
  file: Blob,
  send: (request: Request) => Promise<Response> = fetch,
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
  // S3 ignores what comes after the file.
  form.append("file", file);
  const response = await send(new Request(upload.url, { method: "POST", body: form }));
  if (!response.ok) throw new ApiProblem(response.status, await response.text());
}

function bodyOf<T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T {
  if (!response.ok) throw new ApiProblem(response.status, error, retryAfterOf(response.headers));
  return data as T;
}
