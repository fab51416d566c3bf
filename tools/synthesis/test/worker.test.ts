// A stage whose reactions run in a container: every promise holds there too, and those about it can fail.
import { expect, test } from "vitest";
import { audit } from "../src/audit/audit.ts";
import type { Graph } from "../src/graph.ts";
import { consumerPromises } from "../src/promises/consumers.ts";
import { promises, watchedPromises } from "../src/promises/index.ts";
import { personalSettings } from "../src/settings.ts";
import { synthesize } from "../src/synthesize.ts";
import { types } from "../src/types.ts";
import { rendered } from "./rendered.ts";

const ofOthers = await rendered("ada");
const graph = await synthesize(
  "ada",
  {
    ...personalSettings,
    WORKER_REACTIONS: "inventory-reserve-stock,payment-authorize-payment",
    WORKER_IMAGE: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/worker:1",
    WORKER_SUBNETS: "subnet-0a1b2c",
  },
  { detail: "outline" },
);

const judged = promises.filter((each) => !watchedPromises.includes(each));
// An outline has no bundles.
graph.bundles = (await rendered("production")).bundles;

test.each(judged)("with a worker, $says", ({ broken }) => {
  expect(broken(graph)).toEqual([]);
});

test("with a worker the audit finds nothing", () => {
  // Only the sandbox of SES names a recipient's identity; a team makes the repository of the image.
  expect(audit(graph, (arn) => arn.startsWith("arn:aws:ses:"))).toEqual([]);
});

test("without a setting there is no worker, and nothing of ECS", () => {
  expect(ofOthers.resources.filter(({ type }) => type.startsWith("aws:ecs/"))).toEqual([]);
});

const task = ({ resources }: Graph) => resources.find(({ type }) => type === types.task)?.inputs ?? {};

// biome-ignore lint/suspicious/noExplicitAny: containers are as wide as ECS
const container = (edit: (each: any) => void) => (graph: Graph) => {
  const [given] = JSON.parse(task(graph).containerDefinitions);
  edit(given);
  task(graph).containerDefinitions = JSON.stringify([given]);
};

// biome-ignore lint/suspicious/noExplicitAny: policies are JSON
const role = (edit: (statements: any[]) => void) => (graph: Graph) => {
  const found = graph.resources.find(({ arn }) => arn === task(graph).taskRoleArn);
  const [policy] = found?.inputs.inlinePolicies ?? [];
  const document = JSON.parse(policy.policy);
  edit(document.Statement);
  policy.policy = JSON.stringify(document);
};

test.each([
  [
    "the function takes messages too",
    (graph: Graph) => {
      for (const { inputs, type } of graph.resources)
        if (type === types.mapping && inputs.enabled === false) inputs.enabled = true;
    },
  ],
  ["a reaction is left out", container((each) => each.command.pop())],
  ["the worker takes another's messages", container((each) => each.command.push("capture-payment"))],
  [
    "the worker may do what no reaction of it may",
    role((statements) => statements.push({ Effect: "Allow", Action: "dynamodb:Scan", Resource: "*" })),
  ],
  ["the worker may do less than its reactions", role((statements) => statements.shift())],
  [
    "there is one task, which AWS may take back",
    (graph: Graph) => {
      for (const { inputs, type } of graph.resources) if (type === types.worker) inputs.desiredCount = 1;
    },
  ],
  ["the worker is killed before it has stopped", container((each) => delete each.stopTimeout)],
  ["the worker may write files", container((each) => delete each.readonlyRootFilesystem)],
  [
    "a secret is a plain variable",
    container((each) => each.environment.push({ name: "AUTHORIZE_PAYMENT__STRIPE_API_KEY", value: "sk" })),
  ],
])("%s: a promise notices", (_, edit) => {
  const edited = structuredClone(graph);
  edit(edited);
  expect(consumerPromises.flatMap(({ broken }) => broken(edited))).not.toEqual([]);
});
