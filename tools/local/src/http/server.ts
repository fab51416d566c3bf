// The port of the storefront API: taken at once, answered when the routes are there.
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { problem, writeAnswer } from "./answer.ts";
import { guardListener } from "./loopback.ts";
import { inTurns, readInTurns } from "./turns.ts";
import { answerUnreadable, withHost } from "./unreadable.ts";

/** A port is taken; `flag` is the one that chooses another. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";
  constructor(port: number, flag: string, what: string) {
    super(
      `Port ${port} is in use, so ${what} cannot start. Choose another with ${flag} PORT, or ${flag} 0 for any.`,
    );
  }
}

export type HttpListener = {
  server: Server;
  url: string;
  /** `atOnce` are paths that are answered between those that wait for their turn. */
  accept: (listener: RequestListener, atOnce?: ReadonlySet<string>) => void;
};

/**
 * How long a request may take to come, in milliseconds: one that creeps in holds a connection. A client that
 * opens thousands at once needs a while to speak on each.
 */
const patience = { headersTimeout: 60_000, requestTimeout: 120_000, requireHostHeader: false };

const starting = () => problem(503, "unavailable", "The shop is starting.", { "retry-after": "1" });

/**
 * Takes the port at once, so that a port in use is said before anything else is started. `hostNames` are
 * names of this machine besides `localhost`.
 */
export async function listen(port: number, hostNames?: readonly string[]): Promise<HttpListener> {
  let handle: RequestListener = (_, outgoing) => writeAnswer(outgoing, starting());
  const guarded = guardListener(hostNames, (incoming, outgoing) => handle(incoming, outgoing));
  let urgent: ReadonlySet<string> = new Set();
  const isUrgent = ({ url = "" }: IncomingMessage) => urgent.has(url);
  const server = createServer(patience, inTurns(withHost(guarded), isUrgent));
  answerUnreadable(server);
  readInTurns(server, isUrgent);
  // A client may send many requests before the first is answered, and each listens for its leaving.
  server.on("connection", (socket) => void socket.setMaxListeners(0));
  // A client that keeps its connection must not find it closed in its hand while this thread is busy, and a
  // burst of connections must find room to wait.
  server.keepAliveTimeout = 65_000;
  server.listen({ port, host: "127.0.0.1", backlog: 4096 });
  try {
    await once(server, "listening");
  } catch (error) {
    throw explainPort(error, port, "--port", "the storefront API");
  }
  const address = server.address();
  const actual = typeof address === "object" && address ? address.port : port;
  return {
    server,
    url: `http://localhost:${actual}`,
    accept: (listener, atOnce = urgent) => {
      handle = listener;
      urgent = atOnce;
    },
  };
}

export function closeServer(server: Server): Promise<void> {
  server.closeIdleConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  });
}

export function explainPort(error: unknown, port: number, flag: string, what: string): unknown {
  const inUse = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  return inUse ? new PortInUseError(port, flag, what) : error;
}
