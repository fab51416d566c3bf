// The behaviours of S3, from making a bucket to what EventBridge is told of an upload.

import { Readable } from "node:stream";
import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketCorsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutPublicAccessBlockCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { createPresignedPost, type PresignedPostOptions } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect } from "vitest";
import { openToRules } from "../../src/testing.ts";
import { behaviour, onAnEndpoint, type World } from "./behaviour.ts";

onAnEndpoint();

/** A new bucket with versions, and operations on it. */
async function aBucket({ s3, unique }: World) {
  const Bucket = unique("bucket");
  await s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
  );
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  return {
    Bucket,
    put: (
      Key: string,
      Body: NonNullable<PutObjectCommandInput["Body"]>,
      more: Partial<PutObjectCommandInput> = {},
    ) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more })),
    async read(Key: string, more: { VersionId?: string | undefined; Range?: string } = {}) {
      const { Body, ...rest } = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
      return { text: await Body?.transformToString(), ...rest };
    },
    // The presigner has its own copy of the clients' types.
    signed: (command: GetObjectCommand | PutObjectCommand) =>
      getSignedUrl(s3 as never, command as never, { expiresIn: 60 }),
    form: (Key: string, more: Partial<PresignedPostOptions> = {}) =>
      createPresignedPost(s3, {
        Bucket,
        Key,
        Fields: { "Content-Type": "text/csv" },
        Conditions: [["content-length-range", 1, 1000]],
        Expires: 600,
        ...more,
      }),
  };
}

type SignedForm = { url: string; fields: Record<string, string> };

async function post({ fields, url }: SignedForm, file: string, more: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...more })) form.append(name, value);
  form.append("file", new Blob([file], { type: "text/csv" }), "stock.csv");
  const answer = await fetch(url, { method: "POST", body: form });
  const text = await answer.text();
  const [, code = ""] = /<Code>(\w+)<\/Code>/.exec(text) ?? [];
  return { status: answer.status, code, text, headers: answer.headers };
}

const errorOf = (sent: Promise<unknown>) =>
  sent.then(
    () => "",
    (error) => `${error.name} ${error.$metadata?.httpStatusCode}`,
  );

behaviour("A bucket is made once, and found", "S3 API: CreateBucket", async (world) => {
  const { Bucket } = await aBucket(world);
  expect(await errorOf(world.s3.send(new CreateBucketCommand({ Bucket })))).toBe(
    "BucketAlreadyOwnedByYou 409",
  );
  await world.s3.send(new HeadBucketCommand({ Bucket }));
  expect(await errorOf(world.s3.send(new HeadBucketCommand({ Bucket: world.unique("none") })))).toBe(
    "NotFound 404",
  );
  await world.s3.send(new DeleteBucketCommand({ Bucket }));
  expect(await errorOf(world.s3.send(new HeadBucketCommand({ Bucket })))).toBe("NotFound 404");
});

behaviour(
  "Versions are kept under their ids, and the latest is the object",
  "S3 API: PutBucketVersioning",
  async (world) => {
    const { Bucket, put, read } = await aBucket(world);
    const { Status } = await world.s3.send(new GetBucketVersioningCommand({ Bucket }));
    expect(Status).toBe("Enabled");
    const first = await put("a b/ü+.csv", "one");
    const second = await put("a b/ü+.csv", "two", { ContentType: "text/csv", Metadata: { sender: "ada" } });
    expect(first.VersionId).not.toBe(second.VersionId);
    expect(await read("a b/ü+.csv")).toMatchObject({
      text: "two",
      VersionId: second.VersionId,
      ContentType: "text/csv",
      Metadata: { sender: "ada" },
      ETag: second.ETag,
    });
    expect((await read("a b/ü+.csv", { VersionId: first.VersionId })).text).toBe("one");
  },
);

behaviour(
  "A key or a version that is not there is told by name",
  "S3 API: Error responses",
  async (world) => {
    const { Bucket, put, read } = await aBucket(world);
    await put("a", "one");
    expect(await errorOf(read("none"))).toBe("NoSuchKey 404");
    expect(await errorOf(read("a", { VersionId: "3sL4kqtJlcpXroDTDmJ" }))).toBe("NoSuchVersion 404");
    expect(await errorOf(world.s3.send(new HeadObjectCommand({ Bucket, Key: "none" })))).toBe("NotFound 404");
    const elsewhere = new GetObjectCommand({ Bucket: world.unique("none"), Key: "a" });
    expect(await errorOf(world.s3.send(elsewhere))).toBe("NoSuchBucket 404");
  },
);

