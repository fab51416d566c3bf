// Spreads a burst over turns of the event loop, so that what else this thread does goes on between them.
import type { IncomingMessage, RequestListener, Server } from "node:http";
import type { Socket } from "node:net";

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
const limits = { most: 50, read: 100, longest: 20_000 };

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

/**
 * After so many requests of a turn the connections that have none under way are not read, and then so many a
 * turn: reading the headers of thousands would be one long turn. Those that ask what is urgent are not held.
 */
export function readInTurns(server: Server, isUrgent: (incoming: IncomingMessage) => boolean): void {
  const resting = new Set<Socket>();
  let held: Socket[] = [];
  let read = 0;

  function turn(): void {
    read = 0;
    const next = held.splice(0, limits.read);
    if (next.length > 0) setImmediate(turn);
    for (const socket of next) {
      if (socket.destroyed) continue;
      resting.add(socket);
      socket.resume();
    }
  }

  server.on("connection", (socket) => {
    resting.add(socket);
    socket.once("close", () => resting.delete(socket));
  });
  server.on("request", (incoming, outgoing) => {
    const { socket } = incoming;
    resting.delete(socket);
    if (!isUrgent(incoming)) outgoing.once("close", () => socket.destroyed || resting.add(socket));
    if (read === 0 && held.length === 0) setImmediate(turn);
    if (++read !== limits.read) return;
    for (const each of resting) each.pause();
    held = [...held, ...resting];
    resting.clear();
  });
}
