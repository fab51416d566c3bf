// SST's platform: its components and their types, fetched from npm once into `.sst/platform`.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("../../../", import.meta.url));
export const platformFolder: string = join(root, ".sst", "platform");

/** True if the repository's `.sst/platform` is complete and of the version that is installed. */
export function hasPlatform(repository: string = root): boolean {
  const platform = join(repository, ".sst", "platform");
  const version = join(platform, "version");
  return (
    existsSync(version) &&
    readFileSync(version, "utf8").trim().replace(/^v/, "") === sstVersion(repository) &&
    existsSync(join(platform, "node_modules", "@pulumi", "aws", "package.json")) &&
    existsSync(join(platform, "config.d.ts"))
  );
}

/** Fetches the platform if it is missing; takes about 40 seconds and 320 MB. Throws with npm's reason. */
export async function ensurePlatform(
  say: (line: string) => void = console.error,
  repository: string = root,
): Promise<void> {
  if (hasPlatform(repository)) return;
  say(`Fetching SST ${sstVersion(repository)}'s platform from npm into .sst/ (once, 320 MB)…`);
  await rm(join(repository, ".sst", "platform"), { recursive: true, force: true });
  const failure = await install(repository);
  if (hasPlatform(repository)) return;
  throw new Error(
    `SST's platform could not be fetched, so sst.config.ts and stacks/ cannot be checked or rendered.
It comes from the npm registry alone; check that it can be reached (\`npm ping\`), then run
  npx sst install
What was said:\n${failure}`,
  );
}

function install(repository: string): Promise<string> {
  // Not the link in .bin, which on Windows is a .cmd file that needs a shell.
  const sst = join(repository, "node_modules", "sst", "bin", "sst.mjs");
  const environment = {
    ...process.env,
    SST_SKIP_DEPENDENCY_CHECK: "1",
    SST_NO_BUN: "1",
    SST_TELEMETRY_DISABLED: "1",
    SST_STAGE: "synth",
  };
  return new Promise((resolve) => {
    const options = { cwd: repository, env: environment, timeout: 300_000 };
    const child = execFile(process.execPath, [sst, "install"], options, (error, stdout, stderr) =>
      resolve(`${stdout}${stderr}${error ? error.message : ""}`),
    );
    child.stdin?.end();
  });
}

function sstVersion(repository: string): string {
  const manifest = readFileSync(join(repository, "node_modules", "sst", "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
