// Bundles every function of the services into one module, so that a release can be run beside a later one.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { ServiceManifest } from "@order-saga/messaging";
import { build, type Plugin } from "esbuild";

/** What the module exports: the manifests, and each function's file by `<service>-<function>`. */
export type ReleasedCode = {
  readonly services: readonly ServiceManifest[];
  readonly load: Readonly<Record<string, () => Promise<unknown>>>;
};

/**
 * The text of the module. AWS's SDK stays outside: a simulated client knows the SDK's own commands, so both
 * versions must build them with the same classes. `packages` may be of another commit, in a folder that has
 * nothing installed; then libraries are those of `root`.
 */
export async function bundleFunctions(root: string, folder = root): Promise<string> {
  const files = globSync("packages/*/src/functions/*.ts", { cwd: folder })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.endsWith(".test.ts"))
    .sort();
  const loaders = files.map((path) => {
    const [, service, , , file] = path.split("/");
    const name = `${service}-${file?.replace(/\.ts$/, "")}`;
    return `  ${JSON.stringify(name)}: () => import(${JSON.stringify(`./${path}`)}),`;
  });
  const { outputFiles } = await build({
    stdin: {
      contents: [
        'export { services } from "./packages/services/src/index.ts";',
        "export const load = {",
        ...loaders,
        "};",
      ].join("\n"),
      resolveDir: folder,
      loader: "ts",
    },
    absWorkingDir: folder,
    bundle: true,
    write: false,
    minify: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    external: ["@aws-sdk/*", "@smithy/*"],
    logLevel: "silent",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    plugins: folder === root ? [] : [elsewhere(root, folder)],
  });
  return outputFiles[0]?.text ?? "";
}

/** Resolves our own packages in the folder, and libraries as the same package of `root` does. */
function elsewhere(root: string, folder: string): Plugin {
  return {
    name: "elsewhere",
    setup({ onResolve, resolve }) {
      onResolve({ filter: /^@order-saga\// }, ({ path }) => {
        const [, name = "", ...rest] = path.split("/");
        const home = join(folder, "packages", name);
        const { exports } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as {
          exports: Record<string, string>;
        };
        const wanted = ["." as string, ...rest].join("/");
        const found = exports[wanted] ?? exports["./*"]?.replace("*", rest.join("/"));
        return { path: join(home, found ?? "") };
      });
      onResolve({ filter: /^[^./]/ }, ({ importer, kind, path, pluginData, resolveDir }) => {
        if (pluginData === "elsewhere" || path.startsWith("node:")) return undefined;
        if (!resolveDir.startsWith(folder) || importer.includes("node_modules")) return undefined;
        const there = join(root, relative(folder, resolveDir).split("/").slice(0, 2).join("/"));
        const from = existsSync(there) ? there : dirname(join(root, "package.json"));
        return resolve(path, { kind, resolveDir: from, pluginData: "elsewhere" });
      });
    },
  };
}
