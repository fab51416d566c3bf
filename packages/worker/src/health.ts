// Says on a port how each queue is doing, for a container's health check and for a person.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ConsumerState } from "./consumer.ts";

export type Health = { readonly isHealthy: boolean; readonly queues: Readonly<Record<string, QueueHealth>> };

export type QueueHealth = {
  readonly inFlight: number;
  readonly oldestSeconds: number | null;
  readonly lastSuccess: string | null;
  readonly lastPoll: string | null;
  readonly failedPolls: number;
  readonly abandoned: number;
};

/**
 * Only a function that hangs makes a worker unhealthy: a fresh process mends that, and does not mend a queue
 * that is not answering.
 */
export function healthOf(states: ReadonlyMap<string, ConsumerState>): Health {
  return {
    isHealthy: [...states.values()].every(({ abandoned }) => abandoned === 0),
    queues: Object.fromEntries([...states].map(([reaction, state]) => [reaction, inWords(state)])),
  };
}

function inWords(state: ConsumerState): QueueHealth {
  const { abandoned, failedPolls, inFlight, lastPoll, lastSuccess, oldestMilliseconds } = state;
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
  return {
    inFlight,
    oldestSeconds: oldestMilliseconds === undefined ? null : Math.round(oldestMilliseconds / 1000),
    lastSuccess: time(lastSuccess),
    lastPoll: time(lastPoll),
    failedPolls,
    abandoned,
  };
}

/** Port 0 takes any free one. Rejects if the port is taken. */
export async function serveHealth(
  port: number,
  health: () => Health,
): Promise<{ port: number; close(): void }> {
  const server: Server = createServer((_, response) => {
    const answer = health();
    response.writeHead(answer.isHealthy ? 200 : 503, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  });
  server.listen(port);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