behaviour(
  "A range is answered with its bytes; one beyond the end is refused",
  "S3 API: GetObject",
  async (world) => {
    const { put, read } = await aBucket(world);
    const text = Array.from({ length: 70_000 }, (_, line) => `row ${line}\n`).join("");
    await put("a", text);
    const cases = [
      [0, 10],
      [262_100, 262_200],
      [524_287, 524_289],
      [text.length - 5, text.length],
    ] as const;
    for (const [from, to] of cases) {
      const part = await read("a", { Range: `bytes=${from}-${to - 1}` });
      expect(part.text).toBe(text.slice(from, to));
      expect(part).toMatchObject({
        ContentLength: to - from,
        ContentRange: `bytes ${from}-${to - 1}/${text.length}`,
      });
    }
    expect((await read("a", { Range: "bytes=-7" })).text).toBe(text.slice(-7));
    expect((await read("a", { Range: `bytes=${text.length - 3}-9999999` })).text).toBe(text.slice(-3));
    expect(await errorOf(read("a", { Range: `bytes=${text.length}-` }))).toBe("InvalidRange 416");
  },
);

behaviour("If-None-Match writes only where nothing is", "S3 API: PutObject", async (world) => {
  const { Bucket, put } = await aBucket(world);
  await put("a", "one", { IfNoneMatch: "*" });
  expect(await errorOf(put("a", "two", { IfNoneMatch: "*" }))).toBe("PreconditionFailed 412");
  await world.s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
  await put("a", "three", { IfNoneMatch: "*" });
});

