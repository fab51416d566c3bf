// The thread in which Vite runs, so that the API answers meanwhile.
import { join } from "node:path";
import { workerData } from "node:worker_threads";
import { build } from "vite";

const root = join(import.meta.dirname, "..", "page");
await build({
  root,
  configFile: join(root, "vite.config.ts"),
  logLevel: "error",
  build: { outDir: workerData as string, emptyOutDir: true },
});
