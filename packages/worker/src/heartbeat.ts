// Keeps a batch's messages hidden for as long as its work goes on, which an event-source mapping cannot.
import type { Log } from "@order-saga/messaging";
import type { Clock } from "./clock.ts";
import type { Queue, QueueSettings } from "./queue.ts";

type Beat = { queue: Queue; settings: QueueSettings; clock: Clock; log: Log };

/**
 * Hides the messages anew each time half of their visibility timeout has passed, until the signal aborts. A
 * beat that fails leaves the other half for the next; if that fails too, the messages come again, which every
 * reaction bears.
 */
export async function keepHidden(
  { clock, log, queue, settings: { visibilityTimeoutSeconds } }: Beat,
  receiptHandles: readonly string[],
  ended: AbortSignal,
): Promise<void> {
  while (true) {
    await clock.sleep((visibilityTimeoutSeconds * 1000) / 2, ended);
    if (ended.aborted) return;
    try {
      const refused = await queue.extend(receiptHandles, visibilityTimeoutSeconds);
      if (refused.length > 0)
        log("warn", "messages were not kept hidden and may come again", {
          count: refused.length,
          errorName: refused[0] ?? "",
        });
    } catch (error) {
      log("warn", "a heartbeat failed", { errorName: nameOf(error) });
    }
  }
}

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
