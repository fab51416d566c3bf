// Renders a stage's deployment offline: no account, no network, the real components and the real bundles.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { everyService } from "@order-saga/services";
import type { Graph } from "./graph.ts";
import { ensurePlatform, root } from "./platform.ts";
import { exampleSettings } from "./settings.ts";

/** The settings or the stacks are wrong; the message is what they had to say. */
export class NotRendered extends Error {
  override readonly name = "NotRendered";
}

/** What Node and esbuild ask of the machine, on Windows too. */
const machines = ["PATH", "Path", "HOME", "USERPROFILE", "SystemRoot", "TEMP", "TMP", "TMPDIR"];

/** For which command of SST's, and whether with the functions' code or the outline alone, which is faster. */
export type Rendering = { command?: "deploy" | "dev"; detail?: "bundles" | "outline" };

/** Throws with what SST, a manifest or the settings had to say if the stage cannot be rendered. */
export async function synthesize(
  stage: string,
  settings: Readonly<Record<string, string>> = exampleSettings,
  { command = "deploy", detail = "bundles" }: Rendering = {},
): Promise<Graph> {
  await ensurePlatform();
  // Within `.sst`, which SST and git leave alone; a folder of its own, so that two renderings do not meet.
  const folder = await mkdtemp(join(root, ".sst", `synth-${stage}-`));
  const secrets = everyService.flatMap((service) =>
    service.secrets.map((name) => [secretVariable(name), exampleSecret(name)]),
  );
  // A setting that this shell happens to export is none of the stage's, unless `settings` has it.
  const machine = machines.map((name) => [name, process.env[name]]);
  const environment = Object.fromEntries([...machine, ...secrets, ...Object.entries(settings)]);
  try {
    await render([stage, folder, command, detail], environment);
    return JSON.parse(await readFile(join(folder, "graph.json"), "utf8")) as Graph;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function render(args: readonly string[], environment: NodeJS.Dict<string>): Promise<void> {
  const script = fileURLToPath(new URL("render.ts", import.meta.url));
  const options = { cwd: root, env: environment, maxBuffer: 64 << 20, timeout: 600_000 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) => {
      if (error)
        reject(
          new NotRendered(`The stage ${args[0]} cannot be rendered:\n${stdout}${stderr || error.message}`),
        );
      else resolve();
    });
  });
}

export function exampleSecret(name: string): string {
  return `example of ${name}`;
}

/** SST's variable of a secret: STRIPE_API_KEY is StripeApiKey, in SST_SECRET_StripeApiKey. */
function secretVariable(name: string): string {
  const logical = name
    .split("_")
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join("");
  return `SST_SECRET_${logical}`;
}
