// The order as a DBOS workflow behind a small HTTP server, in a process of its own.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import { fromCache } from "./install.ts";
import { settleOrder } from "./order.ts";

type Dbos = {
  setConfig(config: object): void;
  launch(): Promise<void>;
  registerWorkflow<T>(run: (orderId: string) => Promise<T>, options: object): (orderId: string) => Promise<T>;
  runStep<T>(act: () => Promise<T>, options: { name: string }): Promise<T>;
};

const { DBOS }: { DBOS: Dbos } = await import(pathToFileURL(fromCache.resolve("@dbos-inc/dbos-sdk")).href);
DBOS.setConfig({ name: "order-saga-bench", systemDatabaseUrl: process.argv[2], logLevel: "error" });
const place = DBOS.registerWorkflow(
  (orderId) => settleOrder((name, act) => DBOS.runStep(act, { name }), orderId),
  { name: "place" },
);
await DBOS.launch();
const server = createServer(async (request, response) => {
  request.setEncoding("utf8");
  let text = "";
  for await (const chunk of request) text += chunk;
  try {
    response.end(JSON.stringify(await place((JSON.parse(text) as { orderId: string }).orderId)));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.send?.({ port: (server.address() as AddressInfo).port });
process.on("disconnect", () => process.exit(0));
