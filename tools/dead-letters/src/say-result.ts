// How a redrive came out, in one line for the log of acts and the terminal.
import type { RedriveResult } from "@order-saga/console/wire";

export function sayResult({ failedAgain, left, redriven, settled, stopped }: RedriveResult): string {
  const unknown = redriven - settled - failedAgain;
  return [
    `${redriven} redriven`,
    ...(settled > 0 ? [`${settled} settled`] : []),
    ...(failedAgain > 0 ? [`${failedAgain} failed again`] : []),
    ...(unknown > 0 ? [`${unknown} under way`] : []),
    `${left} left`,
    ...(stopped ? ["stopped"] : []),
  ].join(", ");
}
