// What orders says in a scope without it: an order was placed, and any outcome it could come to, at any time.
import type { EventType } from "@order-saga/contracts";
import type { Surroundings } from "./effects/outcome.ts";
import type { Step } from "./going.ts";
import { type Saga, type World, withSaga } from "./world.ts";

/** Each event, and those after which it is not said any more. A confirmation may be followed by a cancellation. */
const said: readonly { type: EventType; unless: readonly EventType[] }[] = [
  { type: "OrderPlaced", unless: [] },
  { type: "OrderConfirmed", unless: ["OrderRejected", "OrderCancelled"] },
  { type: "OrderRejected", unless: ["OrderConfirmed", "OrderCancelled"] },
  { type: "OrderCancelled", unless: ["OrderRejected"] },
];

const bits = new Map(said.map(({ type }, index) => [type, 1 << index]));

export function isSaidElsewhere({ elsewhere }: Saga, type: EventType): boolean {
  return (elsewhere & (bits.get(type) ?? 0)) !== 0;
}

export function createElsewhere({ messages, scope }: Surroundings) {
  const isSearched = scope.services.includes("orders");

  return function ordersSays(world: World, index: number, saga: Saga, steps: Step[]): void {
    if (isSearched) return;
    for (const { type, unless } of said) {
      if ([type, ...unless].some((each) => isSaidElsewhere(saga, each))) continue;
      const elsewhere = saga.elsewhere | (bits.get(type) ?? 0);
      const queued = saga.queued | (messages.heardBy[type] ?? 0);
      const next = withSaga(world, index, { ...saga, elsewhere, queued });
      steps.push({
        kind: "customer",
        world: next,
        index,
        who: undefined,
        what: `orders says ${type}`,
        violations: [],
      });
    }
  };
}
