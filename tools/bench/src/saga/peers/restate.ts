// Restate as a contender: its server as npm carries it, its data on disk, and the order as a service.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Contender } from "../contender.ts";
import { sender } from "../post.ts";
import { usageOf } from "../processes.ts";
import { CACHE, installPeers } from "./install.ts";
import { end, freePort, place, type Service, startService, until } from "./service.ts";
import { endpointOf, processesOf } from "./with-calls.ts";

export async function startRestate(name: string, cloud?: Service): Promise<Contender> {
  installPeers(["@restatedev/restate-server", "@restatedev/restate-sdk"]);
  const directory = mkdtempSync(join(tmpdir(), "order-saga-restate-"));
  const [ingress, admin, fabric, own] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const server = spawn(join(CACHE, "node_modules/.bin/restate-server"), [], {
    cwd: directory,
    stdio: ["ignore", "ignore", "ignore"],
    env: {
      ...process.env,
      RESTATE_BASE_DIR: directory,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${fabric}`,
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${fabric}/`,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_LOG_FILTER: "error",
      DO_NOT_TRACK: "1",
    },
  });
  const service = await startService("./restate-service.ts", String(own), ...endpointOf(cloud));
  const control = sender(`http://127.0.0.1:${admin}`);
  const { send, close } = sender(`http://127.0.0.1:${ingress}`);
  await until("Restate", 60, async () => {
    const uri = `http://127.0.0.1:${service.port}`;
    const { status, body } = await control.send("POST", "/deployments", { uri, force: true });
    if (status >= 300) throw new Error(body);
  });
  await until("Restate's order", 30, () => place(send, "/orders/place"));
  return {
    name,
    settle: () => place(send, "/orders/place"),
    usage: async () => usageOf([server.pid ?? 0, ...processesOf(service, cloud)]),
    async stop() {
      close();
      control.close();
      await end(service.process);
      await end(server);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
