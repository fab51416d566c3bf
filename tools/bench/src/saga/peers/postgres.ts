// A PostgreSQL of its own in a temporary folder, if its programs are on the path; no other is touched.
import { execFileSync, spawn } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./service.ts";

/** PostgreSQL refuses to run as root; this is the number of `nobody` on every Linux. */
const NOBODY = 65_534;

export async function startPostgres(): Promise<{ pid: number; url: string; stop(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), "order-saga-postgres-"));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(directory, NOBODY, NOBODY);
  const as = { cwd: directory, ...(isRoot && { uid: NOBODY, gid: NOBODY }) };
  const data = join(directory, "data");
  execFileSync("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "--encoding=UTF8"], {
    ...as,
    stdio: "ignore",
  });
  const port = await freePort();
  const options = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", directory];
  const server = spawn("postgres", options, { ...as, stdio: "ignore" });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  return {
    pid: server.pid ?? 0,
    url: `postgresql://postgres@127.0.0.1:${port}/dbos`,
    async stop() {
      server.kill("SIGINT");
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
