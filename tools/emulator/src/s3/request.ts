// A request as S3 reads it: the bucket and key it is about, and which operation it is.
import { notImplemented, S3Error } from "./errors.ts";

/** As it came over HTTP; header names are in lower case. */
export type S3Call = {
  readonly method: string;
  /** The path and the query, as they were sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly sourceIp: string;
};

export type S3Request = S3Call & {
  /** Empty for a request that is about all buckets. */
  readonly bucket: string;
  /** Empty for a request that is about a bucket. */
  readonly key: string;
  /** Decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
};

/** The bucket is in the host's name or in the path. Throws InvalidArgument if the path cannot be decoded. */
export function readRequest(call: S3Call): S3Request {
  const [rawPath = "/", search = ""] = call.url.split(/\?(.*)/s);
  const path = decoded(rawPath);
  const query = new URLSearchParams(search);
  const hosted = bucketOfHost(call.headers.host);
  if (hosted !== undefined) return { ...call, path, query, bucket: hosted, key: path.slice(1) };
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return { ...call, path, query, bucket, key };
}

/** `feeds.localhost` or `feeds.s3.localhost`; undefined for a host that names no bucket. */
export function bucketOfHost(host: string | undefined): string | undefined {
  return /^([a-z0-9][a-z0-9.-]*?[a-z0-9])\.(?:s3\.)?localhost(?::\d+)?$/.exec(host ?? "")?.[1];
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3Error("InvalidArgument", "The path is not valid percent-encoded UTF-8.");
  }
}

/** By the method, and the parameter that names a part of the bucket. */
const bucketOperations: Readonly<Record<string, string>> = {
  PUT: "CreateBucket",
  "PUT cors": "PutBucketCors",
  "PUT notification": "PutBucketNotificationConfiguration",
  "PUT publicAccessBlock": "PutPublicAccessBlock",
  "PUT versioning": "PutBucketVersioning",
  GET: "ListObjects",
  "GET cors": "GetBucketCors",
  "GET list-type": "ListObjectsV2",
  "GET location": "GetBucketLocation",
  "GET notification": "GetBucketNotificationConfiguration",
  "GET versioning": "GetBucketVersioning",
  "GET versions": "ListObjectVersions",
  HEAD: "HeadBucket",
  DELETE: "DeleteBucket",
  "DELETE cors": "DeleteBucketCors",
  POST: "PostObject",
};

const objectOperations: Readonly<Record<string, string>> = {
  PUT: "PutObject",
  "PUT partNumber uploadId": "UploadPart",
  "POST uploads": "CreateMultipartUpload",
  "POST uploadId": "CompleteMultipartUpload",
  "DELETE uploadId": "AbortMultipartUpload",
  GET: "GetObject",
  HEAD: "HeadObject",
  DELETE: "DeleteObject",
};

/** Parameters that change how an operation is carried out, not which one it is. */
const modifiers =
  /^(x-id|x-amz-.*|response-.*|versionid|prefix|delimiter|max-keys|continuation-token|start-after|encoding-type|fetch-owner|key-marker|version-id-marker)$/i;

/** Throws NotImplemented for what is not served. */
export function operationOf({ bucket, headers, key, method, query }: S3Request): string {
  const parts = [...query.keys()].filter((name) => !modifiers.test(name)).sort();
  const name = [method, ...parts].join(" ");
  if (bucket === "" && name === "GET") return "ListBuckets";
  const operations = key === "" ? bucketOperations : objectOperations;
  const operation = bucket !== "" && Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined || operation === "ListObjects")
    throw notImplemented(`${name} of ${key === "" ? "a bucket" : "an object"}`);
  if (headers["x-amz-copy-source"] !== undefined) throw notImplemented("Copying an object");
  return operation;
}
