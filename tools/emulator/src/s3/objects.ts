// The operations on objects and their versions.
// Source: S3 API reference, "PutObject", "GetObject", "DeleteObject"; S3 user guide, "Working with delete
// markers".
import { createHash, randomBytes } from "node:crypto";
import { empty, type S3Answer } from "./answer.ts";
import { bucketOf, type Operation } from "./buckets.ts";
import { checkedBody } from "./checksums.ts";
import { notImplemented, S3Error } from "./errors.ts";
import { type CreationReason, type Happened, type Origin, objectCreated, objectDeleted } from "./events.ts";
import { rangeIn } from "./range.ts";
import type { S3Request } from "./request.ts";
import type { Bucket, NewVersion, Storage, Version } from "./storage.ts";

const KEY_BYTES = 1024;

export type ObjectOptions = {
  readonly storage: Storage;
  readonly origin: Origin;
  readonly now: () => number;
};

/** What is kept with an object and answered with it. */
const kept =
  /^(content-type|content-disposition|content-encoding|content-language|cache-control|expires|x-amz-meta-.+)$/;
/** What would have to be done, and is not. */
const refusedHeaders =
  /^(x-amz-(acl|grant-.*|server-side-encryption.*|tagging|object-lock-.*|website-redirect-location|write-offset-bytes)|if-(modified|unmodified)-since|if-range)$/;

/** Throws NotImplemented at a header that asks for more than is done here. */
export function assertServed(headers: Readonly<Record<string, string>>): void {
  const refused = Object.keys(headers).find((name) => refusedHeaders.test(name));
  if (refused !== undefined) throw notImplemented(refused);
  if ((headers["x-amz-storage-class"] ?? "STANDARD") !== "STANDARD")
    throw notImplemented("x-amz-storage-class");
}

export function objectOperations(options: ObjectOptions): Record<string, Operation> {
  const { storage } = options;
  return {
    PutObject(request) {
      assertServed(request.headers);
      const { body, checksums } = checkedBody(request.headers, request.body);
      const headers = keptIn(request.headers);
      const put = putObject(options, request, { body, checksums, headers, reason: "PutObject" });
      return empty(200, { ...put.headers, ...checksums });
    },
    GetObject: (request) => getObject(storage, request),
    HeadObject: (request) => ({ ...getObject(storage, request), body: "" }),
    DeleteObject: (request) => deleteObject(options, request),
  };
}

export function keptIn(headers: Readonly<Record<string, string>>): Record<string, string> {
  const found = Object.entries(headers).flatMap(([name, value]) => {
    // How the body was sent is not how it is kept.
    const own = name === "content-encoding" ? value.replace(/\s*,?\s*aws-chunked\s*,?\s*/, "") : value;
    return kept.test(name) && own !== "" ? [[name, own] as const] : [];
  });
  return { "content-type": "binary/octet-stream", ...Object.fromEntries(found) };
}

export type Content = {
  readonly body: Buffer;
  readonly headers: Record<string, string>;
  readonly checksums: Record<string, string>;
  readonly reason: CreationReason;
  /** Of an upload in parts; otherwise it is the MD5 of the body. */
  readonly etag?: string;
};

/** The object, what is told of it, and what else is changed with it are one write. */
export function putObject(
  options: ObjectOptions,
  request: S3Request,
  content: Content,
  alsoChange: () => void = () => {},
): { etag: string; headers: Record<string, string> } {
  const { now, origin, storage } = options;
  const bucket = bucketOf(storage, request);
  const { key } = request;
  if (Buffer.byteLength(key) > KEY_BYTES) throw new S3Error("KeyTooLongError");
  const { body, checksums, headers, reason } = content;
  const etag = content.etag ?? createHash("md5").update(body).digest("hex");
  const version: NewVersion = {
    key,
    versionId: bucket.hasVersions ? randomBytes(24).toString("base64url") : "null",
    isDeleteMarker: false,
    size: body.length,
    etag,
    modifiedAt: now(),
    headers,
    checksums,
  };
  storage.transact(() => {
    const latest = storage.latest(bucket.name, key);
    assertMayReplace(request, latest);
    if (!bucket.hasVersions && latest) storage.drop(latest.row);
    const row = storage.add(bucket.name, version, body);
    alsoChange();
    tell(
      options,
      bucket,
      objectCreated(origin, happened(bucket, { ...version, row }, request, now()), reason),
    );
  });
  return { etag, headers: { etag: `"${etag}"`, ...versionHeader(version) } };
}

function happened(bucket: Bucket, version: Version, { sourceIp }: S3Request, at: number): Happened {
  return { bucket: bucket.name, version, sourceIp, at };
}

function tell({ storage }: ObjectOptions, { tellsEventBridge }: Bucket, event: object): void {
  if (tellsEventBridge) storage.note(event);
}

