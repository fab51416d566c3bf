// Renders the deployment of a stage offline: no account, no network, the real components and the real bundles.
import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { services } from "@order-saga/local/services";
import type { Graph } from "./graph.ts";
import { ensurePlatform, root } from "./platform.ts";

/** What a stage must be given; none of it reaches anybody. */
export const exampleSettings: Readonly<Record<string, string>> = {
  JWT_ISSUER: "https://issuer.example.com/",
  JWT_AUDIENCE: "shop",
  MAIL_FROM: "Tea Shop <shop@example.com>",
  ALARM_EMAIL: "operator@example.com",
};

/** Throws with what SST, a manifest or the settings had to say if the stage cannot be rendered. */
export async function synthesize(
  stage: string,
  settings: Readonly<Record<string, string>> = exampleSettings,
): Promise<Graph> {
  await ensurePlatform();
  const folder = join(root, ".sst", "synth");
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, `${stage}.${process.pid}.json`);
  const secrets = services.flatMap((service) =>
    service.secrets.map((name) => [secretVariable(name), "example"]),
  );
  const environment = { ...process.env, ...Object.fromEntries(secrets), ...settings };
  await new Promise<void>((resolve, reject) => {
    const script = fileURLToPath(new URL("render.ts", import.meta.url));
    const options = { cwd: root, env: environment, maxBuffer: 64 << 20, timeout: 120_000 };
    execFile(process.execPath, [script, stage, outfile], options, (error, stdout, stderr) => {
      if (error)
        reject(new Error(`The stage ${stage} cannot be rendered:\n${stdout}${stderr || error.message}`));
      else resolve();
    });
  });
  return JSON.parse(await readFile(outfile, "utf8")) as Graph;
}

/** How SST hands a secret to sst.config.ts: STRIPE_API_KEY is the secret StripeApiKey, in SST_SECRET_StripeApiKey. */
function secretVariable(name: string): string {
  const logical = name
    .split("_")
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join("");
  return `SST_SECRET_${logical}`;
}
