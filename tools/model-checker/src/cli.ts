// Searches the scopes, or those that are named, and prints what was found; fails if anything was.
import { parseArgs } from "node:util";
import { describePath } from "./describe-path.ts";
import { createModel } from "./model.ts";
import { type Scope, scopeNamed, scopes } from "./scopes.ts";
import { type Result, search } from "./search.ts";

const USAGE = `node tools/model-checker/src/cli.ts [--scope NAME]…   every scope, or those that are named
${scopes.map(({ name, says }) => `  ${name.padEnd(20)} ${says}`).join("\n")}
`;

const { values } = parseArgs({
  options: {
    scope: { type: "string", multiple: true },
    help: { type: "boolean", default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else for (const scope of values.scope?.map(scopeNamed) ?? scopes) await report(scope);

async function report(scope: Scope): Promise<void> {
  const model = createModel(scope);
  process.stdout.write(`${scope.name}: ${scope.says}\n`);
  const result = await search(model, {
    progress: (states, transitions, depth) =>
      process.stderr.write(`  ${count(states)} states, ${count(transitions)} transitions, depth ${depth}\n`),
  });
  const finding = result.finding
    ? `VIOLATION ${describePath(result.finding, model.interner)}`
    : "no violation";
  process.stdout.write(`${[...linesOf(result), finding].map((line) => `  ${line}`).join("\n")}\n\n`);
  if (result.finding || !result.isComplete) process.exitCode = 1;
}

function linesOf({ contents, depth, ends, isComplete, rests, runs, seconds, ...result }: Result): string[] {
  const reached = [...ends].sort().map(([end, times]) => `${end} ${count(times)}`);
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1000);
  return [
    `${count(result.states)} states, ${count(result.transitions)} transitions, depth ${depth}${isComplete ? "" : ", given up"}`,
    `${count(runs)} runs of functions; ${Object.entries(contents)
      .map(([kind, number]) => `${kind} ${number}`)
      .join(", ")}`,
    `${count(rests)} states at rest: ${reached.join(", ")}`,
    `${seconds.toFixed(1)} s, at most ${count(megabytes)} MB so far`,
  ];
}

function count(value: number): string {
  return value.toLocaleString("en");
}
