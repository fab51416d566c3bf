// The files in S3 pass the shared suite over the wire, read with the permissions of import-stock alone.
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { type AwsEndpoint, startAwsEndpoint } from "@order-saga/emulator";
import { grantsOf } from "@order-saga/messaging/grants";
import { plainArns } from "@order-saga/messaging/plain-arns";
import { policyOf } from "@order-saga/messaging/role";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importStock, inventory } from "../service.ts";
import { filesSuite } from "./files.suite.ts";
import { createS3Files } from "./s3.ts";

const bucket = "feeds";
const reader = {
  arn: "arn:aws:sts::000000000000:assumed-role/reader/reader",
  policy: policyOf(grantsOf(inventory, importStock, plainArns(inventory, importStock))),
};

let endpoint: AwsEndpoint;
beforeAll(async () => {
  const roles = new Map([["reader", reader]]);
  endpoint = await startAwsEndpoint({ port: 0, directory: undefined, roles });
  const s3 = clientOf("owner");
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
});
afterAll(() => endpoint.stop());

const clientOf = (accessKeyId: string) =>
  new S3Client({
    endpoint: endpoint.url,
    region: "eu-west-1",
    credentials: { accessKeyId, secretAccessKey: "local" },
    maxAttempts: 1,
  });

let keys = 0;
function aWorld() {
  const owner = clientOf("owner");
  const Key = `feeds/${++keys}.csv`;
  const remove = (VersionId?: string) =>
    owner.send(new DeleteObjectCommand({ Bucket: bucket, Key, ...(VersionId && { VersionId }) }));
  return {
    files: createS3Files({ client: clientOf("reader"), bucket }),
    async put(Body: Uint8Array) {
      const { VersionId = "" } = await owner.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
      return { key: Key, versionId: VersionId };
    },
    deleteVersion: async ({ versionId }: { versionId: string }) => void (await remove(versionId)),
    deleteObject: async () => void (await remove()),
  };
}

filesSuite(aWorld);

test("a missing permission is not taken for a missing file", async () => {
  const { put } = aWorld();
  const version = await put(Buffer.from("x"));
  const files = createS3Files({ client: clientOf("reader"), bucket });
  await expect(files.read({ ...version, key: "elsewhere/1.csv" }, 0, 1)).rejects.toMatchObject({
    name: "AccessDenied",
  });
});
