// What `npm pack` makes, installed without a network into a plain project: it runs, has types, is bundled.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
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

/** What the README leaves to its reader, before its first example and before the others. */
const page = `
const token = "a token", secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", body = "{}";
const show = (status: string) => console.log(status);
const request = new Request("http://shop.example");
const stripe = { handleNextAction: async ({ clientSecret }: { clientSecret: string }) => console.log(clientSecret) };
globalThis.fetch = async (input, init) => {
  const { headers, method, url } = new Request(input, init);
  if (method === "POST") return Response.json({ orderId: "ord_1", status: "PENDING" }, { status: 202 });
  if (url.endsWith("/payment")) return Response.json({ nextAction: { clientSecret: "pi_1_secret" } });
  const [status, etag] = headers.has("if-none-match") ? ["CONFIRMED", '"2"'] : ["ACTION_REQUIRED", '"1"'];
  return Response.json({ orderId: "ord_1", status }, { headers: { etag } });
};
`;
const visit = `
const order: Parameters<typeof shop.placeOrder>[0] = { contact: { email: "ada@example.com" }, currency: "EUR", lines: [{ sku: "TEA", quantity: 1 }], paymentMethod: "pm_card_visa" };
const kept = new Map<string, string>();
const sessionStorage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) };
`;

/** The README's examples as one program: each reads what the first made. */
function readme(): string {
  const text = readFileSync(join(root, "packages/client/README.md"), "utf8");
  const [first = "", ...others] = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    ([, code = ""]) => code,
  );
  expect(others.length).toBeGreaterThan(1);
  // It is refused, as nothing signed it.
  const shown = others.map(
    (code) =>
      `{${code.includes("verifyWebhook(") ? `await (async () => {${code}})().catch(({ name }) => show(name));` : code}}`,
  );
  return [page, first, visit, ...shown].join("\n");
}

/** This one, and the machine's own, which may be as old as the client promises. */
const nodes = () => {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((each) => !each.includes("node_modules"));
  const own = folders.map((folder) => join(folder, "node")).find((path) => existsSync(path));
  return [process.execPath, ...(own ? [own] : [])];
};

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
  writeFileSync(join(app, "readme.ts"), readme());
  const options = [
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--lib",
    "es2024,dom,dom.iterable",
  ];
  run(app, process.execPath, compiler, ...options, "--types", "", "app.ts", "readme.ts");
  for (const node of nodes()) {
    expect(run(app, node, "app.js"), node).toBe("CONFIRMED function function\n");
    expect(run(app, node, "readme.js"), node).toBe(
      "ACTION_REQUIRED\nCONFIRMED\nWebhookRefused\npi_1_secret\n",
    );
  }
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
