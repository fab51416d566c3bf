// Mistakes with stock: released by inventory alone, counted outside the transaction, promised without stock.

import { releaseStock } from "@order-saga/inventory/service";
import type { React } from "@order-saga/messaging";
import { type Mistake, only, withPorts, withReaction } from "./mistake.ts";

export const stockMistakes: readonly Mistake[] = [
  {
    name: "inventory gives stock back when a customer cancels",
    shop: withReaction(releaseStock.name, {
      manifest: { ...releaseStock, hears: [...releaseStock.hears, "OrderCancelRequested"] },
      react: (shipped) => (event, context) =>
        event.type === "OrderCancelRequested"
          ? shipped({ ...event, type: "PaymentAborted", data: { reason: "cancelled", held: false } }, context)
          : shipped(event, context),
    }),
    scope: only({ cancels: 1 }),
    violates: "A5",
    depth: 9,
  },
  {
    name: "the counters are not written with the reservation",
    shop: withPorts((ports) => {
      const { store } = ports.inventory;
      const save: typeof store.save = (next) => store.save(next);
      return { ...ports, inventory: { ...ports.inventory, store: { ...store, save } } };
    }),
    scope: only({}),
    violates: "A3",
    depth: 12,
  },
  {
    name: "a conflict of transactions passes for a write",
    shop: withPorts((ports) => {
      const { store } = ports.inventory;
      const reserve: typeof store.reserve = async (wanted) => {
        const result = await store.reserve(wanted);
        return result === "conflict" ? "written" : result;
      };
      return { ...ports, inventory: { ...ports.inventory, store: { ...store, reserve } } };
    }),
    scope: only({ faults: { conflicts: true } }),
    violates: "A9",
    depth: 4,
  },
  {
    name: "an abort before the order leaves no tombstone",
    shop: withReaction(releaseStock.name, {
      react:
        (shipped, { inventory }): React<"PaymentAborted"> =>
        async (event, context) =>
          (await inventory.store.load(event.orderId)) ? shipped(event, context) : [],
    }),
    scope: only({ cancels: 1 }),
    violates: "E4",
    depth: 14,
  },
];
