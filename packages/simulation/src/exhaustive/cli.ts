// Searches the scopes, or the one named, and prints what was found; fails if anything was.
import { parseArgs } from "node:util";
import { createModel } from "./model.ts";
import { told } from "./path.ts";
import { scopes } from "./scopes.ts";
import { search } from "./search.ts";

const { values } = parseArgs({ options: { scope: { type: "string" } } });
const chosen = scopes.filter(({ name }) => values.scope === undefined || name === values.scope);
if (chosen.length === 0)
  throw new Error(`There is no such scope. Known: ${scopes.map(({ name }) => name).join(", ")}`);

const count = (value: number) => value.toLocaleString("en");

for (const scope of chosen) {
  const model = createModel(scope);
  process.stdout.write(`${scope.name}: ${scope.says}\n`);
  const result = await search(model, {
    progress: (states, transitions, depth) =>
      process.stderr.write(`  ${count(states)} states, ${count(transitions)} transitions, depth ${depth}\n`),
  });
  const ends = [...result.ends].sort().map(([end, times]) => `${end} ${count(times)}`);
  process.stdout.write(
    [
      `  ${count(result.states)} states, ${count(result.transitions)} transitions, depth ${result.depth}, ${result.seconds.toFixed(1)} s${result.isComplete ? "" : ", given up"}`,
      `  ${count(result.runs)} runs of functions; ${Object.entries(result.contents)
        .map(([kind, number]) => `${kind} ${number}`)
        .join(", ")}`,
      `  ${count(result.rests)} states at rest: ${ends.join(", ")}`,
      result.finding ? `  VIOLATION ${told(result.finding, model.contents)}` : "  no violation",
      "",
    ].join("\n"),
  );
  if (result.finding || !result.isComplete) process.exitCode = 1;
}
