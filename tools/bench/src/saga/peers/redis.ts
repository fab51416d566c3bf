// A Redis of its own in a temporary folder, if its program is on the path; an existing one is not touched.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { end, freePort } from "./service.ts";

export async function startRedis(): Promise<{ pid: number; port: number; stop(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), "order-saga-redis-"));
  const port = await freePort();
  const settings = { port, bind: "127.0.0.1", dir: directory, appendonly: "yes", appendfsync: "everysec" };
  const words = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = spawn("redis-server", [...words, "--save", ""], { stdio: "ignore" });
  return {
    pid: server.pid ?? 0,
    port,
    async stop() {
      await end(server);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
