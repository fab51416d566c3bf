// One idempotency key per purchase, so that pressing Buy again after a lost answer buys once.
// The client's `createIntent` wants `crypto.subtle`, which browsers have over HTTPS and on localhost only.
import { newIdempotencyKey } from "@order-saga/client";

type PurchaseKeys = {
  /** The same for the same order, until it was answered. */
  keyFor(order: unknown): string;
  /** Accepted or refused: the next one is another purchase. */
  answered(): void;
};

export function purchaseKeys(newKey: () => string = newIdempotencyKey): PurchaseKeys {
  let open: { content: string; key: string } | undefined;
  return {
    keyFor(order) {
      const content = JSON.stringify(order);
      if (open?.content !== content) open = { content, key: newKey() };
      return open.key;
    },
    answered() {
      open = undefined;
    },
  };
}
