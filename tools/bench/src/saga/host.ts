// The laptop in a process of its own: runs the whole saga and tells its parent which orders have settled.
import { readFileSync } from "node:fs";
import { startLaptop } from "@order-saga/cli/laptop";
import { watchSettledOrders } from "@order-saga/cli/settled-orders";
import { scopes } from "@order-saga/contracts";
import type { RuntimeOptions } from "@order-saga/local/options";
import type { Usage } from "./contender.ts";

export type Settled = { orderId: string; status: string };
export type HostMessage =
  | { kind: "ready"; url: string; token: string; buyerToken: string }
  | { kind: "settled"; orders: Settled[] }
  | ({ kind: "usage" } & Usage);

const [data = "memory", given = "{}"] = process.argv.slice(2);
/** What runs the reactions, if not the laptop's mappings. */
const runs = JSON.parse(given) as Pick<RuntimeOptions, "wire" | "worker" | "loops">;
const tell = (message: HostMessage) => process.send?.(message);

const runtime = await startLaptop(
  { port: 0, awsPort: 0, data: data === "memory" ? undefined : data, watch: false, ...runs },
  { onLog: () => {}, onWarning: (message) => console.error(message) },
);
// Far more than are ever in flight; what it remembers beyond would be counted as the saga's own memory.
const watch = watchSettledOrders({ maximumOrders: 1000 });
// A turn's settlements in one message: what telling costs would be measured as the saga's own.
let orders: Settled[] = [];
runtime.observe({
  eventAccepted({ event }) {
    const settled = watch(event);
    if (!settled) return;
    if (orders.push({ orderId: settled.orderId, status: settled.status }) > 1) return;
    setImmediate(() => {
      tell({ kind: "settled", orders });
      orders = [];
    });
  },
});
process.on("message", async (message) => {
  if (message === "usage") {
    const { user, system } = process.cpuUsage();
    tell({
      kind: "usage",
      cpuMilliseconds: (user + system) / 1000,
      residentMegabytes: process.memoryUsage.rss() / 2 ** 20,
      anonymousMegabytes: anonymousMegabytes(),
    });
  }
  if (message === "stop") {
    await runtime.stop();
    process.exit(0);
  }
});
process.on("disconnect", () => process.exit(0));
const tokenOf = (sub: string) =>
  runtime.issuer.sign({ sub, scope: scopes.join(" "), expiresInSeconds: 12 * 3600 });
tell({ kind: "ready", url: runtime.url, token: await tokenOf("bench"), buyerToken: await tokenOf("buyer") });

/** Only Linux tells. */
function anonymousMegabytes(): number | undefined {
  if (process.platform !== "linux") return undefined;
  const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}
