// What `npm pack` makes, installed without a network into a plain project: it runs, has types, is bundled.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "client-pack-"));
const [client, app] = [join(folder, "client"), join(folder, "app")];
const run = (cwd: string, command: string, ...given: string[]) =>
  execFileSync(command, given, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** What a storefront's own code would be. */
const program = `import { createIntent, createStorefront, verifyWebhook, type OrderView } from "@order-saga/client";
const shop = createStorefront({ baseUrl: "http://shop.example", fetch: async () => Response.json({ orderId: "ord_1", status: "CONFIRMED" }, { headers: { etag: '"3"' } }) });
const seen: OrderView["status"][] = [];
for await (const { status } of shop.watch("ord_1", { signal: AbortSignal.timeout(5000) })) seen.push(status);
console.log(seen.join(), typeof createIntent("basket").over, typeof verifyWebhook);
`;

beforeAll(() => {
  // A copy, because packing changes package.json for a moment.
  const source = join(root, "packages/client");
  cpSync(source, client, {
    recursive: true,
    filter: (path) => !path.startsWith(join(source, "node_modules")),
  });
  symlinkSync(join(source, "node_modules"), join(client, "node_modules"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const [{ filename }] = JSON.parse(
    run(client, "npm", "pack", "--json", "--silent", "--pack-destination", folder),
  );
  rmSync(join(folder, "node_modules"));
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  run(app, "npm", "install", "--offline", "--no-audit", "--no-fund", join(folder, filename));
  writeFileSync(join(app, "app.ts"), program);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the package is JavaScript and types alone, needs no other, and the workspace is as it was", () => {
  const installed = JSON.parse(
    readFileSync(join(app, "node_modules/@order-saga/client/package.json"), "utf8"),
  );
  expect(installed).toMatchObject({ license: "MIT", exports: { ".": { types: "./dist/index.d.ts" } } });
  expect([installed.dependencies, installed.private]).toEqual([undefined, undefined]);
  const before = readFileSync(join(root, "packages/client/package.json"), "utf8");
  expect(readFileSync(join(client, "package.json"), "utf8")).toBe(before);
});

test("a plain project type-checks against it, and Node runs it", () => {
  const compiler = join(root, "node_modules/typescript-native/bin/tsc");
  const options = [
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--lib",
    "es2024,dom,dom.iterable",
  ];
  run(app, process.execPath, compiler, ...options, "--types", "", "app.ts");
  expect(run(app, process.execPath, "app.js")).toBe("CONFIRMED function function\n");
  if (!process.env.NIGHTLY) return;
  expect(() => {
    writeFileSync(join(app, "wrong.ts"), program.replace('"ord_1", {', "1, {"));
    run(app, process.execPath, compiler, ...options, "--noEmit", "--types", "", "wrong.ts");
  }).toThrow();
}, 60_000);

test("a bundler takes it for a browser, with what is used and no more than 14 kB", () => {
  const bundled = buildSync({
    absWorkingDir: app,
    entryPoints: ["app.ts"],
    bundle: true,
    format: "esm",
    platform: "browser",
    minify: true,
    write: false,
  });
  expect(bundled.outputFiles[0]?.contents.byteLength).toBeLessThan(14_000);
});
