// Live development over real workers and real files: which service reloads, that no invocation is lost,
// what is said.
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { createClockOffset } from "../clock.ts";
import { startSandbox } from "../lambda/sandbox.ts";
import { startLiveReload } from "./live-reload.ts";

const answer = (version: number) => `import { word } from "../../../shared/src/word.ts";
export const handler = async (wait: boolean): Promise<string> => {
  if (wait) await new Promise((resolve) => setTimeout(resolve, 1500));
  return word + ${version};
};
`;

async function setUp() {
  const packages = mkdtempSync(join(tmpdir(), "live-"));
  const write = (path: string, text: string) => writeFileSync(join(packages, path), text);
  mkdirSync(join(packages, "shared/src"), { recursive: true });
  write("package.json", '{ "type": "module" }');
  write("shared/src/word.ts", 'export const word: string = "a";');
  const names = ["tea", "cups"];
  const manifests = new Map(names.map((name) => [name, "{}"]));
  for (const name of names) {
    mkdirSync(join(packages, name, "src/functions"), { recursive: true });
    write(`${name}/src/functions/answer.ts`, answer(1));
  }
  const sandboxes = new Map(
    await Promise.all(
      names.map(
        async (service) =>
          [
            service,
            await startSandbox({
              service,
              fileOf: (name) => pathToFileURL(join(packages, service, `src/functions/${name}.ts`)).href,
              functions: [{ name: "answer", timeoutSeconds: 20, memoryMegabytes: 256, environment: {} }],
              environment: {},
              clock: createClockOffset(),
              onLog: () => {},
              onCrash: (_, reason) => warnings.push(reason),
            }),
          ] as const,
      ),
    ),
  );
  const notices: string[] = [];
  const warnings: string[] = [];
  const live = await startLiveReload({
    packages,
    services: names,
    shared: ["shared"],
    reload: async (service) => sandboxes.get(service)?.reload(),
    manifestOf: async (service) => manifests.get(service) ?? "",
    onNotice: (line) => notices.push(line),
    onWarning: (line) => warnings.push(line),
  });
  onTestFinished(async () => {
    await live.stop();
    for (const sandbox of sandboxes.values()) await sandbox.stop();
    rmSync(packages, { recursive: true });
  });
  const invoke = (service: string, wait = false) => sandboxes.get(service)?.invoke("answer", wait);
  const said = (lines: string[], count = 1) =>
    vi.waitFor(() => expect(lines).toHaveLength(count), { timeout: 20_000, interval: 10 });
  return { packages, write, manifests, notices, warnings, invoke, said };
}

test("a saved file reloads its own service only, and the line says which, how long and why", async () => {
  const { invoke, notices, said, warnings, write } = await setUp();
  write("tea/src/functions/answer.ts", answer(2));
  await said(notices);
  expect(notices[0]).toMatch(/^tea reloaded in \d+ ms \(tea\/src\/functions\/answer\.ts\)$/);
  expect([await invoke("tea"), await invoke("cups")]).toEqual(["a2", "a1"]);
  expect(warnings).toEqual([]);
});

test("a file of a shared package reloads every service", async () => {
  const { invoke, notices, said, write } = await setUp();
  write("shared/src/word.ts", 'export const word: string = "b";');
  await said(notices, 2);
  expect([await invoke("tea"), await invoke("cups")]).toEqual(["b1", "b1"]);
});

test("an invocation under way ends in the old code, new ones run in the new, and none fails", async () => {
  const { invoke, notices, said, write } = await setUp();
  const underWay = invoke("tea", true);
  write("tea/src/functions/answer.ts", answer(2));
  const during: unknown[] = [];
  while (notices.length === 0) {
    during.push(await invoke("tea"));
    await new Promise(setImmediate);
  }
  await said(notices);
  expect(await invoke("tea")).toBe("a2");
  expect(await underWay).toBe("a1");
  expect(during.filter((each) => each !== "a1" && each !== "a2")).toEqual([]);
});

test("a syntax error is said with file and line, and the old code goes on until it is mended", async () => {
  const { invoke, notices, said, warnings, write } = await setUp();
  write("tea/src/functions/answer.ts", "export const a: number = 1;\nexport const handler = (1 + ;\n");
  await said(warnings);
  expect(warnings[0]).toMatch(/^tea does not load, so its old code goes on/);
  expect(warnings[0]).toMatch(/tea\/src\/functions\/answer\.ts:2\n/);
  expect(warnings[0]).not.toContain("node:internal");
  expect(await invoke("tea")).toBe("a1");
  write("tea/src/functions/answer.ts", answer(3));
  await said(notices);
  expect(await invoke("tea")).toBe("a3");
});

test("a file that an editor renames over the old one is seen, and again the next time", async () => {
  const { invoke, notices, packages, said, write } = await setUp();
  for (const version of [2, 3]) {
    write("tea/src/functions/answer.ts~", answer(version));
    renameSync(join(packages, "tea/src/functions/answer.ts~"), join(packages, "tea/src/functions/answer.ts"));
    await said(notices, version - 1);
    expect(await invoke("tea")).toBe(`a${version}`);
  }
});

test("a new folder is watched, and a test or an editor's own file reloads nothing", async () => {
  const { notices, packages, said, write } = await setUp();
  write("cups/src/cups.test.ts", "");
  write("cups/src/.cups.ts.swp", "");
  write("cups/src/cups.ts~", "");
  cpSync(join(packages, "tea/src/functions"), join(packages, "tea/src/more"), { recursive: true });
  write("tea/src/functions/answer.ts", answer(2));
  await said(notices);
  write("tea/src/more/answer.ts", answer(2));
  await said(notices, 2);
  expect(notices.map((line) => line.split(" ")[0])).toEqual(["tea", "tea"]);
});

test("a manifest that is not the one provisioned asks for a restart", async () => {
  const { manifests, said, warnings, write } = await setUp();
  manifests.set("tea", '{"reactions":["pour"]}');
  write("tea/src/service.ts", "export const tea = {};");
  await said(warnings);
  expect(warnings[0]).toMatch(/^The manifest of tea is not the one that was provisioned: restart/);
});
