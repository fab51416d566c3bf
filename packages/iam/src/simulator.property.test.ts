// Random policies and requests are judged as by @cloud-copilot/iam-simulate, an independent evaluator.
// Its licence (AGPL) keeps it out of this repository: `npm i --prefix DIR
// @cloud-copilot/iam-simulate@0.1.173` fetches it, and IAM_SIMULATE=DIR runs this test with it.
import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Decision, decide, judgeOf } from "./evaluate.ts";
import type { Policy } from "./policy.ts";

const { FC_SEED, IAM_SIMULATE } = process.env;
const account = "123456789012";
const principal = `arn:aws:sts::${account}:assumed-role/reader/reader`;

type Run = (
  simulation: object,
  options: object,
) => Promise<{ overallResult: "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied" }>;

const actions = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"];
const tables = ["orders", "order", "orders2"].map(
  (name) => `arn:aws:dynamodb:eu-west-1:${account}:table/${name}`,
);
const keys = ["ORDER#1", "ORDER#2", "PRODUCT#1", "order#1"];

const words = (...choices: string[]) =>
  fc.uniqueArray(fc.constantFrom(...choices), { minLength: 1, maxLength: 2 });
const patterns = words(...keys, "ORDER#*", "*", "ORDER#?", "P*1");
const stringOperator = fc.constantFrom("StringEquals", "StringLike", "StringNotEquals", "StringNotLike");
const caseless = fc.constantFrom("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase");
const ifExists = fc.constantFrom("", "IfExists");
const arnOperator = fc.constantFrom("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike");
const sources = [
  "arn:aws:events:eu-west-1:1:rule/a/b",
  "arn:aws:events:eu-west-1:1:rule/a",
  "arn:aws:sns:eu-west-1:1:b",
];
const sourcePatterns = words(
  ...sources,
  "arn:aws:events:*:1:rule/*",
  "arn:aws:events:eu-west-1:1:rule/?",
  "arn:aws:*:*:*:b",
);

const condition = fc.oneof(
  fc.constant({}),
  fc
    .tuple(
      fc.constantFrom("ForAllValues:", "ForAnyValue:"),
      fc.oneof(stringOperator, caseless),
      ifExists,
      patterns,
    )
    .map(([each, operator, optional, values]) => ({
      [`${each}${operator}${optional}`]: { "dynamodb:LeadingKeys": values },
    })),
  fc
    .tuple(arnOperator, ifExists, sourcePatterns)
    .map(([operator, optional, values]) => ({ [`${operator}${optional}`]: { "aws:SourceArn": values } })),
  fc.tuple(ifExists, fc.constantFrom("true", "false")).map(([optional, value]) => ({
    [`Bool${optional}`]: { "aws:SecureTransport": value },
  })),
  fc.constantFrom("true", "false").map((value) => ({ Null: { "aws:SourceArn": value } })),
);

const statement = fc
  .record({
    Effect: fc.constantFrom("Allow" as const, "Allow" as const, "Deny" as const),
    Action: words(...actions, "dynamodb:*", "dynamodb:getitem", "dynamodb:?etItem", "*"),
    Resource: words(
      ...tables,
      `arn:aws:dynamodb:*:${account}:table/orders*`,
      "*",
      `arn:aws:dynamodb:eu-west-1:${account}:*`,
    ),
    Condition: condition,
    isNot: fc.constantFrom(...["Action", "Resource", "", "", "", ""]),
  })
  .map(({ isNot, Action, Resource, ...rest }) => ({
    ...rest,
    ...(isNot === "Action" ? { NotAction: Action } : { Action }),
    ...(isNot === "Resource" ? { NotResource: Resource } : { Resource }),
  }));

const policy = fc
  .array(statement, { minLength: 1, maxLength: 3 })
  .map((Statement): Policy => ({ Version: "2012-10-17", Statement }));

const request = fc.record({
  action: fc.constantFrom(...actions),
  resource: fc.constantFrom(...tables),
  leadingKeys: fc.option(fc.array(fc.constantFrom(...keys), { maxLength: 3 }), { nil: undefined }),
  sourceArn: fc.option(fc.constantFrom(...sources), { nil: undefined }),
  secure: fc.constantFrom("true", "false", undefined),
});

test.runIf(IAM_SIMULATE)(
  "random policies are judged as by an independent evaluator",
  async () => {
    const { runSimulation } = createRequire(`${IAM_SIMULATE}/`)("@cloud-copilot/iam-simulate") as {
      runSimulation: Run;
    };
    const property = fc.asyncProperty(policy, request, async (given, { action, resource, ...asked }) => {
      const context = {
        ...(asked.leadingKeys && { "dynamodb:LeadingKeys": asked.leadingKeys }),
        ...(asked.sourceArn && { "aws:SourceArn": asked.sourceArn }),
        ...(asked.secure && { "aws:SecureTransport": asked.secure }),
      };
      const answer = await runSimulation(
        {
          request: {
            principal,
            action,
            resource: { resource, accountId: account },
            contextVariables: context,
          },
          identityPolicies: [{ name: "role", policy: given }],
          serviceControlPolicies: [],
          resourceControlPolicies: [],
        },
        {},
      );
      const lower = Object.fromEntries(
        Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]),
      );
      const ours = decide({ principal, action, resource, context: lower }, judgeOf(given), undefined);
      expect(theirs[answer.overallResult]).toBe(ours);
    });
    await fc.assert(property, { numRuns: 2000, ...(FC_SEED && { seed: Number(FC_SEED) }) });
  },
  120_000,
);

const theirs = {
  Allowed: "allowed",
  ExplicitlyDenied: "denied by the role",
  ImplicitlyDenied: "denied",
} as const satisfies Record<string, Decision>;
