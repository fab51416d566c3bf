// Runs a command in a copy of the repository; a failure has its whole output.
import { execFile } from "node:child_process";
import { join } from "node:path";

export function run(copy: string, script: string, ...args: string[]): Promise<string> {
  const options = { cwd: copy, maxBuffer: 64 << 20, env: { ...process.env, FORCE_COLOR: "0" } };
  return new Promise((resolve, reject) => {
    execFile(
      join(copy, "node_modules/.bin/node"),
      [join(copy, script), ...args],
      options,
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${script} ${args.join(" ")} failed:\n${stdout}${stderr}`));
        else resolve(`${stdout}${stderr}`);
      },
    );
  });
}

export const types = (copy: string) =>
  run(copy, "node_modules/typescript-native/bin/tsc", "-p", "tsconfig.json");
export const suite = (copy: string, folder: string, ...files: string[]) =>
  run(copy, "node_modules/vitest/vitest.mjs", "run", "--root", join(copy, folder), ...files);
