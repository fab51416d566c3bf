// One call of `aws`: its options read against the service's model, its answer filtered and printed as the
// CLI does.
import { search } from "@aws-lambda-powertools/jmespath";
import type { Graph } from "../../src/graph.ts";
import { stageOf } from "./answers.ts";
import { assertWaiter, memberOf, membersOf, operationOf, sampleOf, wrongIn } from "./models.ts";
import { wrongNames } from "./names.ts";

export type Call = { words: readonly string[]; options: Readonly<Record<string, readonly string[]>> };

export function callOf(args: readonly string[]): Call {
  const words: string[] = [];
  const options: Record<string, string[]> = {};
  let values = words;
  for (const arg of args) {
    if (/^--[a-z]/.test(arg)) {
      values = [];
      options[arg.slice(2)] = values;
    } else values.push(arg);
  }
  return { words, options };
}

/** Options of the CLI itself. */
const ofTheCli = new Set([
  "query",
  "output",
  "region",
  "profile",
  "cli-input-json",
  "no-cli-pager",
  "no-paginate",
]);

/** Answers the calls of one run; what is wrong with them goes to `mistakes`. */
export function awsOf(graph: Graph, mistakes: string[]) {
  const answer = stageOf(graph);
  const calls: Call[] = [];
  const own = new Set<string>();
  async function aws(args: readonly string[]): Promise<string> {
    const call = callOf(args);
    calls.push(call);
    const [service = "", command = "", ...rest] = call.words;
    mistakes.push(...wrongNames(graph, args, own));
    // A command of the CLI's own, without an operation: its log group must be one of the stage.
    if (service === "logs" && command === "tail") return "";
    if (command === "wait") {
      await assertWaiter(service, rest[0] ?? "");
      return "";
    }
    const { input, name, output } = await operationOf(service, command);
    const given = inputOf(call, input);
    mistakes.push(...given.mistakes, ...rest.map((word) => `${name}: ${word} stands alone`));
    const answered = await answer(name, given.input, sampleOf(output) as Record<string, unknown>);
    return printed(call, filtered(call, answered, mistakes));
  }
  return {
    calls,
    run: (args: readonly string[]) => aws(args).catch((error) => void mistakes.push(String(error))),
  };
}

function inputOf({ options, words }: Call, schema: Parameters<typeof membersOf>[0]) {
  const members = membersOf(schema) ?? { names: [], schemas: [], required: [] };
  const mistakes: string[] = [];
  const input: Record<string, unknown> = JSON.parse(options["cli-input-json"]?.[0] ?? "{}");
  for (const [option, values] of Object.entries(options)) {
    if (ofTheCli.has(option)) continue;
    const member = memberOf(option, members);
    if (member === undefined) mistakes.push(`aws ${words.join(" ")} has no option --${option}`);
    else input[member] = values.length > 1 ? values.map(valueIn) : valueIn(values[0] ?? "true");
  }
  const at = `aws ${words.join(" ")}`;
  return { input, mistakes: [...mistakes, ...wrongIn(input, schema, at)] };
}

/** JSON, the CLI's shorthand `Name=a,Value=b`, or text. */
function valueIn(text: string): unknown {
  if (/^[[{]/.test(text)) return JSON.parse(text);
  const pairs = text.split(",").map((pair) => /^(\w+)=(.*)$/.exec(pair));
  if (text.includes("=") && pairs.every(Boolean))
    return Object.fromEntries(pairs.map((pair) => [pair?.[1], pair?.[2]]));
  return text;
}

function filtered({ options, words }: Call, answer: object, mistakes: string[]): unknown {
  const [query] = options.query ?? [];
  if (query === undefined) return answer;
  const found = search(query, answer as Parameters<typeof search>[1]);
  // An empty queue answers nothing, which a loop waits for.
  const isEmpty = Object.keys(answer).length === 0;
  const text = JSON.stringify(found) ?? "null";
  if (!isEmpty && /\bnull\b|^\[\]$|^\{\}$/.test(text)) {
    mistakes.push(`aws ${words.join(" ")} --query '${query}' finds nothing: ${text}`);
  }
  if (words[1] === "get-metric-statistics" && !/\d/.test(text)) {
    mistakes.push(`aws ${words.join(" ")} --query '${query}' shows no number: ${text}`);
  }
  return found;
}

function printed({ options }: Call, value: unknown): string {
  if (options.output?.[0] !== "text") return JSON.stringify(value ?? null);
  if (value === null || value === undefined) return "None";
  return [value]
    .flat()
    .map((each) => (typeof each === "object" ? JSON.stringify(each) : String(each)))
    .join("\t");
}
