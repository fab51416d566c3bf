// Payment's records in memory: the same conditions as the table's, for tests and simulation.
import { duePages } from "@order-saga/messaging/versioned-store";
import type { Payment } from "../payment.ts";
import type { PaymentStore } from "../ports.ts";

export type MemoryStore = PaymentStore & { payments(): Payment[] };

export function createMemoryStore(): MemoryStore {
  const payments = new Map<string, Payment>();
  return {
    load: async (orderId) => structuredClone(payments.get(orderId)),
    async save(next) {
      if ((payments.get(next.orderId)?.version ?? 0) !== next.version - 1) return "lost";
      payments.set(next.orderId, structuredClone(next));
      return "written";
    },
    due: async (now, limit) => duePages(payments.values(), ({ orderId }) => orderId, { now, limit }),
    payments: () => structuredClone([...payments.values()]),
  };
}
