// Keeps docs/aws-semantics.md, the table of all behaviours and sources; `vitest run -u` rewrites it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sources } from "./sources.ts";

const CALL =
  /(?:behaviour|documented|provides|matching|matchingField)\(\s*("(?:[^"\\]|\\.)*"),\s*("[^"]*"|[A-Z]+),/g;
/** The laptop's suites, because Lambda and API Gateway are not the emulator's. */
const LOCAL = "../../../local/test/semantics";
/** The table covers both packages, so it is not checked in a repository without the laptop. */
const hasLaptop = existsSync(join(import.meta.dirname, LOCAL));
const FILES: [file: string, service: string][] = [
  ["eventbridge.test.ts", "EventBridge"],
  ["eventbridge-answers.test.ts", "EventBridge, its answers, lists and limits"],
  ["event-patterns.test.ts", "Event patterns"],
  ["sqs.test.ts", "SQS"],
  ["sqs-time.test.ts", "SQS, where time passes without a receive"],
  ["sqs-answers.test.ts", "SQS, its attributes and refusals"],
  ["s3.test.ts", "S3"],
  ["dynamodb.suite.ts", "DynamoDB"],
  ["dynamodb-reads.suite.ts", "DynamoDB, what reads show, and limits"],
  ["dynamodb-tables.suite.ts", "DynamoDB, its tables"],
  ["dynamodb-stale-reads.test.ts", "DynamoDB, where replicas lag"],
  [`${LOCAL}/lambda.test.ts`, "Lambda, fed by a queue"],
  [`${LOCAL}/api-gateway.test.ts`, "API Gateway"],
  ["ses.test.ts", "SES"],
  ["payments.test.ts", "The payment provider, after Stripe"],
  ["payment-objects.test.ts", "The provider's objects, lists and searches"],
  ["payment-details.test.ts", "What is said besides the amount, and asked of a list"],
  ["payment-parameters.test.ts", "What the provider refuses"],
  ["payment-authentication.test.ts", "Customers whom their bank asks"],
  ["payment-refunds.test.ts", "Refunds and disputes"],
  ["payment-events.test.ts", "Events and webhooks"],
];

type Behaviour = { name: string; source: keyof typeof sources };

function behavioursIn(file: string): Behaviour[] {
  const text = readFileSync(join(import.meta.dirname, file), "utf8");
  // Some files name a shared source by a constant.
  const constants = new Map(
    [...text.matchAll(/^const ([A-Z]+) = "([^"]+)";/gm)].map(([, name, value]) => [name, value]),
  );
  return [...text.matchAll(CALL)].map(([, name = "", source = ""]) => ({
    name: JSON.parse(name),
    source: (source.startsWith('"') ? JSON.parse(source) : constants.get(source)) as keyof typeof sources,
  }));
}

function render(): string {
  const parts = FILES.map(([file, service]) => {
    const rows = behavioursIn(file).map(
      ({ name, source }) => `| ${name} | [${source}](${sources[source]}) |`,
    );
    return `## ${service}\n\n| behaviour | source |\n| --- | --- |\n${rows.join("\n")}\n`;
  });
  const count = FILES.reduce((sum, [file]) => sum + behavioursIn(file).length, 0);
  return `# What AWS does, and where it says so

${count} behaviours, each checked over the wire: those of Lambda and API Gateway by \`tools/local/test/semantics\`, all others by
\`tools/emulator/test/semantics\` with the real SDK clients, on the emulator or on any endpoint that
\`AWS_SEMANTICS_ENDPOINT\` names. Written by \`table.test.ts\` there; do not edit.

${parts.join("\n")}`;
}

test.runIf(hasLaptop)("the table names every behaviour and its source", async () => {
  await expect(render()).toMatchFileSnapshot("../../../../docs/aws-semantics.md");
});

test.runIf(hasLaptop)(
  "every behaviour has a name of its own and a source that is listed, and every file is in the table",
  () => {
    const all = FILES.flatMap(([file]) => behavioursIn(file));
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name, source } of all) expect(sources, name).toHaveProperty([source]);
    const used = new Set<string>(all.map(({ source }) => source));
    expect(Object.keys(sources).filter((source) => !used.has(source))).toEqual([]);
    const files = [
      ...readdirSync(import.meta.dirname),
      ...readdirSync(join(import.meta.dirname, LOCAL)).map((file) => `${LOCAL}/${file}`),
    ];
    const withBehaviours = files.filter(
      (file) => file !== "table.test.ts" && file !== "behaviour.ts" && behavioursIn(file).length > 0,
    );
    expect(withBehaviours.toSorted()).toEqual(FILES.map(([file]) => file).toSorted());
  },
);
