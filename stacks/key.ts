// The stage's customer-managed key: it encrypts the bus, its archive, alarms, uploads and functions' secrets.
import type { Account } from "./account.ts";
import { physicalName } from "./naming.ts";

/**
 * Every operation on a symmetric key, for the identities of the account whose IAM policies allow it. IAM
 * grants nothing that the key policy does not, to an administrator neither, and making a bus, a rule or an
 * archive with this key asks for GenerateDataKeyWithoutPlaintext, ReEncryptFrom and ReEncryptTo among others
 * (EventBridge's guide, "AWS KMS key permissions for event bus actions"). KMS's default policy says `kms:*`
 * here.
 */
const ofTheAccount = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:CreateGrant",
  "kms:Decrypt",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyPair",
  "kms:GenerateDataKeyPairWithoutPlaintext",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
  "kms:ListRetirableGrants",
  "kms:PutKeyPolicy",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:RetireGrant",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

export function createKey(account: Account, production: boolean) {
  const busArn = account.arn("events", `event-bus/${physicalName("bus")}`);
  return new aws.kms.Key(
    "Key",
    {
      description: `${physicalName("key")}: bus, archive, alarms, uploads and secrets`,
      enableKeyRotation: true,
      // What the key encrypted is lost with it: in production as long as KMS allows, elsewhere as short.
      deletionWindowInDays: production ? 30 : 7,
      // In a key policy the resource `*` means this key.
      policy: $jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "AccountMayUseAndAdminister",
            Effect: "Allow",
            Principal: { AWS: account.root },
            Action: ofTheAccount,
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
