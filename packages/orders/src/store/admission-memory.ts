// Gauges and turns in memory, for tests and simulation.
import { noGauges } from "../admission/gauges.ts";
import type { GaugeStore, Gauges, TurnStore } from "../admission/ports.ts";
import { turnPlace } from "../admission/turn-place.ts";

export function createMemoryGauges(): GaugeStore {
  let kept: Gauges = noGauges;
  return {
    load: async () => structuredClone(kept),
    async save(next) {
      if (next.version !== kept.version + 1) return "lost";
      kept = structuredClone(next);
      return "written";
    },
  };
}

export function createMemoryTurns(): TurnStore {
  const kept = new Map<string, { orderId: string; at: number }>();
  return {
    async load(orderId) {
      const turn = kept.get(turnPlace(orderId));
      return turn?.orderId === orderId ? turn.at : undefined;
    },
    save: async (orderId, at) => void kept.set(turnPlace(orderId), { orderId, at }),
  };
}
