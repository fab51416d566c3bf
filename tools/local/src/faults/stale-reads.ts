// The board's stale reads, as the endpoint asks for them with each write and read of a table.
import type { StaleReadsOf } from "@order-saga/emulator";
import type { FaultBoard } from "./board.ts";

/** A hit is a read of something that had changed; how much older it is, is left to chance. */
export function createStaleReads(board: FaultBoard): StaleReadsOf {
  const ageMilliseconds = () => {
    const struck = board.strike("stale-reads", () => true);
    return struck ? Math.ceil(struck.random * struck.fault.withinSeconds * 1000) : 0;
  };
  return () => {
    const seconds = board
      .list()
      .flatMap((fault) => (fault.kind === "stale-reads" && fault.left !== 0 ? [fault.withinSeconds] : []));
    if (seconds.length === 0) return undefined;
    return { withinMilliseconds: Math.max(...seconds) * 1000, ageMilliseconds };
  };
}
