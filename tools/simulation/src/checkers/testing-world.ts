// The world of the checkers' tests: what checkers observe, and what a test may do to it.
import type { DomainEvent, ServiceName } from "@order-saga/contracts";
import type { Checker, Observed, ObservedQueue, Violation } from "./observed.ts";

type Writable<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer E)[]
    ? E[]
    : T[K] extends ReadonlyMap<infer A, infer B>
      ? Map<A, B>
      : T[K];
};

export type World = Writable<Observed> & {
  queued: ObservedQueue[];
  checkers: Checker[];
  found: Violation[];
  put(service: ServiceName, pk: string, sk: string, item: object): void;
  /** Changes fields of a record as no rule would. */
  amend(service: ServiceName, orderId: string, change: object): void;
  amendStock(sku: string, change: object): void;
  forget(service: ServiceName, orderId: string): void;
  say(by: string, ...events: readonly (DomainEvent | undefined)[]): void;
  /** An entry of a bus request as no service would send it. */
  forge(event: DomainEvent, as: { source?: string; producer?: string; by?: string }): void;
  place(given?: Partial<Given>): string;
  cancel(orderId: string): void;
  /** Delivers what is on its way, one message a step. */
  run(): void;
  /** Shows the checkers what was touched since they last looked. */
  look(touched?: { orderIds?: Iterable<string>; skus?: Iterable<string> }): void;
  rest(): readonly Violation[];
};

export type Given = {
  sku: string;
  quantity: number;
  card: Card;
  unitPrice: number;
  key: string;
  principal: string;
};
export type Card = "accepted" | "declined" | "capture fails";
