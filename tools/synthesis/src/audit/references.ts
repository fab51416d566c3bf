// Whatever a resource names is there: ARNs, queues' URLs, tables, log groups; and no grant is for everything.
import type { Graph, Resource } from "../graph.ts";
import { type Statement, statementsIn, textsIn } from "./walk.ts";

/** What AWS has of itself, or what is looked up by another name than the name of the resource. */
const notOurs =
  /^arn:aws:(iam::(\d+:root|aws:policy\/)|ecr:|execute-api:|apigateway:|s3:::|ce:|events:[^:]*:(:|\d+:event-bus\/default$))/;

/** A function's aliases are resources of their own; its versions are numbers. */
function isOne(arn: string, { arn: own, type }: Resource): boolean {
  if (!arn.startsWith(own)) return false;
  const rest = arn.slice(own.length);
  if (type === "aws:lambda/function:Function") return /^(:(\d+|\*))?(\/invocations)?$/.test(rest);
  return rest === "" || /^[:/*]/.test(rest);
}

/** ARNs that belong to no resource of the graph. */
export function strangers(graph: Graph, isShared: (arn: string) => boolean): string[] {
  return graph.resources.flatMap((resource) =>
    textsIn(resource.inputs).flatMap(({ path, text }) =>
      [...text.matchAll(/arn:aws:[^\s"',|}\]]+/g)]
        .map(([arn]) => arn)
        .filter((arn) => !notOurs.test(arn) && !isShared(arn))
        .filter((arn) => !graph.resources.some((each) => isOne(arn, each)))
        .map((arn) => `${resource.name}: ${path} names ${arn}, which is not there`),
    ),
  );
}

/** What a function's environment calls by a name of this stage: a queue's URL, a table, a bus. */
export function lostNames(graph: Graph): string[] {
  const prefix = `${graph.app}-${graph.stage}-`;
  const names = new Set(
    graph.resources.flatMap(({ inputs }) =>
      [inputs.name, inputs.bucket, inputs.configurationSetName, inputs.emailIdentity].filter(
        (name) => typeof name === "string",
      ),
    ),
  );
  return graph.resources
    .filter(({ type }) => type.endsWith(":Function"))
    .flatMap(({ inputs, name }) =>
      Object.entries((inputs.environment?.variables ?? {}) as Record<string, string>).flatMap(
        ([variable, value]) => {
          const called = value.split("/").at(-1) ?? "";
          const isLost = called.startsWith(prefix) && !names.has(called);
          return isLost ? [`${name}: ${variable} is ${value}, which is not there`] : [];
        },
      ),
    );
}

/** Statements that allow all actions, or all resources. A key's own policy speaks of that key alone. */
export function wildcards({ resources }: Graph): string[] {
  return resources.flatMap(({ inputs, name, type }) =>
    statementsIn(inputs)
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap((statement) => {
        const actions = [statement.Action ?? [], statement.NotAction ? "NotAction" : []].flat();
        const targets = [statement.Resource ?? [], statement.NotResource ? "NotResource" : []].flat();
        const isKey = type === "aws:kms/key:Key";
        const wide = [
          ...actions.filter((each) => /[*?]|^NotAction$/.test(each) && !(isKey && each === "kms:*")),
          ...targets.filter((each) => !isKey && isWide(each, statement)),
        ];
        return wide.map((each) => `${name}: a statement allows ${each}`);
      }),
  );
}

/** Resources whose names nothing here knows, and the condition that says which of them are meant. */
const narrowed = [
  { action: "ses:SendEmail", resource: /:identity\/\*$/, by: "ses:FromAddress" },
  { action: "ses:SendRawEmail", resource: /:identity\/\*$/, by: "ses:FromAddress" },
  { action: "ecr:GetAuthorizationToken", resource: /^\*$/, by: undefined },
  { action: "backup:CopyFromBackupVault", resource: /^\*$/, by: "backup:CopyTargets" },
];

/** A log group's streams have names that only Lambda knows. */
function isWide(resource: string, { Action = [], Condition = {} }: Statement): boolean {
  if (!/[*?]/.test(resource) && resource !== "NotResource") return false;
  if (/^arn:aws:logs:.+:log-group:[^*]+:(log-stream:)?\*$/.test(resource)) return false;
  // What is uploaded has names that only the uploader knows; a folder of one bucket is as narrow as it gets.
  if (/^arn:aws:s3:::[^*/]+\/[^*]+\/\*$/.test(resource)) return false;
  const keys = Object.values(Condition).flatMap((each) => Object.keys(each));
  return ![Action]
    .flat()
    .every((action) =>
      narrowed.some(
        (each) =>
          each.action === action &&
          each.resource.test(resource) &&
          (each.by === undefined || keys.includes(each.by)),
      ),
    );
}
