// The ports of admission: the gauges, which all processes share, and the turns of refused orders.
export type { GaugeStore } from "./gauges.ts";

export type TurnStore = {
  /** When the refused order may come again; undefined if that is not known, or not any more. */
  load(orderId: string): Promise<number | undefined>;
  save(orderId: string, at: number): Promise<void>;
};
