// A storefront's client: the API's own types, an idempotency key for what must happen once, and safe retries.
import createClient from "openapi-fetch";
import { newIdempotencyKey } from "./intent.ts";
import { ApiProblem } from "./problem.ts";
import { defaultRetry, type RetryOptions, retryAfterOf, retryingFetch, unlessAborted } from "./retry.ts";
import type { components, paths } from "./schema.ts";
import { type AskForChange, type OrderChange, type WatchOptions, watchOrder } from "./watch.ts";

export { createIntent, type Intent, type IntentStorage, newIdempotencyKey } from "./intent.ts";

export { ApiProblem, type FieldError } from "./problem.ts";
export type { RetryOptions } from "./retry.ts";
export type { OrderChange, WatchOptions } from "./watch.ts";
export {
  type ReceivedWebhook,
  type VerifiedWebhook,
  verifyWebhook,
  WebhookRefused,
} from "./webhook.ts";

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

/** An aborted request rejects with the signal's reason, also between two attempts. */
export type Asking = { signal?: AbortSignal };

/** Every method rejects with ApiProblem if the API refuses, and with fetch's own error if no answer comes. */
export type Storefront = {
  /**
   * Sent again with the same key it is the same order; without a key it gets one of its own, kept over
   * retries.
   */
  placeOrder(order: PlaceOrderRequest, idempotencyKey?: string, asking?: Asking): Promise<OrderAccepted>;
  order(orderId: string, asking?: Asking): Promise<OrderView>;
  /**
   * The order with its ETag, if it is another than under the ETag that is given; with `waitSeconds` (1 to 20)
   * the API answers when it has changed, or when the time is over.
   */
  orderSince(orderId: string, since?: { etag?: string; waitSeconds?: number } & Asking): Promise<OrderChange>;
  /** The order as it is, and then each time that it has changed, until it is decided. */
  watch(orderId: string, options?: WatchOptions): AsyncGenerator<OrderView, void, void>;
  /** One's own, newest first; of one status if it is given. */
  orders(
    page?: { limit?: number; cursor?: string; status?: OrderStatus },
    asking?: Asking,
  ): Promise<Page<OrderAccepted>>;
  /** The money of one's own order; while ACTION_REQUIRED with what Stripe.js needs to ask the customer. */
  payment(orderId: string, asking?: Asking): Promise<PaymentView>;
  /**
   * Gives money back, for a clerk whose token has `refunds:write`; with the same key it is the same refund.
   * Poll `payment` until it is `succeeded` or `failed`.
   */
  refund(
    orderId: string,
    refund: RefundRequest,
    idempotencyKey?: string,
    asking?: Asking,
  ): Promise<RefundView>;
  /** Harmless when repeated. */
  cancel(orderId: string, reason?: string, asking?: Asking): Promise<void>;
  /** Up to 500 orders; with the same key it is the same bulk. Poll `bulk` until its status is COMPLETED. */
  placeBulk(bulk: PlaceBulkRequest, idempotencyKey?: string, asking?: Asking): Promise<BulkAccepted>;
  /** How the bulk stands, with a page of its rows. */
  bulk(bulkId: string, page?: { limit?: number; cursor?: string }, asking?: Asking): Promise<BulkView>;
  products(page?: { limit?: number; cursor?: string }, asking?: Asking): Promise<Page<Product>>;
  product(sku: string, asking?: Asking): Promise<Product>;
  stock(sku: string, asking?: Asking): Promise<StockLevel>;
  /** Adds to the stock or takes from it, or spreads it over more buckets; the same key does it once. */
  adjustStock(
    sku: string,
    change: number | AdjustStockRequest,
    idempotencyKey?: string,
    asking?: Asking,
  ): Promise<StockLevel>;
  /** A form to upload a CSV of `sku,delta` or `sku,level` with; a feed without a file changes nothing. */
  createStockFeed(asking?: Asking): Promise<StockFeedCreated>;
  /** Uploads the file of a stock feed; poll `stockFeed` until its status is IMPORTED or REFUSED. */
  uploadStockFeed(feed: StockFeedCreated, file: Blob): Promise<void>;
  stockFeed(feedId: string, asking?: Asking): Promise<StockFeedView>;
};

