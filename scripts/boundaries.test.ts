// Each boundary of .dependency-cruiser.mjs finds an import planted in a tree, of a service never heard of too.
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

test("a tree without such imports passes", () => {
  expect(broken({ "packages/shipping/src/rules.ts": imports("./service.ts") })).toEqual([]);
});

test.each([
  ["services-never-import-each-other", "packages/shipping/src/rules.ts", "../../orders/src/service.ts"],
  ["what-ships-knows-no-tool", "packages/shipping/src/rules.ts", "../../../tools/local/src/x.ts"],
  ["what-ships-knows-no-tool", "stacks/shipping.ts", "../tools/local/src/x.ts"],
  ["pure-files-use-no-node-builtin", "packages/shipping/src/rules.ts", "node:fs"],
  ["runtime-knows-no-watcher", "tools/local/src/y.ts", "../../console/src/x.ts"],
])("%s is broken by %s", (rule, path, target) => {
  const files = { "tools/console/src/x.ts": "export const x = 1;\n", [path]: imports(target) };
  expect(broken(files)).toContain(`${rule} ${path}`);
});

test("the test of a port may run its suite over a tool's adapter", () => {
  const path = "packages/shipping/src/store/dynamodb.test.ts";
  expect(broken({ [path]: imports("../../../../tools/local/src/x.ts") })).toEqual([]);
  expect(broken({ "packages/shipping/src/rules.test.ts": imports("../../../tools/local/src/x.ts") })).toEqual(
    ["what-ships-knows-no-tool packages/shipping/src/rules.test.ts"],
  );
});
