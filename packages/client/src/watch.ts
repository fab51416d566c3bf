// An order as it changes: each answer waits at the API until there is something new.
import type { components } from "./schema.ts";

type OrderView = components["schemas"]["OrderView"];

/** The order with its ETag; undefined if it is as it was under the ETag that was sent. */
export type OrderChange = { order: OrderView; etag: string } | undefined;

export type WatchOptions = {
  /** Ends the watching; the loop over it then throws the signal's reason. */
  signal?: AbortSignal;
  /** How long one request waits at the API, from 1 to 20. */
  waitSeconds?: number;
  /** True from which state on there is no need to go on; by default when the order is decided. */
  isOver?: (order: OrderView) => boolean;
};

/** Asks for a change since `etag`. */
export type AskForChange = (given: {
  etag: string | undefined;
  waitSeconds: number | undefined;
  signal: AbortSignal | undefined;
}) => Promise<{ change: OrderChange; retryAfterMilliseconds: number | undefined }>;

const decided: ReadonlySet<string> = new Set(["CONFIRMED", "REJECTED", "CANCELLED"]);

/** Yields the order as it is, and then each time that it has changed, up to the one that is over. */
export async function* watchOrder(
  ask: AskForChange,
  pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>,
  { isOver = ({ status }) => decided.has(status), signal, waitSeconds = 20 }: WatchOptions,
): AsyncGenerator<OrderView, void, void> {
  let etag: string | undefined;
  while (true) {
    const { change, retryAfterMilliseconds } = await ask({ etag, waitSeconds, signal });
    if (change) {
      etag = change.etag;
      yield change.order;
      if (isOver(change.order)) return;
    } else if (retryAfterMilliseconds !== undefined) await pause(retryAfterMilliseconds, signal);
  }
}
