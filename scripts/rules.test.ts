// Each rule about the text of the sources finds what is planted, and nothing in what is right.
import { expect, test } from "vitest";
import { plant } from "./planted.ts";
import { findingsIn } from "./rules.ts";

const found = (files: Record<string, string>) => findingsIn(plant(files)).map((each) => each.split(": ")[0]);
const wide = "a word ".repeat(20);

test("a comment beyond 110 columns is found, whatever its kind", () => {
  const files = {
    "packages/shipping/src/rules.ts": `// ${wide}\n/** ${wide} */\n\n * ${wide}\nconst x = 1; // ${wide}\n`,
    "tools/console/page/page.css": `/* ${wide} */\n`,
    ".github/workflows/ci.yml": `# ${wide}\n`,
    ".ci/run": `# ${wide}\n`,
  };
  expect(found(files).sort()).toEqual([
    ".ci/run:1",
    ".github/workflows/ci.yml:1",
    ...[1, 2, 4, 5].map((line) => `packages/shipping/src/rules.ts:${line}`),
    "tools/console/page/page.css:1",
  ]);
});

test("wide code, wide texts and generated files are no wide comments", () => {
  const files = {
    "packages/client/src/schema.ts": `// ${wide}\n`,
    "packages/shipping/src/texts.ts": `export const text =\n  "https://example.com ${wide}";\n`,
    "packages/shipping/README.md": `${wide}\n`,
  };
  expect(found(files)).toEqual([]);
});

test("code that is made from text is found", () => {
  expect(found({ "tools/any/src/fast.ts": `export const f = new ${"Function"}("return 1");\n` })).toEqual([
    "tools/any/src/fast.ts:1",
  ]);
});

test("money that is written with Intl's own digits is found, outside the table of currencies", () => {
  const line = `const f = new Intl.NumberFormat("en", { style: ${'"currency"'}, currency });\n`;
  const files = { "packages/contracts/src/currencies.ts": line, "tools/any/page/src/price.tsx": line };
  expect(found(files)).toEqual(["tools/any/page/src/price.tsx:1"]);
});

test.each([
  'import { x } from "../../local/src/x.ts";',
  'import type { X } from "../../local/src/x.ts";',
  'export { x } from "../../local/src/x.ts";',
  '} from "../../local/src/x.ts";',
  'import "../../local/src/x.ts";',
  `const x = await ${"import"}("../../local/src/x.ts");`,
])("a relative import of another package is found: %s", (line) => {
  expect(found({ "tools/any/src/x.ts": `${line}\n` })).toEqual(["tools/any/src/x.ts:1"]);
});

test("a relative import within a package is none, nor is the tests' own of what all have in common", () => {
  expect(found({ "tools/any/vitest.config.ts": 'import { x } from "../../vitest.shared.ts";\n' })).toEqual(
    [],
  );
  expect(found({ "tools/any/test/deep/x.ts": 'import { x } from "../../src/x.ts";\n' })).toEqual([]);
});

test("a loop of attempts is found in a service, and the second in the kit", () => {
  const loop = "for (let attempt = 1; ; attempt++) {}\n";
  const files = {
    "packages/shipping/src/service.ts": "",
    "packages/shipping/src/store/dynamodb.ts": loop,
    "packages/messaging/src/optimistic.ts": loop,
    "packages/messaging/src/sweep.ts": loop,
    "packages/client/src/retry.ts": loop,
  };
  expect(found(files).sort()).toEqual([
    "packages/messaging/src/sweep.ts:1",
    "packages/shipping/src/store/dynamodb.ts:1",
  ]);
});

test("a command that Node 20 cannot run is found in what is printed and documented", () => {
  // Not as one text, so that the rule does not find it here.
  const node = "node";
  const files = {
    "docs/add-a-service.md": `Run \`${node} tools/documents/src/generate.ts\`.\n`,
    "tools/any/src/say.ts": `console.log("run ${node} --watch packages/any/generate.ts");\n`,
    "tools/any/README.md": "`npx pnpm@12 exec node tools/any/bench.ts` and `npx pnpm@12 generate`\n",
  };
  expect(found(files).sort()).toEqual(["docs/add-a-service.md:1", "tools/any/src/say.ts:1"]);
});

test("what ships may have a tool to test with, and depend on none", () => {
  const manifest = (name: string, more: object = {}) =>
    JSON.stringify({ name: `@order-saga/${name}`, ...more });
  const dependencies = { "@order-saga/local": "workspace:*" };
  const files = {
    "tools/local/package.json": manifest("local"),
    "packages/shipping/package.json": manifest("shipping", { dependencies }),
    "packages/orders/package.json": manifest("orders", { devDependencies: dependencies }),
    "stacks/package.json": manifest("stacks", { dependencies }),
  };
  expect(found(files).sort()).toEqual(["packages/shipping/package.json", "stacks/package.json"]);
});
