// Builds the OpenAPI 3.1 document of the HTTP API from the schemas that the services parse with.
import * as z from "zod";
import { createDocument } from "zod-openapi";
import {
  AdjustStockRequest,
  CancelOrderRequest,
  Health,
  OrderAccepted,
  OrderPage,
  OrderView,
  PlaceOrderRequest,
  Problem,
  Product,
  ProductPage,
  PutProductRequest,
  type Scope,
  StockLevel,
  scopes,
} from "../src/http.ts";
import { IdempotencyKey, OrderId, Sku } from "../src/ids.ts";

type Answer = { description: string; schema?: z.ZodType; headers?: Record<string, string> };
type Operation = {
  id: string;
  summary: string;
  tag: "Orders" | "Catalogue" | "Stock" | "Service";
  scope?: Scope;
  path?: Record<string, z.ZodType>;
  query?: Record<string, z.ZodType>;
  header?: Record<string, z.ZodType>;
  body?: z.ZodType;
  answers: Record<number, Answer>;
  /** Problem types by status, beside those every operation has. */
  problems?: Record<number, string[]>;
};

const schemas = {
  PlaceOrderRequest,
  OrderAccepted,
  OrderView,
  OrderPage,
  CancelOrderRequest,
  Product,
  ProductPage,
  PutProductRequest,
  StockLevel,
  AdjustStockRequest,
  Health,
  Problem,
};
const named = new Map<z.ZodType, z.ZodType>(
  Object.entries(schemas).map(([id, schema]) => [schema, schema.meta({ id })]),
);

const paging = {
  limit: z.int().min(1).max(100).optional().meta({ description: "At most so many items; 20 if not given." }),
  cursor: z.string().optional().meta({ description: "The `next` of the page before." }),
};
const idempotencyKey = {
  "Idempotency-Key": IdempotencyKey.meta({
    description: "One key per logical request: sending it again with the same body has no second effect.",
    example: "3f6c1c1e-order-0001",
  }),
};

/** Operations by path and method, as in the services' manifests. */
export const operations: Record<string, Record<string, Operation>> = {
  "/orders": {
    post: {
      id: "placeOrder",
      summary: "Place an order",
      tag: "Orders",
      scope: "orders:write",
      header: idempotencyKey,
      body: PlaceOrderRequest,
      answers: {
        202: {
          description: "Accepted; poll the order's status.",
          schema: OrderAccepted,
          headers: { Location: "The order." },
        },
      },
      problems: {
        400: ["invalid-body", "not-json", "invalid-idempotency-key", "card-number-refused"],
        409: ["price-changed"],
        413: ["body-too-large"],
        415: ["unsupported-media-type"],
        422: ["idempotency-key-reused", "unknown-sku", "currency-mismatch", "amount-too-large"],
      },
    },
    get: {
      id: "listOrders",
      summary: "List one's own orders, newest first",
      tag: "Orders",
      scope: "orders:read",
      query: paging,
      answers: { 200: { description: "A page of orders.", schema: OrderPage } },
      problems: { 400: ["invalid-limit", "invalid-cursor"] },
    },
  },
  "/orders/{orderId}": {
    get: {
      id: "getOrder",
      summary: "See how an order stands",
      tag: "Orders",
      scope: "orders:read",
      path: { orderId: OrderId },
      header: { "If-None-Match": z.string().optional().meta({ description: "An ETag seen before." }) },
      answers: {
        200: {
          description: "The order.",
          schema: OrderView,
          headers: { ETag: "Changes whenever the order does." },
        },
        304: { description: "Nothing has changed since that ETag." },
      },
      problems: { 404: ["unknown-order"] },
    },
  },
  "/orders/{orderId}/cancel": {
    post: {
      id: "cancelOrder",
      summary: "Ask for an order's cancellation, also after it was charged",
      tag: "Orders",
      scope: "orders:write",
      path: { orderId: OrderId },
      body: CancelOrderRequest,
      answers: { 202: { description: "Asked for; harmless when repeated.", schema: OrderView } },
      problems: { 400: ["invalid-body", "not-json"], 404: ["unknown-order"], 409: ["not-cancellable"] },
    },
  },
  "/products": {
    get: {
      id: "listProducts",
      summary: "List the catalogue",
      tag: "Catalogue",
      query: paging,
      answers: { 200: { description: "A page of products.", schema: ProductPage } },
      problems: { 400: ["invalid-limit", "invalid-cursor"] },
    },
  },
  "/products/{sku}": {
    get: {
      id: "getProduct",
      summary: "See a product",
      tag: "Catalogue",
      path: { sku: Sku },
      answers: { 200: { description: "The product.", schema: Product } },
      problems: { 400: ["invalid-sku"], 404: ["unknown-sku"] },
    },
    put: {
      id: "putProduct",
      summary: "Add a product, or change its name or price",
      tag: "Catalogue",
      scope: "catalogue:write",
      path: { sku: Sku },
      body: PutProductRequest,
      answers: { 200: { description: "The product as it is now.", schema: Product } },
      problems: { 400: ["invalid-body", "not-json", "invalid-sku"] },
    },
  },
  "/stock/{sku}": {
    get: {
      id: "getStock",
      summary: "See the stock of a SKU",
      tag: "Stock",
      scope: "stock:read",
      path: { sku: Sku },
      answers: { 200: { description: "The stock.", schema: StockLevel } },
      problems: { 400: ["invalid-sku"], 404: ["unknown-sku"] },
    },
    put: {
      id: "adjustStock",
      summary: "Add to the stock of a SKU, or take from it",
      tag: "Stock",
      scope: "stock:write",
      path: { sku: Sku },
      header: idempotencyKey,
      body: AdjustStockRequest,
      answers: { 200: { description: "The stock as it is now.", schema: StockLevel } },
      problems: {
        400: ["invalid-body", "not-json", "invalid-sku", "invalid-idempotency-key"],
        409: ["insufficient-stock"],
        422: ["idempotency-key-reused"],
      },
    },
  },
  "/health": {
    get: {
      id: "health",
      summary: "See whether the API can serve",
      tag: "Service",
      answers: { 200: { description: "It can.", schema: Health } },
    },
  },
  "/openapi.json": {
    get: {
      id: "getOpenapi",
      summary: "This document",
      tag: "Service",
      answers: { 200: { description: "OpenAPI 3.1.", schema: z.looseObject({ openapi: z.string() }) } },
    },
  },
};

