// The stage's customer-managed key: it encrypts the bus, its archive, the alarms and the functions' secrets.
import type { Account } from "./account.ts";
import { physicalName } from "./naming.ts";

/** What an administrator may do with the key; KMS refuses a policy that locks everyone out of changing it. */
const administration = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:CreateGrant",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListResourceTags",
  "kms:ListRetirableGrants",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateKeyDescription",
];

export function createKey(account: Account, production: boolean) {
  const busArn = account.arn("events", `event-bus/${physicalName("bus")}`);
  return new aws.kms.Key(
    "Key",
    {
      description: `${physicalName("key")}: bus, archive, alarms and secrets`,
      enableKeyRotation: true,
      // As long as KMS allows: what the key encrypted is lost with it.
      deletionWindowInDays: 30,
      // In a key policy the resource `*` means this key.
      policy: $jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "AccountMayAdministerAndGrant",
            Effect: "Allow",
            Principal: { AWS: account.root },
            Action: [...administration, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
            Resource: "*",
          },
          {
            Sid: "EventBridgeMayDescribe",
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "kms:DescribeKey",
            Resource: "*",
            Condition: { StringEquals: { "aws:SourceAccount": account.id } },
          },
          {
            Sid: "EventBridgeMayEncryptThisBus",
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: ["kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
            Resource: "*",
            Condition: {
              StringEquals: {
                "aws:SourceAccount": account.id,
                "kms:EncryptionContext:aws:events:event-bus:arn": busArn,
              },
            },
          },
          {
            Sid: "AlarmsMayPublish",
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: ["kms:Decrypt", "kms:GenerateDataKey"],
            Resource: "*",
            Condition: { StringEquals: { "aws:SourceAccount": account.id } },
          },
        ],
      }),
    },
    { retainOnDelete: production },
  );
}
