// E11: where nothing goes wrong, no schedule finds anything to do.
import type { Checker } from "./observed.ts";
import { violation } from "./records.ts";

export function noTimerNeeded(): Checker {
  return {
    invariant: "E11",
    says: "a fault-free run uses no timer",
    atRest: ({ faultFree, timersActed }) =>
      faultFree ? timersActed.map((name) => violation("E11", `${name} acted in a run without faults`)) : [],
  };
}
