// The page is built once per state of its sources, and never deleted while another process serves it.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { pageBuilder } from "./build.ts";

function page(run?: (folder: string) => Promise<void>) {
  const root = mkdtempSync(join(tmpdir(), "page-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const source = join(root, "source.ts");
  const cache = join(root, "cache");
  writeFileSync(source, "1");
  let builds = 0;
  const write = async (folder: string) => {
    builds += 1;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "index.html"), "");
  };
  const builder = () => pageBuilder({ sources: [source], cache, run: run ?? write });
  return { builder, write, builds: () => builds, edit: (text: string) => writeFileSync(source, text) };
}

test("two requests at once share one build; a later process reuses it", async () => {
  const { builder, builds } = page();
  const folder = builder();
  const [one, other] = await Promise.all([folder(), folder()]);
  expect(other).toBe(one);
  expect(await builder()()).toBe(one);
  expect(builds()).toBe(1);
});

test("an edited source is built on the next request, without a restart", async () => {
  const { builder, edit } = page();
  const folder = builder();
  const before = await folder();
  edit("2");
  const after = await folder();
  expect(after).not.toBe(before);
  expect(existsSync(join(after, "index.html"))).toBe(true);
});

test("the page that another process still serves stays, until it is one of many", async () => {
  const { builder, edit } = page();
  const folder = builder();
  const first = await folder();
  for (const text of ["2", "3", "4"]) {
    edit(text);
    await folder();
  }
  expect(existsSync(first)).toBe(true);
  for (const text of ["5", "6"]) {
    edit(text);
    await folder();
  }
  expect(existsSync(first)).toBe(false);
});

test("a deleted folder is built again", async () => {
  const { builder, builds } = page();
  const folder = builder();
  rmSync(await folder(), { recursive: true });
  expect(existsSync(join(await folder(), "index.html"))).toBe(true);
  expect(builds()).toBe(2);
});

test("a mistake in the page is told, and tried again", async () => {
  let isBroken = true;
  const { builder, write } = page(async (folder) => {
    if (isBroken) throw new Error("a slip in app.tsx");
    await write(folder);
  });
  const folder = builder();
  await expect(folder()).rejects.toThrow("a slip in app.tsx");
  isBroken = false;
  expect(existsSync(join(await folder(), "index.html"))).toBe(true);
});
