// The order as a DBOS workflow behind a small HTTP server, in a process of its own.
import { pathToFileURL } from "node:url";
import { effectsAt } from "./effects.ts";
import { fromCache } from "./install.ts";
import { settleOrder } from "./order.ts";
import { serveOrders } from "./serve.ts";

type Dbos = {
  setConfig(config: object): void;
  launch(): Promise<void>;
  registerWorkflow<T>(run: (orderId: string) => Promise<T>, options: object): (orderId: string) => Promise<T>;
  runStep<T>(act: () => Promise<T>, options: { name: string }): Promise<T>;
};

const { DBOS }: { DBOS: Dbos } = await import(pathToFileURL(fromCache.resolve("@dbos-inc/dbos-sdk")).href);
const [, , url, endpoint] = process.argv;
const effects = effectsAt(endpoint);
DBOS.setConfig({ name: "order-saga-bench", systemDatabaseUrl: url, logLevel: "error" });
const place = DBOS.registerWorkflow(
  (orderId) => settleOrder((name, act) => DBOS.runStep(act, { name }), orderId, effects),
  { name: "place" },
);
await DBOS.launch();
await serveOrders(place);
