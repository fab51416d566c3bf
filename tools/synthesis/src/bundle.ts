// Bundles a function as `sst deploy` does: same esbuild, same options (sst/sst, pkg/runtime/node/build.go).
import { readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile, type Plugin } from "esbuild";

/** What SST is asked to build: `handler` is `path/to/file.export`, `nodejs` the function's own options. */
export type BuildRequest = {
  functionID: string;
  handler: string;
  nodejs: BundlingOptions;
};

/** SST's own, as far as this repository uses them; `stacks/bundling.ts` has what is deployed. */
export type BundlingOptions = {
  minify?: boolean;
  sourcemap?: boolean;
  format?: "esm" | "cjs";
  esbuild?: { external?: string[]; keepNames?: boolean };
};

export type Bundle = {
  functionID: string;
  handler: string;
  /** The folder that is zipped. */
  out: string;
  /** Bytes of the code as deployed and gzipped, and of its source map. */
  bytes: number;
  gzipBytes: number;
  sourceMapBytes: number;
  /** Every file whose code is in the bundle, from the repository's root, with its bytes there. */
  inputs: Readonly<Record<string, number>>;
};

/** Builds functions that have the same options in one pass, which parses a file they share only once. */
export async function bundleAll(
  requests: readonly BuildRequest[],
  root: string,
  outRoot: string,
  plugins: Plugin[] = [],
): Promise<Bundle[]> {
  const groups = Map.groupBy(requests, ({ nodejs }) => JSON.stringify(nodejs));
  const built = [...groups.values()].map((group) => bundleAlike(group, root, outRoot, plugins));
  return (await Promise.all(built)).flat();
}

async function bundleAlike(
  requests: readonly BuildRequest[],
  root: string,
  outRoot: string,
  plugins: Plugin[],
): Promise<Bundle[]> {
  const nodejs = requests[0]?.nodejs ?? {};
  const entries = requests.map((request) => {
    const [file, name] = splitHandler(request.handler);
    return { request, file, name, out: join(outRoot, request.functionID) };
  });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries.map(({ file, out }) => ({
      in: `${file}.ts`,
      out: relative(outRoot, join(out, file)),
    })),
    outdir: outRoot,
    outExtension: { ".js": ".mjs" },
    platform: "node",
    format: "esm",
    target: "esnext",
    bundle: true,
    keepNames: nodejs.esbuild?.keepNames ?? true,
    metafile: true,
    external: ["sharp", "pg-native", ...(nodejs.esbuild?.external ?? [])],
    mainFields: ["module", "main"],
    sourcemap: nodejs.sourcemap ? "linked" : false,
    minify: nodejs.minify ?? true,
    logLevel: "silent",
    plugins,
    banner: { js: banner },
  });
  return Promise.all(
    entries.map(async ({ request, file, name, out }) => {
      const outfile = join(out, `${file}.mjs`);
      const code = await readFile(outfile);
      return {
        functionID: request.functionID,
        handler: `${file}.${name}`,
        out,
        bytes: code.length,
        gzipBytes: gzipSync(code, { level: 9 }).length,
        sourceMapBytes: nodejs.sourcemap ? (await stat(`${outfile}.map`)).size : 0,
        inputs: inputsOf(metafile, relative(root, outfile)),
      };
    }),
  );
}

/** Collects the requests of one moment, and builds those with equal options together. */
export function createBundler(root: string, outRoot: string): (request: BuildRequest) => Promise<Bundle> {
  type Waiting = {
    request: BuildRequest;
    resolve: (bundle: Bundle) => void;
    reject: (error: unknown) => void;
  };
  let waiting: Waiting[] = [];
  const flush = () => {
    const groups = Map.groupBy(waiting, ({ request }) => JSON.stringify(request.nodejs));
    waiting = [];
    for (const group of groups.values()) {
      bundleAll(
        group.map(({ request }) => request),
        root,
        outRoot,
      ).then(
        (bundles) => {
          for (const [index, each] of bundles.entries()) group[index]?.resolve(each);
        },
        (error) => {
          for (const { reject } of group) reject(error);
        },
      );
    }
  };
  return (request) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setTimeout(flush, 100);
      waiting.push({ request, resolve, reject });
    });
}

const banner = [
  `import { createRequire as topLevelCreateRequire } from 'module';`,
  "const require = topLevelCreateRequire(import.meta.url);",
  `import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"`,
  "const __filename = topLevelFileUrlToPath(import.meta.url)",
  `const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))`,
].join("\n");

function splitHandler(handler: string): [file: string, name: string] {
  const dot = handler.lastIndexOf(".");
  return [handler.slice(0, dot), handler.slice(dot + 1)];
}

/** Files that tree shaking left nothing of are not in the bundle. */
function inputsOf(metafile: Metafile, outfile: string): Record<string, number> {
  const inputs = metafile.outputs[outfile]?.inputs ?? {};
  return Object.fromEntries(
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path, { bytesInOutput }]) => [path, bytesInOutput]),
  );
}