export function buildOpenApi(version: string): object {
  const paths = Object.fromEntries(
    Object.entries(operations).map(([path, methods]) => [
      path,
      Object.fromEntries(
        Object.entries(methods).map(([method, operation]) => [method, operationObject(operation)]),
      ),
    ]),
  );
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Order saga",
      version,
      description:
        "A storefront posts an order and polls its status. Errors are `application/problem+json` with a stable `type`.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "http://localhost:3000", description: "The laptop, `npx pnpm@12 start`" }],
    tags: ["Orders", "Catalogue", "Stock", "Service"].map((name) => ({ name, description: `${name}.` })),
    security: [],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: `A token with the operation's scope, one of ${scopes.join(", ")}.`,
        },
      },
    },
  });
}

function operationObject(operation: Operation): object {
  const { answers, body, header, id, path, problems = {}, query, scope, summary, tag } = operation;
  const refusals: Record<number, string[]> = {
    ...(scope && { 401: ["unauthorized"], 403: ["missing-scope"] }),
    ...problems,
    429: ["throttled"],
    503: ["unavailable"],
  };
  return {
    operationId: id,
    summary,
    tags: [tag],
    security: scope ? [{ token: [scope] }] : [],
    requestParams: {
      ...(path && { path: z.object(path) }),
      ...(query && { query: z.object(query) }),
      ...(header && { header: z.object(header) }),
    },
    ...(body && {
      requestBody: {
        required: !(body as z.ZodType).safeParse({}).success,
        content: { "application/json": { schema: named.get(body) ?? body } },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [status, answerObject(answer)]),
      ),
      ...Object.fromEntries(
        Object.entries(refusals).map(([status, types]) => [status, problemObject(types)]),
      ),
    },
  };
}

function answerObject({ description, headers, schema }: Answer): object {
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [
          name,
          { description: text, schema: { type: "string" } },
        ]),
      ),
    }),
    ...(schema && { content: { "application/json": { schema: named.get(schema) ?? schema } } }),
  };
}

function problemObject(types: readonly string[]): object {
  return {
    description: types.map((type) => `\`${type}\``).join(", "),
    content: { "application/problem+json": { schema: named.get(Problem) ?? Problem } },
  };
}
