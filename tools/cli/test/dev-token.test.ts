// `dev-token` as a developer runs it: one line with a token, or a sentence that says what to do.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { calm, type Saga, startSaga } from "@order-saga/local/testing/saga";
import { afterAll, beforeAll, expect, test } from "vitest";

let saga: Saga;
let port = "";
beforeAll(async () => {
  saga = await startSaga(undefined, calm);
  port = new URL(saga.runtime.url).port;
});
afterAll(() => saga.stop());

const script = fileURLToPath(new URL("../src/dev-token.ts", import.meta.url));

async function run(...args: string[]) {
  const child = spawn(process.execPath, [script, ...args]);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { stdout, stderr, code };
}

const statusWith = async (token: string, path: string) =>
  (await fetch(saga.runtime.url + path, { headers: { authorization: `Bearer ${token.trim()}` } })).status;

test("it prints a token with every scope and nothing else", async () => {
  const { code, stderr, stdout } = await run("--port", port);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  expect(await statusWith(stdout, "/orders")).toBe(200);
  expect(await statusWith(stdout, "/stock/TEA-ASSAM")).toBe(200);
});

test("--sub and --scope are in the token; a bare -- is passed over", async () => {
  const { stdout } = await run("--", "--port", port, "--sub", "grace", "--scope", "orders:read");
  const claims = JSON.parse(Buffer.from(stdout.split(".")[1] ?? "", "base64url").toString());
  expect(claims).toMatchObject({ sub: "grace", scope: "orders:read" });
  expect(await statusWith(stdout, "/orders")).toBe(200);
  expect(await statusWith(stdout, "/stock/TEA-ASSAM")).toBe(403);
});

test("where nothing answers it says what to start, and prints no token", async () => {
  const { code, stderr, stdout } = await run("--port", "9");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("http://localhost:9");
  expect(stderr).toContain("pnpm start");
});

test.each([
  [["--colour", "red"], "--colour"],
  [["--port", "http"], "--port"],
  [["--scope", "root"], "scope"],
])("wrong words are named: %s", async (args, name) => {
  const { code, stderr, stdout } = await run("--port", port, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(name);
});
