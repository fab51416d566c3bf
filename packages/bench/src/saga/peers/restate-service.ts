// The order as a Restate service, in a process of its own; told its port by its parent.
import { pathToFileURL } from "node:url";
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
const orders = service({
  name: "orders",
  handlers: {
    place: (context: Context, { orderId }: { orderId: string }) =>
      settleOrder((name, act) => context.run(name, act), orderId),
  },
});
const port = await serve({ services: [orders], port: Number(process.argv[2]) });
process.send?.({ port });
process.on("disconnect", () => process.exit(0));
