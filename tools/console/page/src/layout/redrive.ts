// Redrive results in words, and several results as one.
import type { DryRun, RedriveResult } from "../../../src/console-api.ts";

export function redriveWords({ redriven, settled, failedAgain, left, stopped }: RedriveResult): string {
  const parts = [`${redriven} redriven`, `${settled} settled`];
  if (failedAgain > 0) parts.push(`${failedAgain} failed again`);
  if (left > 0) parts.push(`${left} left`);
  return `${parts.join(", ")}${stopped ? "; stopped at the failure" : ""}.`;
}

/** Queue after queue until one stops; `left` includes what was not tried. */
export async function redriveEach(
  queues: ReadonlyMap<string, number>,
  redrive: (queue: string) => Promise<RedriveResult>,
): Promise<RedriveResult> {
  const sum: RedriveResult = { redriven: 0, settled: 0, failedAgain: 0, left: 0, stopped: false };
  for (const [queue, count] of queues) {
    if (sum.stopped) {
      sum.left += count;
      continue;
    }
    const { redriven, settled, failedAgain, left, stopped } = await redrive(queue);
    sum.redriven += redriven;
    sum.settled += settled;
    sum.failedAgain += failedAgain;
    sum.left += left;
    sum.stopped = stopped;
  }
  return sum;
}

/** How many messages lie in each queue, from its groups. */
export function messagesByQueue(
  groups: readonly { queue: string; count: number }[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { queue, count } of groups) counts.set(queue, (counts.get(queue) ?? 0) + count);
  return counts;
}

/** Such as "Tried on copies: 3 × would settle, 1 × fails again." */
export function dryRunWords(runs: readonly DryRun[]): string {
  const counts = new Map<string, number>();
  for (const { verdict } of runs) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return `Tried on copies: ${[...counts].map(([verdict, count]) => `${count} × ${verdict}`).join(", ")}.`;
}
