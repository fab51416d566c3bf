// Mistakes in the admission of orders, which eight orders never need: a rush shows them (test/overload.test.ts).
import type { Mutant } from "./mutant.ts";

const admission = "orders/src/admission/admission.ts";
const gauge = "orders/src/admission/gauge.ts";

export const admissionMutants: readonly Mutant[] = [
  {
    name: "refused-orders-count-as-admitted",
    why: "Every order that comes is counted as one that waits, whether it was taken or refused.",
    file: admission,
    find: "shared.add(queue, { turns: [{ from, step }] });",
    replace: "shared.add(queue, { admitted: 1, turns: [{ from, step }] });",
  },
  {
    name: "decided-orders-still-count",
    why: "Orders wait from when they are admitted; that they are decided some time is forgotten.",
    file: gauge,
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
  {
    name: "turn-given-and-not-kept",
    why: "Who is refused is told a time, and who comes at that time stands at the end of the line again.",
    file: admission,
    find: "    await turns.save(orderId, until);\n",
    replace: "",
  },
];
