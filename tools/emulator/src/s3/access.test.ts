// What a role may do in S3 is judged for each request, whoever carries what the role has signed.
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { expect, test } from "vitest";
import { clientsOf, startForTest } from "../testing.ts";

const ROLE = "arn:aws:sts::000000000000:assumed-role/uploader/uploader";

async function aBucket(Action: string, Resource = "arn:aws:s3:::feeds/feeds/*") {
  const policy = {
    Version: "2012-10-17" as const,
    Statement: [{ Effect: "Allow" as const, Action, Resource }],
  };
  const endpoint = await startForTest({ roles: new Map([["uploader", { arn: ROLE, policy }]]) });
  await clientsOf(endpoint).s3.send(new CreateBucketCommand({ Bucket: "feeds" }));
  const { s3 } = clientsOf(endpoint, "uploader");
  const upload = async (Key: string) => {
    const { fields, url } = await createPresignedPost(s3, { Bucket: "feeds", Key });
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append("file", new Blob(["x"]));
    return fetch(url, { method: "POST", body });
  };
  return { s3, upload };
}

test("a form does what the role that signed it may do, and no more", async () => {
  const { upload } = await aBucket("s3:PutObject");
  expect((await upload("feeds/1.csv")).status).toBe(204);
  const refused = await upload("other/1.csv");
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain(
    `User: ${ROLE} is not authorized to perform: s3:PutObject on resource: &quot;arn:aws:s3:::feeds/other/1.csv&quot;`,
  );
});

test("a version needs a permission of its own", async () => {
  const { s3 } = await aBucket("s3:GetObjectVersion");
  const read = (VersionId?: string) =>
    s3.send(new GetObjectCommand({ Bucket: "feeds", Key: "feeds/1.csv", ...(VersionId && { VersionId }) }));
  await expect(read()).rejects.toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining("s3:GetObject on"),
  });
  // It may, but who may not list a bucket is not told what is missing.
  await expect(read("none")).rejects.toMatchObject({ name: "AccessDenied", message: "Access Denied" });
});

test("who may list a bucket is told that a key is missing", async () => {
  const { s3 } = await aBucket("s3:*", "*");
  const read = s3.send(new GetObjectCommand({ Bucket: "feeds", Key: "feeds/1.csv" }));
  await expect(read).rejects.toMatchObject({ name: "NoSuchKey" });
  await s3.send(new PutObjectCommand({ Bucket: "feeds", Key: "feeds/1.csv", Body: "x" }));
});
