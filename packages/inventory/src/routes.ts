// The routes of inventory: the stock of one SKU, read, and adjusted or spread once per idempotency key.
import { type AdjustStockRequest, Sku, type StockLevel } from "@order-saga/contracts";
import {
  type AuthenticatedRequest,
  type HttpAnswer,
  HttpProblem,
  type HttpRequest,
  idempotencyKeyOf,
  problem,
} from "@order-saga/messaging/http";
import { again, retry } from "@order-saga/messaging/retry";
import { availableIn, gather, wasShort } from "./buckets.ts";
import type { Adjustment, InventoryPorts } from "./ports.ts";

export function getStockHandler(ports: Pick<InventoryPorts, "store">) {
  return async (request: HttpRequest<undefined>): Promise<HttpAnswer> => {
    const sku = skuOf(request.path.sku);
    return { status: 200, body: await levelOf(ports, sku) };
  };
}

/** Fewer than a reaction has: a person waits for the answer, and API Gateway no longer than 29 seconds. */
const ATTEMPTS = 8;

export function adjustStockHandler(ports: InventoryPorts) {
  const { backOff, store } = ports;
  return async (request: AuthenticatedRequest<AdjustStockRequest>): Promise<HttpAnswer> => {
    const sku = skuOf(request.path.sku);
    const key = idempotencyKeyOf(request);
    const { buckets, delta } = request.body;
    const adjustment: Adjustment = {
      principal: request.principal,
      key,
      sku,
      delta,
      ...(buckets !== undefined && { buckets }),
    };
    return retry({ attempts: ATTEMPTS, exhausted: contended }, async (attempt) => {
      switch (await store.adjust(adjustment)) {
        case "written":
        case "repeated":
          return { status: 200, body: await store.answered(adjustment, await levelOf({ store }, sku)) };
        case "reused":
          throw problem(
            422,
            "idempotency-key-reused",
            "This Idempotency-Key came with another adjustment before.",
          );
        case "short":
          await provide(ports, adjustment, attempt);
          return again;
        case "conflict":
          await backOff(attempt);
          return again;
      }
    });
  };
}

/** Moves into the head what an adjustment takes out of it. Throws 409 if the SKU does not allow it. */
async function provide(
  { backOff, store }: InventoryPorts,
  { buckets, delta, sku }: Adjustment,
  attempt: number,
): Promise<void> {
  const look = async () => (await store.stock([sku])).get(sku) ?? [];
  const first = await look();
  if ((buckets ?? first.length) < first.length)
    throw problem(409, "buckets-only-rise", `The stock is spread over ${first.length} buckets already.`);
  const available = first.map((bucket) => bucket.available);
  const move = gather(sku, 0, -delta, available);
  if (move && (await store.move(move)) === "conflict") await backOff(attempt);
  if (availableIn(first) >= -delta) return;
  if (first.length <= 1 || wasShort(-delta, first, await look()))
    throw problem(409, "insufficient-stock", "The adjustment would make the available stock negative.");
}

function contended(): HttpProblem {
  const title = "The stock is being written by others. Retry with the same key.";
  return new HttpProblem({ type: "unavailable", title, status: 503 }, { "retry-after": "1" });
}

async function levelOf({ store }: Pick<InventoryPorts, "store">, sku: string): Promise<StockLevel> {
  const level = await store.level(sku);
  if (!level) throw problem(404, "unknown-sku", "There is no stock of this SKU.");
  return level;
}

function skuOf(given: string | undefined): string {
  const sku = Sku.safeParse(given);
  if (!sku.success) throw problem(400, "invalid-sku", "The SKU in the path is malformed.");
  return sku.data;
}
