// The settings a stage is rendered with: its own, read as SST reads them, or examples where there are none.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { root } from "./platform.ts";

type Settings = Readonly<Record<string, string>>;

/** What production must be given; none of it reaches anybody. */
export const exampleSettings: Settings = {
  REGION: "eu-west-1",
  JWT_ISSUER: "https://issuer.example.com/",
  JWT_AUDIENCE: "shop",
  MAIL_FROM: "Tea Shop <shop@example.com>",
  ALARM_EMAIL: "operator@example.com",
  RUNBOOKS_URL: "https://runbooks.example.com",
  MONTHLY_BUDGET: "100",
  COST_MONITOR: "own",
  BACKUP_REGION: "eu-central-1",
  STOREFRONT_ORIGIN: "https://shop.example.com",
};

/** A developer's stage: no alarms, an issuer of its own, one order in ten in the log. */
export const personalSettings: Settings = { MAIL_FROM: exampleSettings.MAIL_FROM ?? "", LOG_SAMPLE: "0.1" };

/**
 * The stage's own settings, in SST's order: `.env.<stage>` overrides the shell, the shell overrides `.env`
 * (SST 4.17, cmd/sst/cli/cli.go: godotenv's Load of `.env`, its Overload of the stage's file). An empty value
 * overrides as well. Undefined without either file.
 */
export function settingsOf(
  stage: string,
  shell: Readonly<Record<string, string | undefined>> = process.env,
  folder: string = root,
): Settings | undefined {
  const ofAll = written(join(folder, ".env"));
  const ofStage = written(join(folder, `.env.${stage}`));
  if (!ofAll && !ofStage) return undefined;
  const given = { ...ofAll, ...shell, ...ofStage };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function written(path: string): NodeJS.Dict<string> | undefined {
  return existsSync(path) ? parseEnv(readFileSync(path, "utf8")) : undefined;
}
