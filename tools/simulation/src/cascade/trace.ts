// What a run leaves behind for being compared with another: each order's deliveries and calls.
import type { Fault } from "../plan.ts";

/** An order, bulk or feed by its number in the plan; a request of the shop by its name. */
export type Entity = string;

/** One invocation. */
export type Attempt = {
  readonly name: string;
  readonly about: string;
  /** Whose messages or request it was given, and whom else its calls are about. */
  readonly entities: Set<Entity>;
  /** What it has asked for that orders share, such as `SKU#TEA-ASSAM`, and when first. */
  readonly touched: Map<string, number>;
  readonly from: number;
  until: number;
  /** A batch that was delivered and not invoked was refused by Lambda. */
  end: "delivered" | "under way" | "answered" | "failed" | "crashed" | "timed-out";
  /** Messages that came again because of it. */
  undone: number;
};

/** A delivery or a call, as one order sees it. */
export type Entry = {
  /** Milliseconds from the start of the plan: when a call was sent, and when it had its effect. */
  readonly since: number;
  readonly at: number;
  /** `<service>-<function>`. */
  readonly lane: string;
  readonly what: string;
  readonly kind: "delivery" | "call";
  readonly fault: Fault | undefined;
  /** True for a call that had its effect. */
  readonly isDone: boolean;
  attempt: Attempt | undefined;
};

/** A stay of a message in a queue, between being sent and being handled or given up. */
export type Wait = { readonly queue: string; readonly entity: Entity; from: number; until: number };

export type Trace = {
  readonly entries: ReadonlyMap<Entity, readonly Entry[]>;
  readonly attempts: readonly Attempt[];
  /** When each fault was first met, in milliseconds from the start. */
  readonly met: ReadonlyMap<Fault, number>;
  /** Calls that a fault struck. */
  readonly strikes: readonly { readonly at: number; readonly fault: Fault }[];
  readonly waits: readonly Wait[];
  /** When a message had to wait because its queue had as many invocations as it may. */
  readonly crowds: readonly { readonly at: number; readonly queue: string; readonly entity: Entity }[];
};
