// A service's bucket: versioned, encrypted with the stage's key, closed, TLS only; uploads become events.
import type { BucketManifest } from "@order-saga/messaging";
import { logicalName, physicalName } from "./naming.ts";
import type { Bucket, Stage } from "./stage.ts";

type Given = Pick<Stage, "settings" | "account" | "key">;

export function createBucket({ settings, account, key }: Given, manifest: BucketManifest): Bucket {
  const name = logicalName(manifest.name, "uploads");
  const { production, storefrontOrigin } = settings;
  const bucket = new sst.aws.Bucket(name, {
    versioning: true,
    enforceHttps: true,
    // A browser posts the form that create-stock-feed signed; nothing is read from the bucket over the web.
    cors: storefrontOrigin
      ? { allowOrigins: [storefrontOrigin], allowMethods: ["POST"], allowHeaders: ["content-type"] }
      : false,
    transform: {
      bucket: (args, options) => {
        // Bucket names are the whole world's, so the account is in it.
        args.bucket = $interpolate`${physicalName(manifest.name)}-${account.id}`;
        args.forceDestroy = !production;
        options.retainOnDelete = production;
        return undefined;
      },
    },
  });
  new aws.s3.BucketServerSideEncryptionConfiguration(`${name}Encryption`, {
    bucket: bucket.name,
    rules: [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
        // One call of KMS for many objects; the functions' grants name the bucket to KMS for its sake.
        bucketKeyEnabled: true,
      },
    ],
  });
  // No lists of who may do what beside the policies: IAM alone decides.
  new aws.s3.BucketOwnershipControls(`${name}Ownership`, {
    bucket: bucket.name,
    rule: { objectOwnership: "BucketOwnerEnforced" },
  });
  new aws.s3.BucketLifecycleConfiguration(`${name}Lifecycle`, {
    bucket: bucket.name,
    rules: [
      {
        id: "expire",
        status: "Enabled",
        filter: {},
        expiration: { days: manifest.expiresDays },
        noncurrentVersionExpiration: { noncurrentDays: manifest.expiresDays },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ],
  });
  new aws.s3.BucketNotification(`${name}Events`, { bucket: bucket.name, eventbridge: true });
  return { name: bucket.name, arn: bucket.arn };
}