behaviour("A body that its checksum does not match is refused", "S3 guide: Checksums", async (world) => {
  const { Bucket, put, read } = await aBucket(world);
  expect(await put("a", "one")).toMatchObject({ ChecksumCRC32: expect.stringMatching(/=$/) });
  expect(await errorOf(put("a", "two", { ChecksumCRC32: "AAAAAA==" }))).toBe("BadDigest 400");
  expect(await errorOf(put("a", "two", { ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" }))).toBe("BadDigest 400");
  // A stream of unknown hash is sent in chunks, with its checksum after them.
  const stream = Readable.from(["three ".repeat(50_000)]);
  await put("b", stream, { ContentLength: 300_000 });
  expect((await read("b")).text).toBe("three ".repeat(50_000));
  expect((await read("b")).ContentEncoding).toBeUndefined();
  const { ChecksumSHA256 } = await put("c", "four", { ChecksumAlgorithm: "SHA256" });
  const head = new HeadObjectCommand({ Bucket, Key: "c", ChecksumMode: "ENABLED" });
  expect(await world.s3.send(head)).toMatchObject({ ChecksumSHA256, ContentLength: 4 });
});

behaviour("Deleting leaves a marker, and the versions", "S3 guide: Delete markers", async (world) => {
  const { Bucket, put, read } = await aBucket(world);
  const { VersionId } = await put("a", "one");
  const marker = await world.s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
  expect(marker).toMatchObject({ DeleteMarker: true });
  expect(await errorOf(read("a"))).toBe("NoSuchKey 404");
  expect((await read("a", { VersionId })).text).toBe("one");
  expect(await errorOf(read("a", { VersionId: marker.VersionId }))).toBe("MethodNotAllowed 405");
  await world.s3.send(new DeleteObjectCommand({ Bucket, Key: "a", VersionId: marker.VersionId }));
  expect((await read("a")).text).toBe("one");
  await world.s3.send(new DeleteObjectCommand({ Bucket, Key: "a", VersionId }));
  expect(await errorOf(read("a"))).toBe("NoSuchKey 404");
});

behaviour(
  "Objects are listed by key, page by page, and by folder",
  "S3 API: ListObjectsV2",
  async (world) => {
    const { Bucket, put } = await aBucket(world);
    for (const key of ["a", "feeds/1", "feeds/2", "feeds/old/3", "z<&>"]) await put(key, key);
    const list = (more: object) => world.s3.send(new ListObjectsV2Command({ Bucket, ...more }));
    const keys = ({ Contents = [] }: Awaited<ReturnType<typeof list>>) => Contents.map(({ Key }) => Key);
    const first = await list({ MaxKeys: 2 });
    expect(keys(first)).toEqual(["a", "feeds/1"]);
    const rest = await list({ ContinuationToken: first.NextContinuationToken });
    expect(keys(rest)).toEqual(["feeds/2", "feeds/old/3", "z<&>"]);
    expect(rest.IsTruncated).toBe(false);
    const folder = await list({ Prefix: "feeds/", Delimiter: "/" });
    expect(keys(folder)).toEqual(["feeds/1", "feeds/2"]);
    expect(folder.CommonPrefixes).toEqual([{ Prefix: "feeds/old/" }]);
  },
);

behaviour("Versions are listed with the latest first", "S3 API: ListObjectVersions", async (world) => {
  const { Bucket, put } = await aBucket(world);
  const first = await put("a", "one");
  const second = await put("a", "two");
  await put("b", "three");
  await world.s3.send(new DeleteObjectCommand({ Bucket, Key: "b" }));
  const { DeleteMarkers = [], Versions = [] } = await world.s3.send(
    new ListObjectVersionsCommand({ Bucket }),
  );
  expect(Versions.map(({ IsLatest, Key, VersionId }) => [Key, VersionId, IsLatest])).toEqual([
    ["a", second.VersionId, true],
    ["a", first.VersionId, false],
    ["b", expect.any(String), false],
  ]);
  expect(DeleteMarkers).toMatchObject([{ Key: "b", IsLatest: true }]);
  const page = await world.s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 1 }));
  const next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  const { Versions: others = [] } = await world.s3.send(new ListObjectVersionsCommand({ Bucket, ...next }));
  expect(others.map(({ VersionId }) => VersionId)[0]).toBe(first.VersionId);
});

behaviour(
  "A signed URL lets read and write until it expires",
  "S3 API: Presigned URLs",
  async (world) => {
    const { Bucket, put, read, signed } = await aBucket(world);
    await put("a ü", "one");
    const toGet = await signed(new GetObjectCommand({ Bucket, Key: "a ü" }));
    expect(await (await fetch(toGet)).text()).toBe("one");
    const toPut = await signed(new PutObjectCommand({ Bucket, Key: "b" }));
    expect((await fetch(toPut, { method: "PUT", body: "two" })).status).toBe(200);
    expect((await read("b")).text).toBe("two");
    expect((await fetch(toGet.replace("a%20", "c%20"))).status).toBe(403);
    expect((await fetch(toGet, { method: "PUT", body: "three" })).status).toBe(403);
    expect(
      (await fetch(`${world.url}/${Bucket}/b`, { headers: { "x-amz-date": "20260101T000000Z" } })).status,
    ).not.toBe(200);
  },
  { needs: "emulator" },
);

behaviour(
  "A signed URL is refused after its time",
  "S3 API: Presigned URLs",
  async (world) => {
    const { Bucket, put, signed } = await aBucket(world);
    await put("a", "one");
    const url = await signed(new GetObjectCommand({ Bucket, Key: "a" }));
    await world.passSeconds(61);
    const answer = await fetch(url);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("<Code>AccessDenied</Code><Message>Request has expired</Message>");
  },
  { needs: "emulator" },
);

behaviour("A form uploads what its policy lets through", "S3 API: POST policy", async (world) => {
  const { form, read } = await aBucket(world);
  const signed = await form("feeds/1.csv");
  expect((await post(signed, "sku,delta\n")).status).toBe(204);
  expect(await read("feeds/1.csv")).toMatchObject({ text: "sku,delta\n", ContentType: "text/csv" });
  const created = await form("feeds/2.csv", { Fields: { success_action_status: "201" } });
  const answer = await post(created, "x");
  expect(answer.status).toBe(201);
  expect(answer.text).toMatch(/<PostResponse.*<Key>feeds\/2\.csv<\/Key>/);
});

behaviour(
  "A form is refused for another key, type or field, a changed policy, and its size",
  "S3 API: POST policy",
  async (world) => {
    const { form } = await aBucket(world);
    const signed = await form("feeds/1.csv");
    expect(await post(signed, "x", { key: "feeds/2.csv" })).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
    expect(await post(signed, "x", { "Content-Type": "text/html" })).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
    expect(await post(signed, "x", { "x-amz-meta-more": "1" })).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
    expect(
      await post(signed, "x", { Policy: btoa('{"expiration":"2100-01-01T00:00:00Z","conditions":[]}') }),
    ).toMatchObject({
      status: 403,
      code: "SignatureDoesNotMatch",
    });
    expect(await post(signed, "x".repeat(1001))).toMatchObject({ status: 400, code: "EntityTooLarge" });
    expect(await post(signed, "")).toMatchObject({ status: 400, code: "EntityTooSmall" });
  },
);

behaviour(
  "A form is refused after its policy expired",
  "S3 API: POST policy",
  async (world) => {
    const { form } = await aBucket(world);
    const signed = await form("feeds/1.csv", { Expires: 60 });
    await world.passSeconds(61);
    const answer = await post(signed, "x");
    expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(answer.text).toContain("Invalid according to Policy: Policy expired.");
  },
  { needs: "emulator" },
);

behaviour("Nothing is answered to who has not signed", "S3 API: Error responses", async (world) => {
  const { Bucket, put } = await aBucket(world);
  await put("a", "one");
  const BlockPublicAcls = true;
  const all = {
    BlockPublicAcls,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  };
  await world.s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: all }));
  const { fields, url } = await aForm(Bucket, world);
  const { key = "" } = fields;
  expect(await post({ url, fields: { key } }, "x")).toMatchObject({ status: 403, code: "AccessDenied" });
});

