// The operations on buckets. What is not done here, such as encryption, is refused instead of acknowledged.
import { empty, type S3Answer, xml } from "./answer.ts";
import { corsXml, readCors } from "./cors.ts";
import { notImplemented, S3Error } from "./errors.ts";
import type { S3Request } from "./request.ts";
import type { Bucket, Storage } from "./storage.ts";
import { type Read, readXml } from "./xml.ts";

export type Operation = (request: S3Request) => S3Answer;

/** S3 user guide, "General purpose bucket naming rules". */
const NAME = /^(?!xn--|\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Throws NoSuchBucket. */
export function bucketOf(storage: Storage, { bucket: name }: S3Request): Bucket {
  const bucket = storage.bucket(name);
  if (!bucket) throw new S3Error("NoSuchBucket", undefined, { details: { BucketName: name } });
  return bucket;
}

type Options = { readonly storage: Storage; readonly region: string; readonly now: () => number };

export function bucketOperations(options: Options): Record<string, Operation> {
  const { region, storage } = options;
  const change = (request: S3Request, changed: Partial<Bucket>, status = 200) => {
    storage.save({ ...bucketOf(storage, request), ...changed });
    return empty(status);
  };
  return {
    CreateBucket: (request) => createBucket(options, request),
    DeleteBucket(request) {
      const { name } = bucketOf(storage, request);
      if (storage.list(name, "").length > 0) throw new S3Error("BucketNotEmpty");
      storage.remove(name);
      return empty(204);
    },
    HeadBucket(request) {
      bucketOf(storage, request);
      return empty(200, { "x-amz-bucket-region": region });
    },
    GetBucketLocation(request) {
      bucketOf(storage, request);
      return xml("LocationConstraint", region === "us-east-1" ? "" : region);
    },
    ListBuckets: () =>
      xml("ListAllMyBucketsResult", {
        Buckets: {
          Bucket: storage.buckets().map(({ createdAt, name }) => ({
            Name: name,
            CreationDate: new Date(createdAt).toISOString(),
          })),
        },
      }),
    PutBucketVersioning: (request) => change(request, { hasVersions: readVersioning(request.body) }),
    GetBucketVersioning: (request) =>
      xml("VersioningConfiguration", bucketOf(storage, request).hasVersions ? { Status: "Enabled" } : {}),
    PutBucketNotificationConfiguration: (request) =>
      change(request, { tellsEventBridge: readNotification(request.body) }),
    GetBucketNotificationConfiguration: (request) =>
      xml(
        "NotificationConfiguration",
        bucketOf(storage, request).tellsEventBridge ? { EventBridgeConfiguration: "" } : {},
      ),
    PutPublicAccessBlock(request) {
      bucketOf(storage, request);
      assertBlocksAll(request.body);
      return empty(200);
    },
    PutBucketCors: (request) => change(request, { cors: readCors(named("CORSConfiguration", request.body)) }),
    GetBucketCors(request) {
      const bucket = bucketOf(storage, request);
      if (bucket.cors.length === 0) throw new S3Error("NoSuchCORSConfiguration");
      return xml("CORSConfiguration", corsXml(bucket));
    },
    DeleteBucketCors: (request) => change(request, { cors: [] }, 204),
  };
}

function createBucket({ now, region, storage }: Options, { body, bucket: name }: S3Request): S3Answer {
  if (!NAME.test(name)) throw new S3Error("InvalidBucketName");
  if (body.length > 0) {
    const { children } = named("CreateBucketConfiguration", body);
    for (const { name: part, text } of children) {
      if (part !== "LocationConstraint") throw notImplemented(part);
      if (text !== region) throw notImplemented(`Another region than ${region}`);
    }
  }
  if (storage.bucket(name))
    throw new S3Error("BucketAlreadyOwnedByYou", undefined, { details: { BucketName: name } });
  storage.save({ name, createdAt: now(), hasVersions: false, tellsEventBridge: false, cors: [] });
  return empty(200, { location: `/${name}` });
}

/** Throws MalformedXML if the document's element has another name. */
function named(name: string, body: Buffer): Read {
  const read = readXml(body.toString("utf8"));
  if (read.name !== name) throw new S3Error("MalformedXML");
  return read;
}

/** True; versions that are suspended are not implemented. */
function readVersioning(body: Buffer): true {
  const { children } = named("VersioningConfiguration", body);
  for (const { name, text } of children)
    if (name !== "Status" || text !== "Enabled") throw notImplemented(`${name} ${text} of versioning`);
  if (children.length === 0) throw new S3Error("MalformedXML");
  return true;
}

function readNotification(body: Buffer): boolean {
  const { children } = named("NotificationConfiguration", body);
  const other = children.find(({ name }) => name !== "EventBridgeConfiguration");
  if (other) throw notImplemented(`A ${other.name}`);
  return children.length > 0;
}

/** No request without a signature is ever answered here, so nothing less can be asked for. */
function assertBlocksAll(body: Buffer): void {
  const { children } = named("PublicAccessBlockConfiguration", body);
  const kinds = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
  const blocks = kinds.every((kind) => children.some(({ name, text }) => name === kind && text === "true"));
  if (!blocks) throw notImplemented("Public access");
}
