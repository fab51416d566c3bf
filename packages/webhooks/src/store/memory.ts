// The records of deliveries and endpoints in memory.
import type { SaveResult } from "@order-saga/messaging";
import type { Delivery } from "../delivery.ts";
import type { EndpointState } from "../endpoint-state.ts";
import type { WebhookStore } from "../ports.ts";

export function createMemoryStore(): WebhookStore & { all(): Delivery[] } {
  const deliveries = new Map<string, Delivery>();
  const endpoints = new Map<string, EndpointState>();
  function save<R extends { version: number }>(records: Map<string, R>, key: string, next: R): SaveResult {
    if ((records.get(key)?.version ?? 0) !== next.version - 1) return "lost";
    records.set(key, structuredClone(next));
    return "written";
  }
  const all = () => structuredClone([...deliveries.values()]);
  return {
    all,
    delivery: async (id) => structuredClone(deliveries.get(id)),
    endpoint: async (name) => structuredClone(endpoints.get(name)),
    saveDelivery: async (next) => save(deliveries, next.id, next),
    saveEndpoint: async (next) => save(endpoints, next.name, next),
    failed: async (endpoint, limit) =>
      all()
        .filter((each) => each.endpoint === endpoint && each.state === "FAILED")
        .slice(0, limit)
        .map(({ id }) => id),
    async due(endpoint, until, limit) {
      return all()
        .filter((each) => each.endpoint === endpoint && Date.parse(each.dueAt ?? "9999-12-31") <= until)
        .toSorted((a, b) => (String(a.dueAt) < String(b.dueAt) ? -1 : 1))
        .slice(0, limit)
        .map(({ id }) => id);
    },
  };
}
