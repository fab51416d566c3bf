// Bundles a function as SST does when it deploys: the same esbuild, the same options (sst/sst, pkg/runtime/node/build.go).
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";

/** What SST is asked to build: `handler` is `path/to/file.export`, `nodejs` the function's own options. */
export type BuildRequest = {
  functionID: string;
  handler: string;
  nodejs: { minify?: boolean; sourcemap?: boolean; format?: "esm" | "cjs" };
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

export async function bundle(request: BuildRequest, root: string, outRoot: string): Promise<Bundle> {
  const [file, name] = splitHandler(request.handler);
  const out = join(outRoot, request.functionID);
  const outfile = join(out, dirname(file), `${basename(file)}.mjs`);
  await rm(out, { recursive: true, force: true });
  await mkdir(dirname(outfile), { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`${file}.ts`],
    outfile,
    platform: "node",
    format: "esm",
    target: "esnext",
    bundle: true,
    keepNames: true,
    metafile: true,
    external: ["sharp", "pg-native"],
    mainFields: ["module", "main"],
    sourcemap: request.nodejs.sourcemap ? "linked" : false,
    minify: request.nodejs.minify ?? true,
    logLevel: "silent",
    banner: { js: banner },
  });
  const code = await readFile(outfile);
  return {
    functionID: request.functionID,
    handler: `${file}.${name}`,
    out,
    bytes: code.length,
    gzipBytes: gzipSync(code, { level: 9 }).length,
    sourceMapBytes: request.nodejs.sourcemap ? (await stat(`${outfile}.map`)).size : 0,
    inputs: inputsOf(metafile, relative(root, outfile)),
  };
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
