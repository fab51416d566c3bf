// The console: records what the runtime does, and serves the page and its API.

import type { Witness } from "@order-saga/invariants/witness";
import type { RuntimeObserver } from "@order-saga/local/observer";
import type { Runtime } from "@order-saga/local/runtime";
import { services } from "@order-saga/services";
import type { Hono } from "hono";
import { mountCatalogue } from "./catalogue.ts";
import { lookAhead } from "./look-ahead.ts";
import { mountPage } from "./page.ts";
import { createRecorder } from "./recorder.ts";
import { recorderObserver } from "./recorder-observer.ts";
import { mountConsoleRoutes } from "./routes.ts";
import { type ConsoleServer, createConsoleServer } from "./server.ts";
import { topologyOf } from "./topology.ts";

type ConsoleOptions = {
  /** Where the log of operators' actions is kept; undefined keeps it in memory. */
  directory: string | undefined;
  /** Must observe the same runtime. */
  witness: Witness;
};

/** An extension of the runtime. */
type Console = {
  observers: readonly RuntimeObserver[];
  /** Adds the page and its API; returns what stops them. */
  mount(app: Hono, runtime: Runtime): () => Promise<void>;
};

export function createConsole({ directory, witness }: ConsoleOptions): Console {
  const topology = topologyOf(services);
  const now = () => Date.now();
  const recorder = createRecorder({
    maximumOrders: 5000,
    maximumEvents: 20_000,
    maximumMoments: 1000,
    reactions: topology.reactions,
    schedules: topology.services.flatMap(({ name, schedules }) =>
      schedules.map((each) => ({ ...each, service: name })),
    ),
    now,
  });
  let server: ConsoleServer | undefined;
  return {
    observers: [
      recorderObserver(recorder.record, now),
      { batchChanged: (batch) => server?.desk.batchChanged(batch) },
    ],
    mount(app, runtime) {
      server = createConsoleServer(runtime, { directory, recorder, topology, witness });
      mountConsoleRoutes(app, runtime, server);
      mountCatalogue(app);
      mountPage(app, pageFiles, runtime.aws.url);
      const endLooks = lookAhead(server.look);
      const { stop } = server;
      return () => {
        endLooks();
        return stop();
      };
    },
  };
}

/** Loaded with the page's first request, so that a laptop without a page needs no bundler in memory. */
async function pageFiles(): Promise<string> {
  const { pageFolder } = await import("./build.ts");
  return pageFolder();
}
