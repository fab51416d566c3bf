// SST's platform is fetched once; when it cannot be, the message says what to do.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensurePlatform, hasPlatform } from "../src/platform.ts";

let repository: string;

beforeEach(async () => {
  repository = await mkdtemp(join(tmpdir(), "platform-"));
  await mkdir(join(repository, "node_modules", "sst", "bin"), { recursive: true });
  await writeFile(join(repository, "node_modules", "sst", "package.json"), '{"version":"9.9.9"}');
});
afterEach(() => rm(repository, { recursive: true }));

/** A stand-in for SST's command line, in plain JavaScript, so that it runs on Windows too. */
async function sstDoes(script: string): Promise<void> {
  const path = join(repository, "node_modules", "sst", "bin", "sst.mjs");
  const calls = 'fs.appendFileSync("calls", process.argv.slice(2).join(" ") + "\\n");';
  await writeFile(path, `import fs from "node:fs";\n${calls}\n${script}\n`);
}

const fetches = (version: string) => `
fs.mkdirSync(".sst/platform/node_modules/@pulumi/aws", { recursive: true });
fs.writeFileSync(".sst/platform/node_modules/@pulumi/aws/package.json", "{}");
fs.writeFileSync(".sst/platform/config.d.ts", "");
fs.writeFileSync(".sst/platform/version", "${version}");`;

test("it is fetched when it is missing, and only then", async () => {
  await sstDoes(fetches("9.9.9"));
  const said: string[] = [];
  await ensurePlatform((line) => said.push(line), repository);
  await ensurePlatform((line) => said.push(line), repository);
  expect(said).toEqual([expect.stringContaining("Fetching SST 9.9.9's platform")]);
  expect(await readFile(join(repository, "calls"), "utf8")).toBe("install\n");
});

test("one of another version is replaced", async () => {
  await sstDoes(fetches("9.9.8"));
  await expect(ensurePlatform(() => {}, repository)).rejects.toThrow();
  expect(hasPlatform(repository)).toBe(false);
  await sstDoes(fetches("9.9.9"));
  await ensurePlatform(() => {}, repository);
  expect(hasPlatform(repository)).toBe(true);
});

test("when the registry cannot be reached, the message says so, and what to do", async () => {
  await sstDoes('console.error("getaddrinfo ENOTFOUND registry.npmjs.org"); process.exit(1);');
  await expect(ensurePlatform(() => {}, repository)).rejects.toThrow(
    /could not be fetched.*npm ping.*npx sst install.*ENOTFOUND registry\.npmjs\.org/s,
  );
});
