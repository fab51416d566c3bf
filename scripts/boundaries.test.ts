// Each boundary of .dependency-cruiser.mjs finds a planted import, also in a service that no list names.
import { spawnSync } from "node:child_process";
import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { plant } from "./planted.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const cruiser = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");

/** The rules that are broken in a tree of these files, each with the file that breaks it. */
function broken(files: Readonly<Record<string, string>>): string[] {
  const folder = plant({
    "tools/local/src/x.ts": "export const x = 1;\n",
    "packages/orders/src/service.ts": "export const x = 1;\n",
    "packages/shipping/src/service.ts": "export const x = 1;\n",
    "stacks/any.ts": "export const x = 1;\n",
    ...files,
  });
  for (const path of [".dependency-cruiser.mjs", "tsconfig.json", "package.json"])
    cpSync(join(root, path), join(folder, path));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  const words = [
    "packages",
    "tools",
    "stacks",
    "--config",
    ".dependency-cruiser.mjs",
    "--output-type",
    "json",
  ];
  const { stdout } = spawnSync(process.execPath, [cruiser, ...words], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  return summary.violations.map(({ from, rule }) => `${rule.name} ${from}`).sort();
}

const imports = (path: string) => `import { x } from "${path}";\nexport const y = x;\n`;

/** Other ways to write an import. */
const spellings = {
  "when-needed": (path: string) => `export const load = () => import("${path}");\n`,
  "handed-on": (path: string) => `export * from "${path}";\n`,
  required: (path: string) => `export const x: unknown = require("${path}");\n`,
  "type-only": (path: string) => `import type { x } from "${path}";\nexport type Y = typeof x;\n`,
};

/** A file, what it imports, and the rule that this breaks. */
const planted = [
  [
    "packages/shipping/src/other-service.ts",
    "../../orders/src/service.ts",
    "services-never-import-each-other",
  ],
  ["packages/shipping/src/tool.ts", "../../../tools/local/src/x.ts", "what-ships-knows-no-tool"],
  ["packages/shipping/src/tool.test.ts", "../../../tools/local/src/x.ts", "what-ships-knows-no-tool"],
  ["stacks/tool.ts", "../tools/local/src/x.ts", "what-ships-knows-no-tool"],
  ["packages/shipping/src/builtin.ts", "node:fs", "pure-files-use-no-node-builtin"],
  ["packages/shipping/src/adapter.ts", "./store/dynamodb.ts", "pure-files-reach-no-adapter"],
  ["packages/shipping/src/functions/charge.ts", "stripe", "provider-sdk-in-its-adapter"],
  ["packages/shipping/src/over-another.ts", "./gateway/sdk.ts", "provider-sdk-reached-by-no-rule"],
  ["packages/shipping/src/over-a-package.ts", "../../helper/src/x.ts", "services-depend-on-the-kit-only"],
  ["packages/shipping/src/functions/test.ts", "../carrier/testing.ts", "what-ships-imports-no-tests"],
  ["packages/shipping/src/functions/suite.ts", "../carrier/x.suite.ts", "what-ships-imports-no-tests"],
  ["packages/shipping/src/functions/call.ts", "@aws-sdk/client-lambda", "functions-call-no-functions"],
  ["tools/local/src/watcher.ts", "../../console/src/x.ts", "runtime-knows-no-watcher"],
] as const;

test("a tree that keeps every boundary passes; a port's own test may import a tool's adapter", () => {
  const files = {
    "packages/shipping/src/rules.ts": imports("./service.ts"),
    "packages/shipping/src/store/dynamodb.test.ts": imports("../../../../tools/local/src/x.ts"),
  };
  expect(broken(files)).toEqual([]);
});

test("each planted import breaks its boundary, and so does a circle of types", () => {
  const circle = {
    "tools/local/src/hen.ts": 'import type { Egg } from "./egg.ts";\nexport type Hen = { lays: Egg };\n',
    "tools/local/src/egg.ts": 'import type { Hen } from "./hen.ts";\nexport type Egg = { from: Hen };\n',
  };
  const files = {
    "tools/console/src/x.ts": "export const x = 1;\n",
    "packages/shipping/src/store/dynamodb.ts": "export const x = 1;\n",
    "packages/shipping/src/gateway/sdk.ts": 'export { default as x } from "stripe";\n',
    "packages/shipping/src/carrier/testing.ts": "export const x = 1;\n",
    "packages/shipping/src/carrier/x.suite.ts": "export const x = 1;\n",
    "packages/helper/src/x.ts": imports("../../orders/src/service.ts"),
    ...Object.fromEntries(planted.map(([path, target]) => [path, imports(target)])),
    ...circle,
  };
  const found = broken(files);
  for (const [path, , rule] of planted) expect(found).toContain(`${rule} ${path}`);
  expect(found.filter((each) => each.startsWith("no-circular"))).not.toEqual([]);
});

test("another service, a function's client and the provider are found however they are imported", () => {
  const targets = [
    ["../../../orders/src/service.ts", "services-never-import-each-other"],
    ["@aws-sdk/client-lambda", "functions-call-no-functions"],
    ["stripe", "provider-sdk-in-its-adapter"],
  ] as const;
  const cases = targets.flatMap(([target, rule], number) =>
    Object.entries(spellings).map(([spelling, write]) => {
      const path = `packages/shipping/src/functions/${spelling}-${number}.ts`;
      return { path, rule, text: write(target) };
    }),
  );
  const found = broken(Object.fromEntries(cases.map(({ path, text }) => [path, text])));
  for (const { path, rule } of cases) expect(found).toContain(`${rule} ${path}`);
});
