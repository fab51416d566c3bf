// Mistakes about backups.
import { types } from "../../src/types.ts";
import { action, inputs, type Mutation, one, role } from "./edits.ts";

const copied = "backups of every table are copied";
const confined = "the role of the backups reads";

// biome-ignore lint/suspicious/noExplicitAny: inputs are as wide as AWS
const rule = (edit: (rule: any) => void) => inputs(types.backupPlan, "", ({ rules }) => edit(rules[0]));

export const backupMutations: readonly Mutation[] = [
  {
    change: "the copy stays in the stage's region",
    edit: inputs(types.backupVault, "BackupCopyVault", (each) => {
      delete each.region;
    }),
    breaks: copied,
  },
  {
    change: "nothing is copied",
    edit: rule((each) => {
      each.copyActions = [];
    }),
    breaks: copied,
  },
  {
    change: "a copy is kept for a day",
    edit: rule((each) => {
      each.copyActions[0].lifecycle.deleteAfter = 1;
    }),
    breaks: copied,
  },
  {
    change: "the first backup is kept for ever",
    edit: rule((each) => {
      delete each.lifecycle;
    }),
    breaks: copied,
  },
  {
    change: "a backup is made once a month",
    edit: rule((each) => {
      each.schedule = "cron(0 3 1 * ? *)";
    }),
    breaks: copied,
  },
  {
    change: "a table is left out",
    edit: inputs(types.backupSelection, "", (each) => {
      each.resources.pop();
    }),
    breaks: copied,
  },
  {
    change: "every table of the account is backed up",
    edit: inputs(types.backupSelection, "", (each) => {
      each.resources.push("arn:aws:dynamodb:eu-west-1:123456789012:table/another");
    }),
    breaks: copied,
  },
  {
    change: "the role may delete a table",
    edit: role("BackupRole", (statements) => {
      action(statements, "dynamodb:DescribeTable").Action.push("dynamodb:DeleteTable");
    }),
    breaks: confined,
  },
  {
    change: "the role may copy to any vault, another account's too",
    edit: role("BackupRole", (statements) => {
      delete action(statements, "backup:CopyFromBackupVault").Condition;
    }),
    breaks: confined,
  },
  {
    change: "the role may back up every table",
    edit: role("BackupRole", (statements) => {
      action(statements, "dynamodb:StartAwsBackupJob").Resource = "*";
    }),
    breaks: confined,
  },
  {
    change: "the backups have no role",
    edit: (graph) => {
      one(graph, types.backupSelection).inputs.iamRoleArn = "arn:aws:iam::123456789012:role/another";
    },
    breaks: confined,
  },
];
