// Makes what `npm pack` takes: JavaScript in one file, its types, and a package.json for both. `npm pack`
// runs it before (`prepack`) and after (`postpack`), which puts the workspace's own package.json back.
import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const [manifest, kept] = ["package.json", "package.workspace.json"].map((name) => join(here, name)) as [
  string,
  string,
];

if (process.argv.includes("--restore")) renameSync(kept, manifest);
else build();

function build(): void {
  rmSync(join(here, "dist"), { recursive: true, force: true });
  buildSync({
    absWorkingDir: here,
    entryPoints: ["src/index.ts"],
    outfile: "dist/index.js",
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: ["es2022", "node20"],
    sourcemap: true,
    sourcesContent: false,
  });
  const compiler = join(
    dirname(fileURLToPath(import.meta.resolve("typescript-native/package.json"))),
    "bin/tsc",
  );
  const options = ["--declaration", "--emitDeclarationOnly", "--noEmit", "false", "--outDir", "dist"];
  const settings = ["--module", "nodenext", "--target", "es2024", "--strict", "--skipLibCheck"];
  const sources = ["--allowImportingTsExtensions", "--lib", "es2024,dom,dom.iterable", "--types", ""];
  execFileSync(process.execPath, [compiler, ...options, ...settings, ...sources, "src/index.ts"], {
    cwd: here,
  });
  const workspace = readFileSync(manifest, "utf8");
  const { description, name, version, type, sideEffects } = JSON.parse(workspace);
  writeFileSync(kept, workspace);
  const packed = {
    ...{ name, version, description, license: "MIT", type, sideEffects, engines: { node: ">=20" } },
    exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
    files: ["dist"],
    scripts: { postpack: "node build.ts --restore" },
  };
  writeFileSync(manifest, `${JSON.stringify(packed, undefined, 2)}\n`);
}
