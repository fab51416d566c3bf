// Makes a service's bucket as a stage has it, as far as an endpoint does it: with versions, closed to the
// public, telling EventBridge, and open to forms of pages on this machine.
import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  PutBucketCorsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { naming } from "./aws-refusal.ts";

/** The region that is no location constraint (S3 API reference, "CreateBucket"). */
const UNCONSTRAINED = "us-east-1";

const closed = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

const pagesOfThisMachine = {
  AllowedMethods: ["POST"],
  AllowedOrigins: ["http://localhost:*", "http://127.0.0.1:*"],
  AllowedHeaders: ["*"],
};

/** Gives a bucket that is there already its settings. Rejects with AwsRefusal. */
export async function provisionBucket(Bucket: string, s3: S3Client): Promise<void> {
  const resource = `the bucket ${Bucket}`;
  const may = (operation: string, action: string, run: () => Promise<unknown>) =>
    naming({ operation, action: `s3:${action}`, resource }, run);
  const region = await s3.config.region();
  await may("CreateBucket", "CreateBucket", () => create(Bucket, region, s3));
  await may("PutPublicAccessBlock", "PutBucketPublicAccessBlock", () =>
    s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: closed })),
  );
  await may("PutBucketVersioning", "PutBucketVersioning", () =>
    s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } })),
  );
  await may("PutBucketCors", "PutBucketCORS", () =>
    s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [pagesOfThisMachine] } })),
  );
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  await may("PutBucketNotificationConfiguration", "PutBucketNotification", () =>
    s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration })),
  );
}

async function create(Bucket: string, region: string, s3: S3Client): Promise<void> {
  const constraint = { LocationConstraint: region as never };
  try {
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        ...(region !== UNCONSTRAINED && { CreateBucketConfiguration: constraint }),
      }),
    );
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
  }
}
