// Faults in words: the start lists those that outlived the restart.
import type { FaultBoard, ListedFault } from "./board.ts";

/** One line per fault that still strikes; none if nothing does. */
export function describeFaults(board: FaultBoard): string[] {
  return board
    .list()
    .filter(({ left }) => left !== 0)
    .map(describeFault);
}

export function describeFault({ id, kind, hits, left, times: _, chance, ...rest }: ListedFault): string {
  const details = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  const howOften = left === undefined ? "until it is removed" : `${left} more time${left === 1 ? "" : "s"}`;
  const chances = chance < 1 ? [`chance ${chance}`] : [];
  const struck = hits === 0 ? [] : [`has struck ${hits} time${hits === 1 ? "" : "s"}`];
  return `${id}: ${[kind, ...details, ...chances, howOften, ...struck].join(", ")}`;
}
