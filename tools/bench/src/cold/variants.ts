// The bundles that are compared: as deployed, by SST's defaults, as most users write it, and empty.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { functionsOf } from "@order-saga/messaging";
import { services } from "@order-saga/services";
import { type BundlingOptions, bundleAll } from "@order-saga/synthesis/bundle";
import { requests } from "@order-saga/synthesis/bundles";
import { build, type Plugin } from "esbuild";

export type VariantName = "deployed" | "defaults" | "customary" | "empty";

export const variantNames: Readonly<Record<VariantName, string>> = {
  deployed: "as deployed",
  defaults: "the same sources, SST's default options",
  customary: "the same with zod as it is usually imported, `{ z }`: SST's default bundle",
  empty: "an empty handler",
};

export type Variant = {
  name: VariantName;
  file: string;
  gzipBytes: number;
};

/** SST 4.17: minified ES modules, names kept, no source map. */
const defaults: BundlingOptions = { minify: true };

/** Every variant of every function, by the function's name. */
export async function buildVariants(root: string, folder: string): Promise<ReadonlyMap<string, Variant[]>> {
  const built = new Map<string, Variant[]>(requests.map(({ functionID }) => [functionID, []]));
  const options: [VariantName, BundlingOptions | undefined, Plugin[]][] = [
    ["deployed", undefined, []],
    ["defaults", defaults, []],
    ["customary", defaults, [customaryZod(root)]],
  ];
  for (const [name, nodejs, plugins] of options) {
    const all = requests.map((request) => ({ ...request, nodejs: nodejs ?? request.nodejs }));
    for (const { functionID, gzipBytes, handler, out } of await bundleAll(
      all,
      root,
      join(folder, name),
      plugins,
    )) {
      const file = join(out, `${handler.slice(0, handler.lastIndexOf("."))}.mjs`);
      built.get(functionID)?.push({ name, file, gzipBytes });
    }
  }
  await buildScript(folder);
  const empty = join(folder, "empty.mjs");
  await build({
    stdin: { contents: "export const handler = async () => ({});" },
    outfile: empty,
    format: "esm",
  });
  for (const variants of built.values()) variants.push({ name: "empty", file: empty, gzipBytes: 0 });
  return built;
}

/** The measuring script as plain JavaScript: stripping its types would warm up what is to be measured. */
export const scriptIn = (folder: string): string => join(folder, "process.mjs");

async function buildScript(folder: string): Promise<void> {
  const entry = fileURLToPath(new URL("process.ts", import.meta.url));
  await build({ entryPoints: [entry], outfile: scriptIn(folder), format: "esm", target: "esnext" });
}

export const functionNames: readonly string[] = services.flatMap((service) =>
  functionsOf(service).map(({ name }) => `${service.name}-${name}`),
);

/** Our sources with the import of zod that most people write. */
function customaryZod(root: string): Plugin {
  return {
    name: "customary-zod",
    setup({ onLoad }) {
      onLoad({ filter: /\/packages\/[a-z]+\/src\/.*\.ts$/ }, async ({ path }) => {
        if (!path.startsWith(root)) return undefined;
        const source = await readFile(path, "utf8");
        const contents = source.replace(/^import \* as z from "zod\/mini";$/m, 'import { z } from "zod";');
        return { contents, loader: "ts" };
      });
    },
  };
}
