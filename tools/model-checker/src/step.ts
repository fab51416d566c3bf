// One transition of the search: the state it leads to, the function that made it, and what it violates.
import type { Run } from "./runs.ts";
import type { World } from "./world.ts";

export type Step = {
  /**
   * `progress` happens by itself; a `timer` runs when nothing else does; `time` passes when no timer is due,
   * and for good (`rest`) when nothing at all is left. Faults and customers may never come.
   */
  kind: "progress" | "timer" | "time" | "rest" | "fault" | "customer";
  world: World;
  /** The order it is about. */
  index: number;
  who: Run | undefined;
  what: string;
  violations: readonly string[];
};
