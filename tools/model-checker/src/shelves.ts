// What others do to the buckets of a hot SKU: an operator adds one, other orders' processes move units.
import type { SearchContext } from "./context.ts";
import { afterMove } from "./effects/stock.ts";
import type { Step } from "./step.ts";
import { withShelf } from "./watch.ts";
import type { Shelf, World } from "./world.ts";

/** More than any bucket has: a process that has seen too little moves units into it. */
const ANY = 100;

export function createShelves(context: SearchContext) {
  return (world: World, steps: Step[]): void => {
    const step = { kind: "customer", index: 0, who: undefined, violations: [] } as const;
    const { movesLeft, raisesLeft, shelf } = world;
    if (raisesLeft > 0) {
      const raised = [...shelf, { available: 0, reserved: 0, sold: 0 }];
      const next = { ...withShelf(world, raised, context), raisesLeft: raisesLeft - 1 };
      steps.push({ ...step, world: next, what: `an operator asks for ${raised.length} buckets` });
    }
    if (movesLeft === 0) return;
    for (const { after, what } of movesIn(shelf)) {
      const next = { ...withShelf(world, after, context), movesLeft: movesLeft - 1 };
      steps.push({ ...step, world: next, what: `another order moves ${what}` });
    }
  };
}

/** Any number of units from any bucket into any other. */
function movesIn(shelf: Shelf): { after: Shelf; what: string }[] {
  return shelf.flatMap(({ available }, bucket) =>
    shelf.flatMap((_, into) =>
      Array.from({ length: into === bucket ? 0 : available }, (__, n) => {
        const quantity = n + 1;
        const move = { sku: "", into, from: [{ bucket, quantity }], below: ANY };
        return { after: afterMove(shelf, move) ?? shelf, what: `${quantity} of ${bucket} into ${into}` };
      }),
    ),
  );
}
