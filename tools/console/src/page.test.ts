// The page's files: the page for every path, assets by name, nothing outside their folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { expect, onTestFinished, test } from "vitest";
import { mountPage } from "./page.ts";

const UPLOADS = "http://127.0.0.1:4566";

function aPage(files?: () => Promise<string>) {
  const outer = mkdtempSync(join(tmpdir(), "page-"));
  onTestFinished(() => rmSync(outer, { recursive: true }));
  const folder = join(outer, "page");
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Order saga</title>");
  writeFileSync(join(folder, "assets", "main-1.js"), "export {};");
  writeFileSync(join(outer, "secret.txt"), "secret");
  const app = new Hono();
  mountPage(app, files ?? (async () => folder), UPLOADS);
  return (path: string) => app.request(path);
}

test.each(["/", "/console", "/console/flow", "/console/orders/ord_1"])(
  "%s is the page, asked for each time",
  async (path) => {
    const answer = await aPage()(path);
    expect(await answer.text()).toContain("Order saga");
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-cache");
  },
);

test("an asset is kept for good, one that is not there is a 404", async () => {
  const ask = aPage();
  const asset = await ask("/console/assets/main-1.js");
  expect(asset.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(asset.headers.get("cache-control")).toContain("immutable");
  expect((await ask("/console/assets/main-2.js")).status).toBe(404);
});

test.each(["../../secret.txt", "..%2f..%2fsecret.txt", "%2e%2e/%2e%2e/secret.txt", "..\\..\\secret.txt"])(
  "nothing outside the folder is served: %s",
  async (path) => {
    const answer = await aPage()(`/console/assets/${path}`);
    expect(await answer.text()).not.toContain("secret");
  },
);

test("only this machine's own files may run, and no site may frame the page", async () => {
  const policy = (await aPage()("/")).headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain(`connect-src 'self' ${UPLOADS};`);
  expect(policy.replace(UPLOADS, "")).not.toMatch(/unsafe|https?:|\*/);
});

test("a page that could not be built says why", async () => {
  const answer = await aPage(async () => Promise.reject(new Error("Unexpected token in main.tsx")))("/");
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining("main.tsx") });
});
