// Bundles a worker with the code of some reactions into one file, which is all that a container has.
import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { allReactions } from "@order-saga/messaging/topology";
import { everyService, services } from "@order-saga/services";
import { functionUrl } from "@order-saga/services/functions";
import { build } from "esbuild";

export const BUNDLE = "worker.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Writes the bundle of these reactions into the folder, with its source map. Resolves with its path. */
export async function bundleWorker(folder: string, names: readonly string[]): Promise<string> {
  const outfile = join(folder, BUNDLE);
  await build({
    stdin: { contents: entryOf(names), resolveDir: here, loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    minify: true,
    sourcemap: "linked",
    // Parts of the SDK are CommonJS, and ask for Node's own modules by require.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    legalComments: "none",
    logLevel: "warning",
  });
  return outfile;
}

/** Each function's file is evaluated only when its reaction is asked for. */
function entryOf(names: readonly string[]): string {
  const chosen = allReactions(everyService).filter(({ manifest }) => names.includes(manifest.name));
  const loads = chosen.map(({ manifest, service }) => {
    const file = JSON.stringify(fileURLToPath(functionUrl(service, manifest.name)));
    return `${JSON.stringify(manifest.name)}: () => import(${file}),`;
  });
  return `
import { allReactions } from "@order-saga/messaging/topology";
import { everyService } from "@order-saga/services";
import { run } from "./run.ts";
const loads: Record<string, () => Promise<unknown>> = { ${loads.join("\n")} };
const known = allReactions(everyService).flatMap((resources) => {
  const load = loads[resources.manifest.name];
  return load ? [{ resources, load }] : [];
});
await run(known, process.argv.slice(2));
`;
}

if (import.meta.main) {
  const [folder = "dist", ...names] = process.argv.slice(2);
  const all = allReactions(services).map(({ manifest }) => manifest.name);
  const file = await bundleWorker(folder, names.length > 0 ? names : all);
  console.log(`${file}: ${Math.round(statSync(file).size / 1000)} kB`);
}
