// Daily copies of the tables in another region, where BACKUP_REGION names one.
import type { Account } from "./account.ts";
import { physicalName } from "./naming.ts";
import type { Table } from "./table.ts";
import { mayAssume } from "./trust.ts";

/** As long as a table can be restored to a moment in its own region. */
const KEPT_DAYS = 35;

export function createBackups(
  {
    account,
    backupRegion,
    production,
  }: { account: Account; backupRegion: string | undefined; production: boolean },
  tables: readonly Table[],
): void {
  if (backupRegion === undefined) return;
  const name = physicalName("backups");
  // What a vault holds outlives a mistaken removal; AWS refuses to delete one that is not empty anyway.
  const options = { retainOnDelete: production };
  const vault = new aws.backup.Vault("BackupVault", { name }, options);
  const copies = new aws.backup.Vault("BackupCopyVault", { name, region: backupRegion }, options);
  const plan = new aws.backup.Plan("BackupPlan", {
    name,
    rules: [
      {
        ruleName: "daily",
        targetVaultName: vault.name,
        schedule: "cron(0 3 * * ? *)",
        // Here it is only what the copy is made from: in this region tables have point-in-time recovery.
        lifecycle: { deleteAfter: 2 },
        copyActions: [{ destinationVaultArn: copies.arn, lifecycle: { deleteAfter: KEPT_DAYS } }],
      },
    ],
  });
  const tableArns = tables.map(({ table }) => table.arn);
  const role = createRole(account, tableArns, [vault.arn, copies.arn]);
  new aws.backup.Selection("BackupSelection", {
    name,
    planId: plan.id,
    iamRoleArn: role.arn,
    resources: tableArns,
  });
}

/**
 * The part of AWSBackupServiceRolePolicyForBackup that is about tables, for these tables and vaults alone.
 */
function createRole(
  account: Account,
  tables: readonly $util.Output<string>[],
  [vault, copies]: [$util.Output<string>, $util.Output<string>],
): aws.iam.Role {
  return new aws.iam.Role("BackupRole", {
    assumeRolePolicy: mayAssume("backup.amazonaws.com", account),
    inlinePolicies: [
      {
        name: "backup",
        policy: $jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: ["dynamodb:DescribeTable", "dynamodb:ListTagsOfResource", "dynamodb:StartAwsBackupJob"],
              Resource: tables,
            },
            {
              Effect: "Allow",
              Action: ["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"],
              Resource: [vault, copies],
            },
            {
              // It knows no resource (Service Authorization Reference, "AWS Backup"); its target confines it.
              Effect: "Allow",
              Action: "backup:CopyFromBackupVault",
              Resource: "*",
              Condition: { "ForAllValues:ArnEquals": { "backup:CopyTargets": [copies] } },
            },
          ],
        }),
      },
    ],
  });
}
