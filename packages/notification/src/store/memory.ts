// The record of an order's mails in memory.
import type { Notification } from "../notification.ts";
import type { NotificationStore } from "./store.ts";

export function createMemoryStore(): NotificationStore {
  const records = new Map<string, Notification>();
  return {
    async load(orderId) {
      return structuredClone(records.get(orderId));
    },
    async save(notification) {
      if ((records.get(notification.orderId)?.version ?? 0) !== notification.version) return undefined;
      const saved = { ...notification, version: notification.version + 1 };
      records.set(notification.orderId, structuredClone(saved));
      return saved;
    },
  };
}
