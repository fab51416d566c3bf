// Compiled code is run, so that it is kept only where no other user can put some.
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { keepCompiledCode } from "./compile-cache.ts";

vi.mock("node:module", () => ({ enableCompileCache: vi.fn(), flushCompileCache: vi.fn() }));

test("a folder of another user is not used, and an own one is closed to others", () => {
  vi.stubEnv("NODE_COMPILE_CACHE", undefined);
  const folder = mkdtempSync(join(tmpdir(), "compiled-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  onTestFinished(() => void vi.unstubAllEnvs());
  const theirs = join(folder, "theirs");
  mkdirSync(theirs);
  const other = (process.getuid?.() ?? 0) + 1;
  expect(keepCompiledCode(theirs, other)).toContain(`${theirs} belongs to another user`);
  expect(process.env.NODE_COMPILE_CACHE).toBeUndefined();
  const own = join(folder, "own");
  expect(keepCompiledCode(own)).toBeUndefined();
  expect(process.env.NODE_COMPILE_CACHE).toBe(own);
  expect(statSync(own).mode & 0o777).toBe(0o700);
});
