// Uploads in parts: what has arrived lies beside the bucket until the upload is completed or given up.
// Source: S3 API reference, "CompleteMultipartUpload"; S3 user guide, "Amazon S3 multipart upload limits".
import { createHash, randomBytes } from "node:crypto";
import { empty, xml } from "./answer.ts";
import { bucketOf, type Operation } from "./buckets.ts";
import { checkedBody } from "./checksums.ts";
import { S3Error } from "./errors.ts";
import { assertServed, keptIn, type ObjectOptions, putObject } from "./objects.ts";
import type { S3Request } from "./request.ts";
import type { Storage, Version } from "./storage.ts";
import { readXml } from "./xml.ts";

const MOST_PARTS = 10_000;
/** Of every part but the last. */
const LEAST_BYTES = 5 * 1024 * 1024;

/** No bucket has such a name. In it an upload's id is a key, and each of its parts a version. */
const beside = (bucket: string) => `${bucket}/uploads`;
/** The version that says what the upload will be. */
const BEGUN = "0";

export function multipartOperations(options: ObjectOptions): Record<string, Operation> {
  const { storage } = options;
  return {
    CreateMultipartUpload: (request) => begin(options, request),
    UploadPart: (request) => uploadPart(options, request),
    CompleteMultipartUpload: (request) => complete(options, request),
    AbortMultipartUpload(request) {
      const { uploadId } = uploadOf(storage, request);
      storage.transact(() => forget(storage, request.bucket, uploadId));
      return empty(204);
    },
  };
}

const part = (uploadId: string, versionId: string, at: number) => ({
  key: uploadId,
  versionId,
  isDeleteMarker: false,
  size: 0,
  etag: "",
  modifiedAt: at,
  headers: {},
  checksums: {},
});

function begin({ now, storage }: ObjectOptions, request: S3Request) {
  const { name } = bucketOf(storage, request);
  assertServed(request.headers);
  const UploadId = randomBytes(24).toString("base64url");
  const headers = { ...keptIn(request.headers), key: request.key };
  storage.transact(() =>
    storage.add(beside(name), { ...part(UploadId, BEGUN, now()), headers }, Buffer.alloc(0)),
  );
  return xml("InitiateMultipartUploadResult", { Bucket: name, Key: request.key, UploadId });
}

/** Throws NoSuchUpload, also for an upload to another key. */
function uploadOf(storage: Storage, request: S3Request): { uploadId: string; begun: Version } {
  const { name } = bucketOf(storage, request);
  const uploadId = request.query.get("uploadId") ?? "";
  const begun = storage.version(beside(name), uploadId, BEGUN);
  if (!begun || begun.headers.key !== request.key) throw new S3Error("NoSuchUpload");
  return { uploadId, begun };
}

function uploadPart({ now, storage }: ObjectOptions, request: S3Request) {
  const { uploadId } = uploadOf(storage, request);
  const number = Number(request.query.get("partNumber"));
  if (!Number.isInteger(number) || number < 1 || number > MOST_PARTS)
    throw new S3Error("InvalidArgument", `Part number must be an integer between 1 and ${MOST_PARTS}.`);
  const { body, checksums } = checkedBody(request.headers, request.body);
  const etag = createHash("md5").update(body).digest("hex");
  const bucket = beside(request.bucket);
  const added = { ...part(uploadId, String(number), now()), size: body.length, etag, checksums };
  storage.transact(() => {
    const before = storage.version(bucket, uploadId, String(number));
    if (before) storage.drop(before.row);
    storage.add(bucket, added, body);
  });
  return empty(200, { etag: `"${etag}"`, ...checksums });
}

function complete(options: ObjectOptions, request: S3Request) {
  const { storage } = options;
  const { begun, uploadId } = uploadOf(storage, request);
  const parts = partsIn(storage, request, uploadId);
  const bodies = parts.map(({ row, size }) => storage.read(row, 0, size));
  const sums = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, "hex")));
  const etag = `${createHash("md5").update(sums).digest("hex")}-${parts.length}`;
  const { key: Key = "", ...headers } = begun.headers;
  const content = { body: Buffer.concat(bodies), headers, checksums: {}, etag };
  const put = putObject(options, request, { ...content, reason: "CompleteMultipartUpload" }, () =>
    forget(storage, request.bucket, uploadId),
  );
  const Location = `http://${request.headers.host}${request.path}`;
  const done = xml("CompleteMultipartUploadResult", {
    Location,
    Bucket: request.bucket,
    Key,
    ETag: `"${etag}"`,
  });
  return { ...done, headers: { ...put.headers, ...done.headers } };
}

/** Those that the request names. Throws InvalidPart, InvalidPartOrder, EntityTooSmall or MalformedXML. */
function partsIn(storage: Storage, { body, bucket }: S3Request, uploadId: string): Version[] {
  const { children, name } = readXml(body.toString("utf8"));
  if (name !== "CompleteMultipartUpload" || children.length === 0) throw new S3Error("MalformedXML");
  let last = 0;
  const parts = children.map(({ children: fields }) => {
    const text = (field: string) => fields.find((each) => each.name === field)?.text ?? "";
    const number = Number(text("PartNumber"));
    if (number <= last) throw new S3Error("InvalidPartOrder");
    last = number;
    const found = storage.version(beside(bucket), uploadId, String(number));
    if (!found || found.etag !== text("ETag").replaceAll('"', "")) throw new S3Error("InvalidPart");
    return found;
  });
  if (parts.slice(0, -1).some(({ size }) => size < LEAST_BYTES)) throw new S3Error("EntityTooSmall");
  return parts;
}

function forget(storage: Storage, bucket: string, uploadId: string): void {
  for (const { row } of storage.list(beside(bucket), uploadId)) storage.drop(row);
}
