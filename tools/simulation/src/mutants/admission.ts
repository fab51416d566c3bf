// Mistakes in the admission of orders, which the eight orders of a seed never need: a rush shows them.
import type { Mutant } from "./mutant.ts";

export const admissionMutants: readonly Mutant[] = [
  {
    name: "decided-orders-still-count",
    why: "Orders wait from when they are admitted; that they are decided some time is forgotten.",
    file: "orders/src/admission/gauge.ts",
    find: "const queued = admitted - decided - left;",
    replace: "const queued = admitted - left;",
  },
  {
    name: "refused-for-no-time",
    why: "Who is refused is told to come back after no time at all.",
    file: "orders/src/routes.ts",
    find: '{ "retry-after": String(seconds) }',
    replace: '{ "retry-after": String(0 * seconds) }',
  },
];
