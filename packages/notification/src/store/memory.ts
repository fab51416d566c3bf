// The record of an order's mails in memory.
import type { Notification } from "../notification.ts";
import type { NotificationStore } from "../ports.ts";

export function createMemoryStore(): NotificationStore {
  const records = new Map<string, Notification>();
  return {
    load: async (orderId) => structuredClone(records.get(orderId)),
    async save(next) {
      if ((records.get(next.orderId)?.version ?? 0) !== next.version - 1) return "lost";
      records.set(next.orderId, structuredClone(next));
      return "written";
    },
  };
}
