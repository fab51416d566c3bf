// The order as a Restate service in a process of its own; its parent gives it port and endpoint.
import { pathToFileURL } from "node:url";
import { effectsAt } from "./effects.ts";
import { fromCache } from "./install.ts";
import { settleOrder } from "./order.ts";

type Context = { run<T>(name: string, act: () => Promise<T>): Promise<T> };
type Restate = {
  service(definition: object): object;
  serve(options: { services: object[]; port: number }): Promise<number>;
};

const { service, serve }: Restate = await import(
  pathToFileURL(fromCache.resolve("@restatedev/restate-sdk")).href
);
const [, , port, endpoint] = process.argv;
const effects = effectsAt(endpoint);
const orders = service({
  name: "orders",
  handlers: {
    place: (context: Context, { orderId }: { orderId: string }) =>
      settleOrder((name, act) => context.run(name, act), orderId, effects),
  },
});
process.send?.({ port: await serve({ services: [orders], port: Number(port) }) });
process.on("disconnect", () => process.exit(0));
