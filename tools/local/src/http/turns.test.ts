import { once } from "node:events";
import { connect, type Server } from "node:net";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { closeServer, listen } from "./server.ts";
import { createTurns } from "./turns.ts";

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("a burst begins so many a turn, in the order it came, and nothing waits where there is room", async () => {
  const takeTurn = createTurns(3, 100);
  const begun: number[] = [];
  const begin = async (index: number) => {
    const turn = takeTurn();
    if (turn) await turn;
    begun.push(index);
  };
  for (let index = 0; index < 8; index++) void begin(index);
  expect(begun).toEqual([0, 1, 2]);
  await nextTurn();
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
  // Room is for those who came before.
  void begin(8);
  expect(begun).toHaveLength(6);
  await nextTurn();
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  await nextTurn();
  await nextTurn();
  void begin(9);
  expect(begun.at(-1)).toBe(9);
});

test("what waits has an end", async () => {
  const takeTurn = createTurns(1, 2);
  const turns = [0, 1, 2, 3, 4].map(takeTurn);
  expect(turns.map((turn) => turn === undefined)).toEqual([true, false, false, true, true]);
  await Promise.all(turns);
});

/** Fewer bytes than are read from a socket at once. */
const MANY = 500;

test("a burst of requests begins over several turns, and one that is urgent waits for none of it", async () => {
  const { accept, url } = await aServer();
  const begun: { path: string; turn: number }[] = [];
  let turn = 0;
  const nextTurn = () => {
    turn++;
    if (begun.length <= MANY) setImmediate(nextTurn);
  };
  accept(
    (incoming, outgoing) => {
      if (begun.push({ path: incoming.url ?? "", turn }) === 1) setImmediate(nextTurn);
      outgoing.end();
    },
    new Set(["/health"]),
  );
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const ask = (path: string, ...more: string[]) =>
    [`GET ${path} HTTP/1.1`, "Host: localhost", ...more, "", ""].join("\r\n");
  socket.write(ask("/orders").repeat(MANY) + ask("/health", "Connection: close"));
  await text(socket);
  expect(begun).toHaveLength(MANY + 1);
  const byTurn = Object.values(Object.groupBy(begun, (each) => each.turn));
  expect(Math.max(...byTurn.map((each = []) => each.length))).toBeLessThanOrEqual(101);
  expect(begun.findIndex(({ path }) => path === "/health")).toBe(50);
});

const connectionsOf = (server: Server) => promisify(server.getConnections.bind(server))();

async function aServer() {
  const listener = await listen(0);
  onTestFinished(() => closeServer(listener.server));
  return listener;
}

test("requests that come on hundreds of connections at once are read over several turns", async () => {
  const { accept, url, server } = await aServer();
  const turns: number[] = [];
  let turn = 0;
  const count = () => {
    turn++;
    if (turns.length <= MANY) setImmediate(count);
  };
  server.on("request", () => {
    if (turns.push(turn) === 1) setImmediate(count);
  });
  accept((_, outgoing) => void outgoing.end(), new Set(["/health"]));
  const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const open = () => connect(Number(new URL(url).port), "127.0.0.1");
  const first = open();
  const others = Array.from({ length: MANY }, open);
  // A connection that asked for the health before is not held.
  first.write(ask("/health"));
  await once(first, "data");
  await vi.waitUntil(async () => (await connectionsOf(server)) === MANY + 1);
  const health = once(first, "data").then(() => turns.length);
  const answered = others.map((socket) => once(socket, "data"));
  for (const socket of others) socket.write(ask("/orders"));
  first.write(ask("/health"));
  await Promise.all(answered);
  expect(await health).toBeLessThan(MANY);
  const most = Math.max(...[...Map.groupBy(turns, (each) => each).values()].map(({ length }) => length));
  expect(most).toBeLessThanOrEqual(200);
  expect(turns).toHaveLength(MANY + 2);
  for (const socket of [first, ...others]) socket.destroy();
});
