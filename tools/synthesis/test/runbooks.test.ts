// Each page of docs/runbooks can be followed: its commands, names, filters, queries and keys are those of
// AWS's models, of the deployment, of the lines that are logged and of the records that are kept.
import { readFileSync } from "node:fs";
import { parse } from "@order-saga/arguments";
import { dlqDeclaration } from "@order-saga/dead-letters/options";
import { testNow } from "@order-saga/messaging/testing";
import * as records from "@order-saga/protocol/records";
import { expect, test } from "vitest";
import { parseQuery } from "../src/insights/query.ts";
import { root } from "../src/platform.ts";
import { rendered } from "./rendered.ts";
import { awsOf, type Call } from "./runbooks/command.ts";
import { accessLines, functionLines, platformLines } from "./runbooks/lines.ts";
import { operationOf } from "./runbooks/models.ts";
import { pages } from "./runbooks/pages.ts";
import { runScript } from "./runbooks/shell.ts";

const production = await rendered("production");
const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as { scripts: object };
const access = accessLines(production);
const ours = await functionLines();

/** What is wrong with a page's commands, as an operator who pastes all of them would see it. */
async function followed(script: string): Promise<string[]> {
  const mistakes: string[] = [];
  const aws = awsOf(production, mistakes);
  const npx = async (args: readonly string[]) => {
    mistakes.push(...wrongScript(args));
    return "";
  };
  const said = await runScript(script, { aws: async (args) => (await aws.run(args)) ?? undefined, npx });
  if (said !== "") mistakes.push(said);
  return [...mistakes, ...aws.calls.flatMap(wrongQuery), ...aws.calls.flatMap(wrongFilter)];
}

test.each(pages.filter(({ script }) => script !== ""))("$name can be followed", async ({ script }) => {
  expect(await followed(script)).toEqual([]);
});

test.each(pages)("what $name names within its sentences is there", async ({ inline, text }) => {
  for (const code of inline) {
    const words = code.replaceAll(/<[\w-]+>/g, "x").split(/\s+/);
    if (words[0] === "aws" && words[2]) await operationOf(words[1] ?? "", words[2]);
    if (words[0] === "npx") expect({ code, wrong: wrongScript(words.slice(1)) }).toEqual({ code, wrong: [] });
  }
  for (const [, prefix, sk] of text.matchAll(/\b([A-Z]+)#[^\s/]*\/([A-Z]+)\b/g)) {
    expect(keys, `${prefix}#…/${sk} is the key of no record`).toContainEqual({ pk: `${prefix}#id`, sk });
  }
});

const keys = Object.values(records).flatMap((kind) =>
  typeof kind === "object" && "key" in kind ? [kind.key("id")] : [],
);

/** `npx pnpm@12 dlq …` is a root script, and its words are those of its declaration. */
function wrongScript([program, script = "", ...words]: readonly string[]): string[] {
  if (program !== "pnpm@12") return [];
  if (!(script in scripts) && script !== "install" && script !== "exec") return [`no script ${script}`];
  if (script !== "dlq") return [];
  try {
    parse(dlqDeclaration, words, {});
    return [];
  } catch (error) {
    return [`pnpm dlq ${words.join(" ")}: ${error}`];
  }
}

const linesOf = (group: string) =>
  group.startsWith("/aws/vendedlogs/")
    ? access
    : ours.filter((line) => group.endsWith(`-${line.service}-${line.reaction ?? line.function}`));

/** Over the lines of its log groups a query finds something, by fields that some of them have. */
function wrongQuery({ options, words }: Call): string[] {
  if (words[1] !== "start-query") return [];
  const [text = ""] = options["query-string"] ?? [];
  const groups = options["log-group-names"] ?? options["log-group-name"] ?? [];
  const lines = groups.flatMap((group) => group.split("\t")).flatMap(linesOf);
  try {
    const query = parseQuery(
      text.replace("ord_…", String(ours.find(({ orderId }) => orderId)?.orderId)),
      testNow,
    );
    const found = query.filtered([...lines, ...platformLines]);
    const isThere = (name: string) =>
      parseQuery(`filter ispresent(${name})`, testNow).over([...lines, ...found]).length > 0;
    const missing = query.reads.filter((name) => !isThere(name));
    if (found.length === 0) return [`${text}: finds nothing in ${groups}`];
    return missing.map((name) => `${text}: no line of ${groups} has a field ${name}`);
  } catch (error) {
    return [`${text}: ${error}`];
  }
}

/** A filter pattern of `aws logs tail` names fields that some line has. */
function wrongFilter({ options, words }: Call): string[] {
  if (words[1] !== "tail") return [];
  const [pattern = ""] = options["filter-pattern"] ?? [];
  const fields = [...pattern.matchAll(/\$\.([\w.]+)/g)].map(([, name = ""]) => name);
  const lines = [...linesOf(words[2] ?? ""), ...ours];
  return fields
    .filter((name) => !lines.some((line) => name in line))
    .map((name) => `${pattern}: no field ${name}`);
}

test.each([
  "a refund failed",
  "the provider refuses the shop",
  "less was captured than the order costs",
  "another hand captured after the order was given up",
  "a dispute was opened",
])("the line that tells a person %s names the order", (message) => {
  const lines = ours.filter((line) => line.message === message);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter(({ orderId }) => !orderId)).toEqual([]);
});

test.each([
  ["an option that is not there", 'aws sqs get-queue-url --queue "x"', "no option --queue"],
  ["an option left out", "aws sqs get-queue-url", "needs QueueName"],
  ["a command that is not there", "aws sqs get-queue --queue-name x", "no command get-queue"],
  ["a service that is not there", "aws sq get-queue-url --queue-name x", "not installed"],
  [
    "a name of no resource",
    "aws sqs get-queue-url --queue-name order-saga-production-nothing",
    "no name of the stage",
  ],
  ["a query for another field", "aws kms describe-key --key-id k --query KeyMetadata.State", "finds nothing"],
  [
    "a query for a metric's name",
    "aws cloudwatch get-metric-statistics --namespace n --metric-name m --start-time 1 --end-time 2 --period 60 --query Label",
    "no number",
  ],
  [
    "a destination of another shape",
    `aws events start-replay --replay-name r --event-source-arn a --destination '{"Arns":"x"}' --event-start-time 1 --event-end-time 2`,
    "no Arns",
  ],
  ["a variable that is not set", "echo $REACTION", "unbound variable"],
  ["a field that no line has", query("filter message = 'order is stuck' | fields time"), "has a field time"],
  ["a message that no line has", query("filter message = 'order stuck'"), "finds nothing"],
  ["a word of another language", query("where message = 'order is stuck'"), "SyntaxError"],
  ["a wrong flag of ours", "npx pnpm@12 dlq list --stages production", "--stages"],
])("a page is red with %s", async (_, script, says) => {
  expect((await followed(script)).join("\n")).toContain(says);
});

function query(text: string): string {
  const group = "/aws/lambda/order-saga-production-orders-sweep-orders";
  return `aws logs start-query --log-group-name ${group} --start-time 1 --end-time 2 --query-string "${text}"`;
}
