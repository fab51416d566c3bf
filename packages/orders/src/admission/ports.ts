// The ports of admission: the gauges, which all processes share, and the turns of refused orders.
import type { SaveResult } from "@order-saga/messaging";
import type { Gauge } from "./gauge.ts";

export type Gauges = { readonly version: number; readonly of: Readonly<Record<string, Gauge>> };

export type GaugeStore = {
  /** Strongly consistent. */
  load(): Promise<Gauges>;
  /** Compare-and-set. */
  save(next: Gauges): Promise<SaveResult>;
};

export type TurnStore = {
  /** When the refused order may come again; undefined if that is not known, or not any more. */
  load(orderId: string): Promise<number | undefined>;
  save(orderId: string, at: number): Promise<void>;
};