const aForm = (Bucket: string, { s3 }: World) => createPresignedPost(s3, { Bucket, Key: "a" });

behaviour("A browser of an origin that the bucket lets may post a form", "S3 guide: CORS", async (world) => {
  const { Bucket, form } = await aBucket(world);
  const CORSRules = [
    {
      AllowedOrigins: ["http://localhost:*"],
      AllowedMethods: ["POST"],
      AllowedHeaders: ["*"],
      ExposeHeaders: ["ETag"],
    },
  ];
  await world.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  const { fields, url } = await form("feeds/1.csv");
  const asks = (Origin: string) =>
    fetch(url, { method: "OPTIONS", headers: { Origin, "Access-Control-Request-Method": "POST" } });
  const allowed = await asks("http://localhost:3000");
  expect(allowed.status).toBe(200);
  expect(allowed.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
  expect((await asks("https://evil.example")).status).toBe(403);
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append("file", new Blob(["x"]));
  const posted = await fetch(url, { method: "POST", body, headers: { Origin: "http://localhost:3000" } });
  expect(posted.status).toBe(204);
  expect(posted.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
  expect(posted.headers.get("access-control-expose-headers")).toBe("ETag");
});

/** A bucket whose uploads are heard on a queue, through a rule of the default bus. */
async function heard(world: World) {
  const { eventBridge, s3, sqs, unique } = world;
  const bucket = await aBucket(world);
  const { Bucket } = bucket;
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  const QueueName = unique("queue");
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: openToRules }));
  const account = (await world.eventsArn()).split(":")[4];
  const Name = unique("rule");
  const pattern = {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [Bucket] } },
  };
  await eventBridge.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern) }));
  const Arn = `arn:aws:sqs:eu-west-1:${account}:${QueueName}`;
  await eventBridge.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: "1", Arn }] }));
  async function next() {
    const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 });
    const { Messages: [message] = [] } = await sqs.send(receive);
    return JSON.parse(message?.Body ?? "null");
  }
  return { ...bucket, account, next };
}

