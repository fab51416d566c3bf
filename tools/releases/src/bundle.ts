// Bundles every function of the services into one module, so that a release can be run beside a later one.
import { functionsOf, type ServiceManifest } from "@order-saga/messaging";
import { services } from "@order-saga/services";
import { functionPath } from "@order-saga/services/functions";
import { build } from "esbuild";

/** What the module exports: the manifests, and each function's file by `<service>-<function>`. */
export type ReleasedCode = {
  readonly services: readonly ServiceManifest[];
  readonly load: Readonly<Record<string, () => Promise<unknown>>>;
};

/**
 * The text of the module. AWS's SDK stays outside: a simulated client knows the SDK's own commands, so both
 * versions must build them with the same classes.
 */
export async function bundleFunctions(root: string): Promise<string> {
  const loaders = services.flatMap((service) =>
    functionsOf(service).map(({ name }) => {
      const path = JSON.stringify(`./${functionPath(service.name, name)}`);
      return `  ${JSON.stringify(`${service.name}-${name}`)}: () => import(${path}),`;
    }),
  );
  const { outputFiles } = await build({
    stdin: {
      contents: [
        'export { services } from "./packages/services/src/index.ts";',
        "export const load = {",
        ...loaders,
        "};",
      ].join("\n"),
      resolveDir: root,
      loader: "ts",
    },
    absWorkingDir: root,
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
  });
  return outputFiles[0]?.text ?? "";
}