/** The conditions of a write. Throws PreconditionFailed, or NoSuchKey for an If-Match without an object. */
function assertMayReplace({ headers }: S3Request, latest: Version | undefined): void {
  const present = latest?.isDeleteMarker === false ? latest : undefined;
  const { "if-match": match, "if-none-match": noneMatch } = headers;
  if (noneMatch !== undefined && noneMatch !== "*") throw notImplemented("If-None-Match with an ETag");
  if (noneMatch === "*" && present) throw preconditionFailed("If-None-Match");
  if (match === undefined) return;
  if (!present) throw new S3Error("NoSuchKey");
  if (match.replaceAll('"', "") !== present.etag) throw preconditionFailed("If-Match");
}

const preconditionFailed = (Condition: string) =>
  new S3Error("PreconditionFailed", undefined, { details: { Condition } });

/** Empty in a bucket that never had versions. */
function versionHeader({ versionId }: { versionId: string }): Record<string, string> {
  return versionId === "null" ? {} : { "x-amz-version-id": versionId };
}

/** Throws NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker that is asked for by its id. */
function findVersion(storage: Storage, request: S3Request): Version {
  const { name } = bucketOf(storage, request);
  const versionId = request.query.get("versionId");
  const marker = { "x-amz-delete-marker": "true" };
  if (versionId !== null) {
    const found = storage.version(name, request.key, versionId);
    const details = { Key: request.key, VersionId: versionId };
    if (!found) throw new S3Error("NoSuchVersion", undefined, { details });
    if (found.isDeleteMarker)
      throw new S3Error("MethodNotAllowed", undefined, { headers: { ...marker, ...versionHeader(found) } });
    return found;
  }
  const latest = storage.latest(name, request.key);
  if (latest && !latest.isDeleteMarker) return latest;
  const headers = latest ? { ...marker, ...versionHeader(latest) } : {};
  throw new S3Error("NoSuchKey", undefined, { details: { Key: request.key }, headers });
}

function getObject(storage: Storage, request: S3Request): S3Answer {
  assertServed(request.headers);
  const version = findVersion(storage, request);
  const notModified = conditionOfRead(request, version);
  const range = rangeIn(request.headers.range, version.size);
  const isWhole = range === undefined;
  const { from, to } = range ?? { from: 0, to: version.size };
  const headers = {
    ...version.headers,
    ...overrides(request),
    etag: `"${version.etag}"`,
    "last-modified": new Date(version.modifiedAt).toUTCString(),
    "accept-ranges": "bytes",
    "content-length": String(to - from),
    ...versionHeader(version),
    ...(!isWhole && { "content-range": `bytes ${from}-${to - 1}/${version.size}` }),
    // A part has not the checksum of the whole.
    ...(isWhole &&
      request.headers["x-amz-checksum-mode"] === "ENABLED" && {
        ...version.checksums,
        "x-amz-checksum-type": "FULL_OBJECT",
      }),
  };
  if (notModified) return empty(304, { etag: headers.etag, ...versionHeader(version) });
  const body = request.method === "HEAD" ? "" : storage.read(version.row, from, to);
  return { status: isWhole ? 200 : 206, headers, body };
}

/** True if the caller has it already. Throws PreconditionFailed. */
function conditionOfRead({ headers }: S3Request, { etag }: Version): boolean {
  const has = (list: string) =>
    list === "*" || list.split(",").some((each) => each.trim().replaceAll('"', "") === etag);
  const { "if-match": match, "if-none-match": noneMatch } = headers;
  if (match !== undefined && !has(match)) throw preconditionFailed("If-Match");
  return noneMatch !== undefined && has(noneMatch);
}

/** `response-content-type` and its like, of a signed request. */
function overrides({ query }: S3Request): Record<string, string> {
  return Object.fromEntries(
    [...query].flatMap(([name, value]) => {
      const header = /^response-([a-z-]+)$/.exec(name)?.[1] ?? "";
      return kept.test(header) ? [[header, value] as const] : [];
    }),
  );
}

function deleteObject(options: ObjectOptions, request: S3Request): S3Answer {
  const { now, origin, storage } = options;
  const bucket = bucketOf(storage, request);
  const { key, query } = request;
  const versionId = query.get("versionId");
  const marker: NewVersion = {
    key,
    versionId: randomBytes(24).toString("base64url"),
    isDeleteMarker: true,
    size: 0,
    etag: "",
    modifiedAt: now(),
    headers: {},
    checksums: {},
  };
  return storage.transact(() => {
    if (bucket.hasVersions && versionId === null) {
      const row = storage.add(bucket.name, marker, Buffer.alloc(0));
      const what = happened(bucket, { ...marker, row }, request, now());
      tell(options, bucket, objectDeleted(origin, what, "Delete Marker Created"));
      return empty(204, { "x-amz-delete-marker": "true", ...versionHeader(marker) });
    }
    const found =
      versionId === null ? storage.latest(bucket.name, key) : storage.version(bucket.name, key, versionId);
    if (found) {
      storage.drop(found.row);
      tell(
        options,
        bucket,
        objectDeleted(origin, happened(bucket, found, request, now()), "Permanently Deleted"),
      );
    }
    return empty(204, {
      ...(versionId !== null && { "x-amz-version-id": versionId }),
      ...(found?.isDeleteMarker && { "x-amz-delete-marker": "true" }),
    });
  });
}