behaviour(
  "EventBridge's default bus hears of each upload, in AWS's form",
  "S3 guide: EventBridge events",
  async (world) => {
    const { Bucket, account, form, next, put } = await heard(world);
    const { ETag, VersionId } = await put("feeds/a b.csv", "sku,delta\n");
    expect(await next()).toEqual({
      version: "0",
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      "detail-type": "Object Created",
      source: "aws.s3",
      account,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: "eu-west-1",
      resources: [`arn:aws:s3:::${Bucket}`],
      detail: {
        version: "0",
        bucket: { name: Bucket },
        object: {
          key: "feeds/a b.csv",
          size: 10,
          etag: ETag?.replaceAll('"', ""),
          "version-id": VersionId,
          sequencer: expect.stringMatching(/^[\dA-F]+$/),
        },
        "request-id": expect.stringMatching(/^\w+$/),
        requester: account,
        "source-ip-address": expect.stringMatching(/^[\d.]+$/),
        reason: "PutObject",
      },
    });
    await post(await form("feeds/b.csv"), "x");
    expect(await next()).toMatchObject({
      detail: { reason: "POST Object", object: { key: "feeds/b.csv", size: 1 } },
    });
  },
);

behaviour(
  "Of two uploads under one key the later has the greater sequencer",
  "S3 guide: Sequencers",
  async (world) => {
    const { next, put } = await heard(world);
    const versions = [];
    for (const text of ["one", "two", "three"]) versions.push((await put("a", text)).VersionId);
    const events = [await next(), await next(), await next()];
    const bySequencer = events
      .map(({ detail }) => detail.object)
      .sort((a, b) => (a.sequencer < b.sequencer ? -1 : 1))
      .map((object) => object["version-id"]);
    expect(bySequencer).toEqual(versions);
  },
);

behaviour(
  "A bucket that tells nothing is silent",
  "S3 API: PutBucketNotificationConfiguration",
  async (world) => {
    const { Bucket, next, put } = await heard(world);
    await world.s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }),
    );
    await put("a", "one");
    await world.s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    );
    await put("b", "two");
    expect((await next()).detail.object.key).toBe("b");
  },
);

const PART = "x".repeat(5 * 1024 * 1024);

behaviour(
  "An upload in parts is one object when it is completed, not before",
  "S3 API: CompleteMultipartUpload",
  async (world) => {
    const { Bucket, next, read } = await heard(world);
    const { s3 } = world;
    const Key = "feeds/big.csv";
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ContentType: "text/csv" }),
    );
    const upload = { Bucket, Key, UploadId };
    const Parts = [];
    for (const [index, Body] of [PART, "the rest"].entries()) {
      const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber: index + 1, Body }));
      Parts.push({ ETag, PartNumber: index + 1 });
    }
    expect(await errorOf(read(Key))).toBe("NoSuchKey 404");
    const complete = (parts: object[]) =>
      s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }));
    expect(await errorOf(complete(Parts.toReversed()))).toBe("InvalidPartOrder 400");
    expect(await errorOf(complete([{ ETag: '"0"', PartNumber: 1 }]))).toBe("InvalidPart 400");
    const done = await complete(Parts);
    expect(done.ETag).toMatch(/^"[\da-f]{32}-2"$/);
    const { text, ...object } = await read(Key);
    expect(text === `${PART}the rest`).toBe(true);
    expect(object).toMatchObject({ ContentType: "text/csv", ETag: done.ETag, VersionId: done.VersionId });
    expect(await next()).toMatchObject({
      detail: { reason: "CompleteMultipartUpload", object: { key: Key, size: PART.length + 8 } },
    });
    expect(await errorOf(complete(Parts))).toBe("NoSuchUpload 404");
  },
);

behaviour(
  "Every part but the last has five megabytes; an upload that is given up is gone",
  "S3 API: CompleteMultipartUpload",
  async (world) => {
    const { Bucket, read } = await aBucket(world);
    const { s3 } = world;
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "a" }));
    const upload = { Bucket, Key: "a", UploadId };
    const Parts = [];
    for (const PartNumber of [1, 2]) {
      const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber, Body: "small" }));
      Parts.push({ ETag, PartNumber });
    }
    const complete = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
    expect(await errorOf(s3.send(complete))).toBe("EntityTooSmall 400");
    await s3.send(new AbortMultipartUploadCommand(upload));
    expect(await errorOf(s3.send(complete))).toBe("NoSuchUpload 404");
    expect(await errorOf(read("a"))).toBe("NoSuchKey 404");
  },
);
