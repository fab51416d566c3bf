// Backups: where a stage names a region for them, every table is copied there daily, by a role that can no
// more.
import { KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import type { Graph, Resource } from "../graph.ts";
import { grantsOf } from "../policy.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise, sameSet } from "./promise.ts";
import { tablesOf } from "./tables.ts";

const of = ({ resources }: Graph, type: string) => resources.filter((each) => each.type === type);

/** Only of a stage that has backups. */
function whereBackedUp(graph: Graph, check: (plan: Resource) => string[]): string[] {
  return of(graph, types.backupPlan).flatMap(check);
}

export const backupPromises: readonly DeploymentPromise[] = [
  promise("backups of every table are copied to a vault of another region for 35 days", (graph) =>
    whereBackedUp(graph, (plan) => {
      const [selection] = of(graph, types.backupSelection);
      const [rule] = plan.inputs.rules ?? [];
      const [copy] = rule?.copyActions ?? [];
      const target = of(graph, types.backupVault).find(({ arn }) => arn === copy?.destinationVaultArn);
      // Of the customers' keys data.ts promises that there is no copy.
      const keys = tablesOf(graph, KEYS_TABLE).map(({ arn }) => arn);
      const tables = [
        ...of(graph, types.table),
        ...graph.found.filter(({ type }) => type === types.table),
      ].filter(({ arn }) => !keys.includes(arn));
      return [
        ...(target?.inputs.region ? [] : ["no copy goes to another region"]),
        ...(copy?.lifecycle?.deleteAfter >= 35
          ? []
          : ["a copy is kept for less than a table's own recovery"]),
        ...(rule?.lifecycle?.deleteAfter <= 7 ? [] : ["the first backup is kept, and paid, for ever"]),
        ...(/^cron\(\d+ \d+ \* \* \? \*\)$/.test(rule?.schedule) ? [] : ["not every day"]),
        ...(sameSet(
          selection?.inputs.resources ?? [],
          tables.map(({ arn }) => arn),
        )
          ? []
          : ["not every table, or more than the tables"]),
      ];
    }),
  ),
  promise(
    "the role of the backups reads the stage's tables and writes its two vaults, and no more",
    (graph) =>
      whereBackedUp(graph, () => {
        const [selection] = of(graph, types.backupSelection);
        const role = of(graph, types.role).find(({ arn }) => arn === selection?.inputs.iamRoleArn);
        if (!role) return ["no role of its own"];
        const vaults = of(graph, types.backupVault);
        const mine = [...vaults, ...of(graph, types.table), ...graph.found].map(({ arn }) => arn);
        const copies = vaults.filter(({ inputs }) => inputs.region).map(({ arn }) => arn);
        return grantsOf(role).flatMap(({ actions, conditions, resources }) => [
          ...actions.filter((each) => !allowed.includes(each)).map((each) => `may ${each}`),
          ...(resources.every((each) => mine.includes(each)) ||
          sameSet(conditions["ForAllValues:ArnEquals backup:CopyTargets"] ?? [], copies)
            ? []
            : [`may use ${resources}`]),
        ]);
      }),
  ),
];

/** All that AWS Backup needs of tables (AWSBackupServiceRolePolicyForBackup). */
const allowed: readonly string[] = [
  "backup:CopyFromBackupVault",
  "backup:CopyIntoBackupVault",
  "backup:DescribeBackupVault",
  "dynamodb:DescribeTable",
  "dynamodb:ListTagsOfResource",
  "dynamodb:StartAwsBackupJob",
];
