// Searches the scopes, or those that are named, and prints what was found; fails if anything was.
import { command, run } from "@order-saga/arguments";
import { describePath } from "./describe-path.ts";
import { keyScopes } from "./keys/scopes.ts";
import { type KeyScope, searchKeys } from "./keys/search.ts";
import { createModel } from "./model.ts";
import { type Scope, scopes } from "./scopes.ts";
import { type Result, search } from "./search.ts";

const every = [...scopes, ...keyScopes];

const check = command(
  {
    name: "pnpm model-check",
    says: "Searches every scope, or those that are named: every order of events there can be, for a few orders.",
    words: [{ name: "SCOPE", of: every.map(({ name }) => name), isOptional: true, isRepeatable: true }],
    notes: `The scopes:\n${every.map(({ name, says }) => `  ${name.padEnd(20)} ${says}`).join("\n")}`,
  },
  async (_, names) => {
    const chosen = names.length > 0 ? every.filter(({ name }) => names.includes(name)) : every;
    let isFine = true;
    for (const scope of chosen)
      isFine = (await ("orders" in scope ? report(scope) : reportKeys(scope))) && isFine;
    return isFine ? 0 : 1;
  },
);

/** False if something was found, or the search was given up. */
async function report(scope: Scope): Promise<boolean> {
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
  return !result.finding && result.isComplete;
}

/** The same of a search of Stripe's idempotency keys. */
async function reportKeys(scope: KeyScope): Promise<boolean> {
  const { ends, finding, states } = await searchKeys(scope);
  const said = finding ? ["VIOLATION", finding.violation, ...finding.path] : ["no violation"];
  const lines = [`${count(states)} states, ${count(ends)} states at rest`, ...said];
  process.stdout.write(`${scope.name}: ${scope.says}\n${lines.map((line) => `  ${line}\n`).join("")}\n`);
  return !finding;
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

await run(check);
