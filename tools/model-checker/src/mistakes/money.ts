// Mistakes with money: taken too early, given back in the wrong way or not at all, of the wrong amount.
import { type Mistake, only, withPorts } from "./mistake.ts";

export const moneyMistakes: readonly Mistake[] = [
  {
    name: "the money is taken at once instead of held",
    shop: withPorts((ports) => {
      const { gateway } = ports.payment;
      const authorize: typeof gateway.authorize = async (orderId, charge, since) => {
        const answer = await gateway.authorize(orderId, charge, since);
        if (answer.kind === "authorized") await gateway.capture(orderId, answer.intentId);
        return answer;
      };
      return { ...ports, payment: { ...ports.payment, gateway: { ...gateway, authorize } } };
    }),
    scope: only({}),
    violates: "A18",
    depth: 5,
  },
  {
    name: "an aborted order's authorisation is kept",
    shop: withPorts((ports) => {
      const gateway = { ...ports.payment.gateway, void: async () => ({ kind: "voided" as const }) };
      return { ...ports, payment: { ...ports.payment, gateway } };
    }),
    scope: only({ cancels: 1 }),
    violates: "E3",
    depth: 20,
  },
  {
    name: "what was captured is voided instead of refunded",
    shop: withPorts((ports) => {
      const shipped = ports.payment.gateway;
      const refund: typeof shipped.refund = async (orderId, intentId, { id: refundId }) => {
        await shipped.void(orderId, intentId);
        return { kind: "refund", refundId, status: "SUCCEEDED" };
      };
      return { ...ports, payment: { ...ports.payment, gateway: { ...shipped, refund } } };
    }),
    scope: only({ cancels: 1 }),
    violates: "A6",
    depth: 16,
  },
  {
    name: "the order has another price than the catalogue",
    shop: withPorts((ports) => {
      const { store } = ports.orders;
      const products: typeof store.products = async (skus) =>
        new Map(
          [...(await store.products(skus))].map(([sku, product]) => [sku, { ...product, unitPrice: 100 }]),
        );
      return { ...ports, orders: { ...ports.orders, store: { ...store, products } } };
    }),
    scope: only({}),
    violates: "A12",
    depth: 4,
  },
  {
    name: "the last write of a payment wins",
    shop: withPorts((ports) => {
      const { store } = ports.payment;
      const save: typeof store.save = async (next) => {
        for (;;) {
          const known = await store.load(next.orderId);
          const result = await store.save({ ...next, version: (known?.version ?? 0) + 1 });
          if (result === "written") return result;
        }
      };
      return { ...ports, payment: { ...ports.payment, store: { ...store, save } } };
    }),
    // Reading and writing are one step only where a write looks at what it was read from.
    scope: only({ concurrency: 2, grain: "call" }),
    violates: "A11",
    depth: 10,
  },
];