export function createStorefront(options: StorefrontOptions): Storefront {
  const send = options.fetch ?? ((request: Request) => fetch(request));
  const retry = { ...defaultRetry, ...options.retry };
  const client = clientOf(options, retryingFetch(send, retry));
  const askFor = (orderId: string) => askForChange(client, orderId);
  const pause = (milliseconds: number, signal?: AbortSignal) =>
    unlessAborted(retry.pause(milliseconds), signal);

  return {
    async placeOrder(body, idempotencyKey = newIdempotencyKey(), asking = {}) {
      const header = { "Idempotency-Key": idempotencyKey };
      return bodyOf(await client.POST("/orders", { ...asking, params: { header }, body }));
    },
    order: async (orderId, asking = {}) =>
      bodyOf(
        await client.GET("/orders/{orderId}", { ...asking, params: { path: { orderId } } }),
      ) as OrderView,
    orderSince: async (orderId, { etag, signal, waitSeconds } = {}) =>
      (await askFor(orderId)({ etag, signal, waitSeconds })).change,
    watch: (orderId, options = {}) => watchOrder(askFor(orderId), pause, options),
    orders: async (query = {}, asking = {}) =>
      bodyOf(await client.GET("/orders", { ...asking, params: { query } })),
    payment: async (orderId, asking = {}) =>
      bodyOf(
        await client.GET("/orders/{orderId}/payment", { ...asking, params: { path: { orderId } } }),
      ) as PaymentView,
    async refund(orderId, body, idempotencyKey = newIdempotencyKey(), asking = {}) {
      const params = { path: { orderId }, header: { "Idempotency-Key": idempotencyKey } };
      return bodyOf(await client.POST("/orders/{orderId}/refunds", { ...asking, params, body }));
    },
    async cancel(orderId, reason, asking = {}) {
      const body = reason === undefined ? {} : { reason };
      bodyOf(
        await client.POST("/orders/{orderId}/cancel", { ...asking, params: { path: { orderId } }, body }),
      );
    },
    async placeBulk(body, idempotencyKey = newIdempotencyKey(), asking = {}) {
      const header = { "Idempotency-Key": idempotencyKey };
      return bodyOf(await client.POST("/bulk-orders", { ...asking, params: { header }, body }));
    },
    bulk: async (bulkId, query = {}, asking = {}) =>
      bodyOf(await client.GET("/bulk-orders/{bulkId}", { ...asking, params: { path: { bulkId }, query } })),
    products: async (query = {}, asking = {}) =>
      bodyOf(await client.GET("/products", { ...asking, params: { query } })),
    product: async (sku, asking = {}) =>
      bodyOf(await client.GET("/products/{sku}", { ...asking, params: { path: { sku } } })),
    stock: async (sku, asking = {}) =>
      bodyOf(await client.GET("/stock/{sku}", { ...asking, params: { path: { sku } } })),
    async adjustStock(sku, change, idempotencyKey = newIdempotencyKey(), asking = {}) {
      const params = { path: { sku }, header: { "Idempotency-Key": idempotencyKey } };
      const body = typeof change === "number" ? { delta: change } : change;
      return bodyOf(await client.PUT("/stock/{sku}", { ...asking, params, body }));
    },
    createStockFeed: async (asking = {}) => bodyOf(await client.POST("/stock-feeds", asking)),
    uploadStockFeed: (feed, file) => uploadStockFeed(feed, file, send),
    stockFeed: async (feedId, asking = {}) =>
      bodyOf(await client.GET("/stock-feeds/{feedId}", { ...asking, params: { path: { feedId } } })),
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

type ApiClient = ReturnType<typeof createClient<paths>>;

function clientOf({ baseUrl, token }: StorefrontOptions, fetch: (request: Request) => Promise<Response>) {
  const client = createClient<paths>({ baseUrl, fetch });
  client.use({
    async onRequest({ request }) {
      const known = await token?.();
      if (known) request.headers.set("authorization", `Bearer ${known}`);
      return request;
    },
  });
  return client;
}

function askForChange(client: ApiClient, orderId: string): AskForChange {
  return async ({ etag, signal, waitSeconds }) => {
    const header = etag === undefined ? {} : { "If-None-Match": etag };
    const query = etag === undefined || waitSeconds === undefined ? {} : { wait: waitSeconds };
    const answer = await client.GET("/orders/{orderId}", {
      ...(signal && { signal }),
      params: { path: { orderId }, header, query },
    });
    const { headers, status } = answer.response;
    const retryAfterMilliseconds = retryAfterOf(headers);
    if (status === 304) return { change: undefined, retryAfterMilliseconds };
    const order = bodyOf(answer) as OrderView;
    return { change: { order, etag: headers.get("etag") ?? "" }, retryAfterMilliseconds };
  };
}
