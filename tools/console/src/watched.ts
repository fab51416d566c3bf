// The running laptop as the console sees it: the runtime, and what was recorded and witnessed of it.
import type { Witness } from "@order-saga/invariants/witness";
import type { Runtime } from "@order-saga/local/runtime";
import type { Recorder } from "./recorder.ts";

export type WatchedRuntime = Runtime & {
  /** What happened to each order since the start. */
  readonly recorder: Recorder;
  /** What was published, answered and logged since the start. */
  readonly witness: Witness;
};
