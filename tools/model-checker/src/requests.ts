// What customers and the shop's clerks ask for, as often as the scope allows.
import type { SearchContext } from "./context.ts";
import { refundRoute } from "./shop.ts";
import type { Step } from "./step.ts";
import type { Triggers } from "./triggers.ts";
import { type Saga, type World, withSaga } from "./world.ts";

export function createRequests({ begin }: Triggers, { scope }: SearchContext) {
  const ask = (world: World, index: number, saga: Saga, name: string, steps: Step[]) =>
    begin(withSaga(world, index, saga), index, "customer", { name }, steps);

  return (world: World, index: number, saga: Saga, steps: Step[]): void => {
    if (scope.services.includes("orders")) {
      const { cancelled, order, placed } = saga;
      if (placed < scope.places) ask(world, index, { ...saga, placed: placed + 1 }, "place-order", steps);
      if (order !== 0 && cancelled < scope.cancels)
        ask(world, index, { ...saga, cancelled: cancelled + 1 }, "cancel-order", steps);
    }
    if (saga.payment === 0) return;
    for (const [place, key] of scope.refunds.entries()) {
      if (((saga.refundsAsked >>> (2 * place)) & 3) >= scope.refundRequests) continue;
      const refundsAsked = saga.refundsAsked + (1 << (2 * place));
      ask(world, index, { ...saga, refundsAsked }, refundRoute(key), steps);
    }
  };
}
