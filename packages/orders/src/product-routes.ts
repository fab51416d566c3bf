// The routes of the catalogue.
import { isCharged, type PutProductRequest, Sku, stepOf } from "@order-saga/contracts";
import { type HttpAnswer, type HttpRequest, problem } from "@order-saga/messaging/http";
import { pageOf } from "./paging.ts";
import type { OrderStore } from "./ports.ts";
import { refused } from "./refused.ts";

type Ports = { store: OrderStore };

/** A browser or a CDN may answer so long; an order with `expectedTotal` is never charged an older price. */
const cached = { "cache-control": "public, max-age=10" };

export function listProductsHandler({ store }: Ports) {
  return async ({ query }: HttpRequest<undefined>): Promise<HttpAnswer> => {
    const { items, next } = await store.catalogue(pageOf(query));
    return { status: 200, headers: cached, body: { items, ...(next !== undefined && { next }) } };
  };
}

export function getProductHandler({ store }: Ports) {
  return async ({ path }: HttpRequest<undefined>): Promise<HttpAnswer> => {
    const sku = skuOf(path.sku);
    const product = (await store.products([sku])).get(sku);
    if (!product) throw problem(404, "unknown-sku", "The SKU is not in the catalogue.");
    return { status: 200, headers: cached, body: product };
  };
}

export function putProductHandler({ store }: Ports) {
  return async ({ body, path }: HttpRequest<PutProductRequest>): Promise<HttpAnswer> => {
    const product = { sku: skuOf(path.sku), ...body };
    const { currency, unitPrice } = body;
    if (!isCharged(currency)) throw refused({ type: "currency-not-supported" });
    if (unitPrice % stepOf(currency) !== 0) throw refused({ type: "amount-not-chargeable", currency });
    await store.putProduct(product);
    return { status: 200, body: product };
  };
}

function skuOf(given: string | undefined): string {
  const sku = Sku.safeParse(given);
  if (!sku.success) throw problem(400, "invalid-sku", "The SKU in the path is malformed.");
  return sku.data;
}
