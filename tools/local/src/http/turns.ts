// Spreads a burst over turns of the event loop, so that what else this thread does goes on between them.
import type { IncomingMessage, RequestListener } from "node:http";

/** Undefined where it may begin now; otherwise resolves in a later turn: first come, first served. */
export type TakeTurn = () => Promise<void> | undefined;

/**
 * At most `most` begin in a turn: libuv reads thousands of sockets before it comes to timers and immediates.
 * Beyond `longest` nothing waits, so that the memory of what waits has an end.
 */
export function createTurns(most: number, longest: number): TakeTurn {
  const waiting: (() => void)[] = [];
  let room = most;

  function turn(): void {
    const begun = waiting.splice(0, most);
    room = most - begun.length;
    if (begun.length > 0) setImmediate(turn);
    for (const begin of begun) begin();
  }

  return () => {
    if (room === most) setImmediate(turn);
    if (room === 0 && waiting.length < longest) return new Promise((resolve) => waiting.push(resolve));
    room = Math.max(0, room - 1);
    return undefined;
  };
}

/** What begins in a turn takes some milliseconds; as many wait as there are connections. */
const limits = { most: 50, longest: 20_000 };

/** Requests begin in turns, before anything is read of them; those that are meant to at once. */
export function inTurns(
  handle: RequestListener,
  isAtOnce: (incoming: IncomingMessage) => boolean,
): RequestListener {
  const takeTurn = createTurns(limits.most, limits.longest);
  return (incoming, outgoing) => {
    const turn = isAtOnce(incoming) ? undefined : takeTurn();
    if (turn === undefined) return handle(incoming, outgoing);
    // The client may leave meanwhile.
    void turn.then(() => outgoing.destroyed || handle(incoming, outgoing));
  };
}
