// Every operation of S3's client is served or refused as not implemented.
import * as s3 from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startForTest } from "../testing.ts";

const served = new Set(
  `AbortMultipartUpload CompleteMultipartUpload CreateBucket CreateMultipartUpload DeleteBucket DeleteBucketCors DeleteObject GetBucketCors GetBucketLocation
   GetBucketNotificationConfiguration GetBucketVersioning GetObject HeadBucket HeadObject ListBuckets ListObjectsV2
   ListObjectVersions PutBucketCors PutBucketNotificationConfiguration PutBucketVersioning PutObject
   PutPublicAccessBlock UploadPart`.split(/\s+/),
);
/** They go to other hosts than the endpoint, or are told apart from a served one by a header only. */
const others = new Set(["CreateSession", "ListDirectoryBuckets", "WriteGetObjectResponse"]);

test("every operation is served, or refused by name", async () => {
  const { url } = await startForTest();
  const client = new s3.S3Client({
    endpoint: url,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  const names = Object.keys(s3).flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? []);
  expect(names).toEqual(expect.arrayContaining([...served]));
  const input = { Bucket: "none", Key: "k" };
  const part = { UploadId: "u", PartNumber: 1 };
  const rest = {
    CopySource: "none/k",
    UploadId: "u",
    PartNumber: 1,
    Id: "i",
    RenameSource: "none/k",
    AnnotationName: "a",
    AccelerateConfiguration: {},
    Tagging: { TagSet: [] },
  };
  for (const name of names.filter((each) => !others.has(each))) {
    const Command = (s3 as unknown as Record<string, new (input: object) => never>)[`${name}Command`];
    if (!Command) throw new Error(`The client has no ${name}.`);
    const said = await client
      .send(new Command({ ...input, ...(!served.has(name) ? rest : /Part|Multipart/.test(name) && part) }))
      .then(
        () => "answered",
        (error: Error) => error.name,
      );
    if (served.has(name)) expect(said, name).not.toMatch(/NotImplemented|Unknown/);
    else expect(said, name).toBe("NotImplemented");
  }
});
